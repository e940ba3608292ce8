//! Commitments: what was ordered at a meeting, who sees to it and until when, and whether they did.

use contracts::ContactId;
use contracts::intake::{Commitment as Wire, CommitmentOutcome};
use jalali::Tehran;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::contact::Fault;

/// Longest text, in characters.
const TEXT_MAX: usize = 2_000;
/// Longest key, code and name, in characters.
const LINE_MAX: usize = 200;
/// No order of a meeting is given longer.
const DAYS_MAX: i64 = 3 * 366;

/// One commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Its id.
    pub id: Uuid,
    /// Unique within the meeting.
    pub key: String,
    /// The turn in which it was ordered.
    pub contact_id: Option<ContactId>,
    /// Who must act.
    pub agency: String,
    /// Who sees to it.
    pub person: String,
    /// What was ordered.
    pub text: String,
    /// The day that was given; none: the policy sets it.
    pub due_day: Option<Date>,
    /// When it was ordered.
    pub made_at: Timestamp,
    /// How it ended.
    pub settled: Option<Settled>,
}

/// How a commitment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Whether it was kept.
    pub outcome: CommitmentOutcome,
    /// What was done, or why it was not.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Commitment {
    /// When its day is over.
    #[must_use]
    pub fn due_at(&self, tehran: &Tehran) -> Option<Timestamp> {
        let day = jalali::Date::of(self.due_day?);
        // What is done within the day is in time.
        tehran.moments(day..=day).end.saturating_sub(SignedDuration::from_secs(1)).ok()
    }

    /// Ends it; whether that is new.
    ///
    /// # Errors
    /// When another outcome was recorded before: the first word counts.
    pub fn settle(&mut self, settled: Settled) -> Result<bool, &'static str> {
        match &self.settled {
            None => {
                self.settled = Some(settled);
                Ok(true)
            }
            Some(known) if (known.outcome, &known.text) == (settled.outcome, &settled.text) => Ok(false),
            Some(_) => Err("another outcome of this commitment was recorded before"),
        }
    }
}

/// A commitment as it is ordered at `made_at`.
///
/// # Errors
/// Its first fault, with its key.
pub fn read(wire: &Wire, id: Uuid, made_at: Timestamp, today: Date) -> Result<Commitment, Fault> {
    let wrong = |reason: &str| Fault { field: "commitments", reason: format!("{}: {reason}", wire.key) };
    let line = |text: &str, most: usize| {
        let length = text.trim().chars().count();
        (1..=most).contains(&length) && !text.chars().any(|c| c.is_control() && c != '\n')
    };
    if !line(&wire.key, LINE_MAX) || !line(&wire.person, LINE_MAX) {
        return Err(wrong("key and person must have 1 to 200 characters"));
    }
    if !is_agency(&wire.agency) {
        return Err(wrong("agency must be the code of an agency: who must act"));
    }
    if !line(&wire.text, TEXT_MAX) {
        return Err(wrong("text must have 1 to 2000 characters"));
    }
    let contact_id = match wire.contact_id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| wrong("contact_id must be a UUID"))?),
    };
    let due_day = match wire.due_day.as_str() {
        "" => None,
        day => Some(day.parse::<Date>().map_err(|_| wrong("due_day must be written YYYY-MM-DD"))?),
    };
    let days = due_day.map_or(0, |day| day.duration_since(today).as_hours() / 24);
    if !(0..=DAYS_MAX).contains(&days) {
        return Err(wrong("due_day must not lie before the meeting, nor three years after it"));
    }
    Ok(Commitment {
        id,
        key: wire.key.trim().to_owned(),
        contact_id,
        agency: wire.agency.clone(),
        person: wire.person.trim().to_owned(),
        text: wire.text.trim().to_owned(),
        due_day,
        made_at,
        settled: None,
    })
}

/// The code of an agency is a token of subjects.
pub(crate) fn is_agency(code: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    (2..=100).contains(&code.len()) && code.bytes().all(is_part)
}
