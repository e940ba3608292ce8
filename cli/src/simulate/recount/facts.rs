//! What the facts say, each thing for itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use contracts::audit::{EvaluationPolicy, PointsDeducted, PointsRestored, ReportPolicy, Term};
use contracts::intake::{ContactRecorded, FeedbackVerdict, SlotState};
use jiff::Timestamp;

/// Everything that was stated.
#[derive(Default)]
pub struct Facts {
    /// How often each fact was, by its message's name.
    pub stated: BTreeMap<String, u64>,
    /// Of the latest fact that is a leaf of the ledger.
    pub latest_at: Option<Timestamp>,
    /// When they were recorded.
    pub contacts: Vec<(Timestamp, ContactRecorded)>,
    /// When it was given, on which rung.
    pub guidance: Vec<(Timestamp, String)>,
    pub cases: HashMap<String, Case>,
    /// By referral, arbitration, commitment or recorded call.
    pub clocks: HashMap<String, Clock>,
    pub feedback: Vec<(Timestamp, FeedbackVerdict)>,
    pub accepted: u64,
    pub progress: u64,
    /// Cases that came to the manual desk, and in which round.
    pub desk: Vec<(String, u32)>,
    /// Extensions that were granted, and refused.
    pub rulings: [u64; 2],
    /// What agencies are called.
    pub names: HashMap<String, String>,
    /// By agency and first day, the newest version.
    pub terms: BTreeMap<(String, String), Term>,
    pub evaluation: Option<EvaluationPolicy>,
    pub reports: Option<ReportPolicy>,
    pub deducted: Vec<(Timestamp, PointsDeducted)>,
    pub restored: Vec<(Timestamp, PointsRestored)>,
    /// Deductions that a rebuttal reversed.
    pub reversed: HashSet<String>,
    /// How slots stand, after so many changes.
    pub slots: HashMap<String, (u32, SlotState)>,
}

/// What became of a case.
#[derive(Default)]
pub struct Case {
    pub registered_at: Option<Timestamp>,
    /// When it was closed.
    pub closings: Vec<Timestamp>,
    /// When it was opened again, and the referrals whose answers had solved nothing.
    pub reopenings: Vec<(Timestamp, Vec<String>)>,
    pub withdrawn: bool,
}

/// What was to be done until when.
#[derive(Default)]
pub struct Clock {
    pub case_id: String,
    pub agency: String,
    pub programme: String,
    pub round: u32,
    /// When the referral was issued; none: it is no referral's clock.
    pub issued_at: Option<Timestamp>,
    /// Where it stood: how often it had moved, since when, and its due moment.
    pub dues: Vec<(u32, Timestamp, Option<Timestamp>)>,
    pub answered_at: Option<Timestamp>,
    /// When it ended otherwise.
    pub ended_at: Option<Timestamp>,
    /// Breaches that were stated, less those that were withdrawn.
    pub breaches: i64,
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Answered,
    Withdrawn,
}

impl Case {
    /// How it stands: answered when it was closed more often than opened again.
    pub fn state(&self) -> State {
        match self.closings.len() > self.reopenings.len() {
            _ if self.withdrawn => State::Withdrawn,
            true => State::Answered,
            false => State::Open,
        }
    }
}

impl Clock {
    /// The due moment as it was known before `until`.
    pub fn due_at(&self, until: Timestamp) -> Option<Timestamp> {
        let known = self.dues.iter().filter(|(_, since, _)| *since < until);
        known.max_by_key(|(epoch, ..)| *epoch).and_then(|(_, _, due_at)| *due_at)
    }

    /// When nothing was owed on it any more.
    pub fn over_at(&self) -> Option<Timestamp> {
        [self.answered_at, self.ended_at].into_iter().flatten().min()
    }

    /// Whether its time passed before it was over, as of `now`.
    pub fn is_overrun(&self, now: Timestamp) -> bool {
        self.due_at(Timestamp::MAX).is_some_and(|due_at| self.over_at().unwrap_or(now) > due_at)
    }
}

impl Facts {
    /// How often a fact was stated.
    pub fn count<F: contracts::Fact>(&self) -> u64 {
        self.stated.get(F::NAME.message).copied().unwrap_or_default()
    }

    /// Contacts with that property.
    pub fn contacts_with(&self, has: impl Fn(&ContactRecorded) -> bool) -> u64 {
        self.contacts.iter().filter(|(_, contact)| has(contact)).count() as u64
    }

    /// Items of the manual desk that somebody sent on; others were withdrawn.
    pub fn sent_on(&self) -> u64 {
        let referrals = self.clocks.values().filter(|clock| clock.issued_at.is_some());
        let rounds: HashSet<(&str, u32)> =
            referrals.map(|clock| (clock.case_id.as_str(), clock.round)).collect();
        self.desk.iter().filter(|(case, round)| rounds.contains(&(case.as_str(), *round))).count() as u64
    }

    /// Slots that ended so.
    pub fn slots_that(&self, state: SlotState) -> u64 {
        self.slots.values().filter(|(_, now)| *now == state).count() as u64
    }
}
