//! A referral's clock: set when it is issued, ended when the agency answered or returned it, in whichever order
//! these are heard.

use contracts::{CaseId, ReferralId};
use jiff::{SignedDuration, Timestamp};

use super::policy::Policy;
use super::tehran::Tehran;

#[cfg(test)]
mod tests;

/// A referral as issued, and how its deadline was derived from it: kept, so that it can be explained (rule 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who must act.
    pub agency: String,
    /// Where.
    pub province: String,
    /// The case's programme; empty: none.
    pub programme: String,
    /// The version that governs it; none when no policy was valid at issue.
    pub policy: Option<Policy>,
    /// When the agency's time began.
    pub starts_at: Timestamp,
    /// A date that the programme itself set.
    pub target_at: Option<Timestamp>,
    /// When the agency's time is over; none when the policy sets no end.
    pub due_at: Option<Timestamp>,
}

impl Issue {
    /// The due moment that `policy` sets: the target where it honours one, else its calendar days at the same time of day.
    #[must_use]
    pub fn due(
        policy: Option<&Policy>,
        starts_at: Timestamp,
        target_at: Option<Timestamp>,
        tehran: &Tehran,
    ) -> Option<Timestamp> {
        let policy = policy?;
        let target_at = target_at.filter(|_| policy.honours_target);
        let length =
            (policy.length_days > 0).then(|| tehran.add_days(starts_at, i64::from(policy.length_days)));
        target_at.or(length)
    }
}

/// How a referral ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// Whether the agency returned it instead of answering.
    pub returned: bool,
}

/// One referral's clock. Both halves may be missing: the end can be heard before the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The beginning.
    pub issue: Option<Issue>,
    /// The end.
    pub end: Option<End>,
    /// The latest reminder that was stated, as days before the due moment.
    pub reminded_days: Option<u32>,
    /// When the breach was stated.
    pub breached_at: Option<Timestamp>,
}

/// What is heard of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It was issued.
    Issued(Box<Issue>),
    /// It was answered or returned.
    Ended(End),
}

/// What follows and must be stated, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The clock was set.
    Set,
    /// A reminder fell due, this many days before the due moment.
    Reminder(u32),
    /// The due moment passed.
    Breached,
    /// The clock ended.
    Met {
        /// Not after the due moment.
        on_time: bool,
        /// A breach had been stated though the end came in time.
        breach_withdrawn: bool,
    },
}

/// A moment at which something falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reminder(u32),
    Breach,
}

/// One clock's row: its key and what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Whose clock.
    pub referral_id: ReferralId,
    /// The clock.
    pub clock: Clock,
}

impl Clock {
    /// Folds news into the clock. What was heard before changes nothing.
    pub fn hear(&mut self, news: News) -> Vec<Told> {
        let half = self.issue.is_some() || self.end.is_some();
        let mut told = Vec::new();
        match news {
            News::Issued(issue) if self.issue.is_none() => {
                self.issue = Some(*issue);
                told.push(Told::Set);
            }
            News::Ended(end) if self.end.is_none() => self.end = Some(end),
            News::Issued(_) | News::Ended(_) => return told,
        }
        // The half that was missing completes the clock.
        if half {
            told.extend(self.met());
        }
        told
    }

    fn met(&self) -> Option<Told> {
        let (issue, end) = (self.issue.as_ref()?, self.end?);
        let on_time = issue.due_at.is_none_or(|due| end.at <= due);
        Some(Told::Met { on_time, breach_withdrawn: on_time && self.breached_at.is_some() })
    }

    /// The next moment at which something falls due; none when nothing more can.
    #[must_use]
    pub fn next_at(&self, tehran: &Tehran) -> Option<Timestamp> {
        self.steps(tehran).first().map(|(at, _)| *at)
    }

    /// States what fell due by `now` less the grace: the latest step, for a reminder long missed reminds nobody.
    pub fn fire(&mut self, now: Timestamp, grace: SignedDuration, tehran: &Tehran) -> Option<Told> {
        let heard = now.checked_sub(grace).unwrap_or(Timestamp::MIN);
        let steps = self.steps(tehran);
        let (_, step) = steps.iter().rev().find(|(at, _)| *at <= heard)?;
        Some(match *step {
            Step::Reminder(days) => {
                self.reminded_days = Some(days);
                Told::Reminder(days)
            }
            Step::Breach => {
                self.breached_at = Some(now);
                Told::Breached
            }
        })
    }

    /// What is still to come, in order: reminders within the agency's time, then the breach.
    fn steps(&self, tehran: &Tehran) -> Vec<(Timestamp, Step)> {
        let Some(Issue { policy: Some(policy), due_at: Some(due), starts_at, .. }) = &self.issue else {
            return Vec::new();
        };
        if self.end.is_some() || self.breached_at.is_some() {
            return Vec::new();
        }
        let ahead = |days: &&u32| self.reminded_days.is_none_or(|stated| **days < stated);
        let mut steps: Vec<_> = policy
            .reminder_days_before
            .iter()
            .filter(ahead)
            .map(|days| (tehran.add_days(*due, -i64::from(*days)), Step::Reminder(*days)))
            .filter(|(at, _)| at > starts_at)
            .collect();
        steps.sort_unstable_by_key(|(at, _)| *at);
        steps.push((*due, Step::Breach));
        steps
    }
}
