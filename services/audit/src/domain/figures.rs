//! The figures as a pure fold over facts: the same totals for any order and any split into batches.
//!
//! That a fact is folded once is the ledger's care (unique fact ids); here only order must not matter. What happens
//! to a case is kept in a row of its own, and each change of that row moves the counters by the difference, so that
//! an answer heard before its registration counts as soon as both are known.

mod counters;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::days::Days;

pub use counters::Counters;

/// What a fact says to the figures. One fact may say several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A contact was recorded.
    Contact { province: String, at: Timestamp },
    /// Advice ended a contact (rule 3).
    Guidance { province: String, at: Timestamp },
    /// A case was sent to an agency.
    Referral { province: String, at: Timestamp },
    /// An agency acted: accepted, progress, answer or return.
    Action { province: String, at: Timestamp },
    /// A citizen was told, or could not be.
    Notice { province: String, at: Timestamp, sent: bool },
    /// A case was registered.
    Registered { case_id: Uuid, province: String, at: Timestamp },
    /// The clock over a referral of the case was set, or moved for the `epoch`th time.
    Due { case_id: Uuid, referral_id: Uuid, due_at: Option<Timestamp>, epoch: u32 },
    /// A referral of the case was answered.
    Answered { case_id: Uuid, at: Timestamp },
    /// Every referral is answered, so the case is (rule 4).
    Closed { case_id: Uuid, at: Timestamp },
    /// The citizen took the case back.
    Withdrawn { case_id: Uuid, at: Timestamp },
    /// An answer did not solve the matter: the case is open again (rule 8).
    Reopened { case_id: Uuid, province: String, at: Timestamp },
    /// What a citizen said of an answer (rule 8).
    Feedback { province: String, at: Timestamp, word: Word },
    /// An official's announced slot is over, or will not be.
    Slot { province: String, at: Timestamp, end: SlotEnd },
}

/// What a citizen said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It solved the matter.
    Solved,
    /// It did not.
    NotSolved,
    /// Nothing in time.
    NoReply,
}

/// What became of an official's announced slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotEnd {
    /// The official was there.
    Kept,
    /// Nobody came.
    Missed,
    /// The official excused themselves, and nobody stands in.
    Uncovered,
}

impl Happening {
    /// The case whose row this touches; none for what is merely counted.
    #[must_use]
    pub fn case_id(&self) -> Option<Uuid> {
        match self {
            Self::Registered { case_id, .. }
            | Self::Due { case_id, .. }
            | Self::Answered { case_id, .. }
            | Self::Closed { case_id, .. }
            | Self::Withdrawn { case_id, .. }
            | Self::Reopened { case_id, .. } => Some(*case_id),
            _ => None,
        }
    }
}

/// Where the clock of one referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// How often it has moved.
    pub epoch: u32,
    /// None where no policy sets an end.
    pub due_at: Option<Timestamp>,
}

/// What the figures know of one case; each part may come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFigure {
    /// Moment and province of the registration.
    pub registered: Option<(Timestamp, String)>,
    /// Where the clock of each referral stands.
    pub dues: BTreeMap<Uuid, Due>,
    /// When the last referral was answered: what the clock is held against.
    pub answered_at: Option<Timestamp>,
    /// When the case was last closed.
    pub closed_at: Option<Timestamp>,
    /// How often it was closed and reopened: more closings than reopenings make it answered.
    pub closings: i32,
    /// See `closings`.
    pub reopenings: i32,
    /// When the citizen took it back: then it is neither answered nor open.
    pub withdrawn_at: Option<Timestamp>,
}

impl CaseFigure {
    /// Every part keeps its earliest or latest moment or is counted, so the order of hearing leaves no trace.
    fn hear(&mut self, happening: &Happening) {
        match happening {
            Happening::Registered { province, at, .. } => {
                let heard = (*at, province.clone());
                self.registered =
                    Some(self.registered.take().map_or(heard.clone(), |known| known.min(heard)));
            }
            Happening::Due { referral_id, due_at, epoch, .. } => {
                let heard = Due { epoch: *epoch, due_at: *due_at };
                let known = self.dues.entry(*referral_id).or_insert(heard);
                *known = heard.max(*known);
            }
            Happening::Answered { at, .. } => self.answered_at = self.answered_at.max(Some(*at)),
            Happening::Closed { at, .. } => {
                self.closed_at = self.closed_at.max(Some(*at));
                self.closings += 1;
            }
            Happening::Withdrawn { at, .. } => self.withdrawn_at = self.withdrawn_at.max(Some(*at)),
            Happening::Reopened { .. } => self.reopenings += 1,
            _ => {}
        }
    }

    /// The latest due moment among the case's referrals; none where no policy sets one.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.dues.values().filter_map(|due| due.due_at).max()
    }

    /// What this case adds to the counters of its province and registration day.
    fn contribution(&self) -> Counters {
        let withdrawn = self.withdrawn_at.is_some();
        let answered = self.closings > self.reopenings && !withdrawn;
        // The clock runs by when the answer was recorded, not by when the case was closed after it.
        let ended_at = self.answered_at.or(self.closed_at);
        let late = answered && self.due_at().is_some_and(|due_at| ended_at > Some(due_at));
        Counters {
            cases: 1,
            answered: answered.into(),
            on_time: (answered && !late).into(),
            late: late.into(),
            withdrawn: withdrawn.into(),
            ..Counters::default()
        }
    }
}

/// A row of counters: province and day.
pub type DayKey = (String, Date);
/// By how much each row of counters moves.
pub type Moved = Vec<(DayKey, Counters)>;
/// The rows of the cases that changed.
pub type Changed = Vec<(Uuid, CaseFigure)>;

/// Folds one batch: cases loaded before, changed cases and counter differences taken after.
pub struct Fold<'a> {
    days: &'a Days,
    cases: HashMap<Uuid, CaseFigure>,
    touched: HashSet<Uuid>,
    moved: BTreeMap<DayKey, Counters>,
}

impl<'a> Fold<'a> {
    /// Starts from the rows of every case that the batch touches; a case without a row is new.
    #[must_use]
    pub fn new(days: &'a Days, cases: HashMap<Uuid, CaseFigure>) -> Self {
        Self { days, cases, touched: HashSet::new(), moved: BTreeMap::new() }
    }

    /// Folds one thing in.
    pub fn hear(&mut self, happening: &Happening) {
        let none = Counters::default();
        let (province, at, one) = match happening {
            Happening::Contact { province, at } => (province, at, Counters { contacts: 1, ..none }),
            Happening::Guidance { province, at } => (province, at, Counters { guidance: 1, ..none }),
            Happening::Referral { province, at } => (province, at, Counters { referrals: 1, ..none }),
            Happening::Action { province, at } => (province, at, Counters { actions: 1, ..none }),
            Happening::Notice { province, at, sent } => {
                let (sent, failed) = (i64::from(*sent), i64::from(!sent));
                (province, at, Counters { notices_sent: sent, notices_failed: failed, ..none })
            }
            Happening::Feedback { province, at, word } => {
                let is = |one| i64::from(*word == one);
                let (solved, not_solved, no_reply) =
                    (is(Word::Solved), is(Word::NotSolved), is(Word::NoReply));
                (province, at, Counters { solved, not_solved, no_reply, ..none })
            }
            Happening::Slot { province, at, end } => {
                let is = |one| i64::from(*end == one);
                let (slots_kept, slots_missed) = (is(SlotEnd::Kept), is(SlotEnd::Missed));
                let slots_uncovered = is(SlotEnd::Uncovered);
                (province, at, Counters { slots_kept, slots_missed, slots_uncovered, ..none })
            }
            Happening::Reopened { case_id, province, at } => {
                self.change(*case_id, happening);
                (province, at, Counters { reopened: 1, ..none })
            }
            Happening::Registered { case_id, .. }
            | Happening::Due { case_id, .. }
            | Happening::Answered { case_id, .. }
            | Happening::Closed { case_id, .. }
            | Happening::Withdrawn { case_id, .. } => return self.change(*case_id, happening),
        };
        self.count(province, *at, &one, 1);
    }

    fn change(&mut self, case_id: Uuid, happening: &Happening) {
        let before = self.cases.entry(case_id).or_default().clone();
        let mut after = before.clone();
        after.hear(happening);
        if after == before {
            return;
        }
        self.contribute(&before, -1);
        self.contribute(&after, 1);
        self.cases.insert(case_id, after);
        self.touched.insert(case_id);
    }

    fn contribute(&mut self, case: &CaseFigure, sign: i64) {
        if let Some((at, province)) = &case.registered {
            self.count(province, *at, &case.contribution(), sign);
        }
    }

    fn count(&mut self, province: &str, at: Timestamp, by: &Counters, sign: i64) {
        let key = (province.to_owned(), self.days.day(at));
        self.moved.entry(key).or_default().add(by, sign);
    }

    /// The changed cases, and by how much each counter row moves.
    #[must_use]
    pub fn finish(mut self) -> (Changed, Moved) {
        let mut cases: Vec<_> =
            self.touched.iter().filter_map(|id| Some((*id, self.cases.remove(id)?))).collect();
        cases.sort_unstable_by_key(|(id, _)| *id);
        self.moved.retain(|_, by| *by != Counters::default());
        (cases, self.moved.into_iter().collect())
    }
}
