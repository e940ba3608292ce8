//! What facts say of referrals, whatever their order.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::observation::{Holder, Observation};

/// Where a clock stands. Of two the later in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// How often it had moved: moves of the same moment have an order too.
    pub epoch: u32,
    pub since: Timestamp,
    pub due_at: Timestamp,
    /// The leaf that says so.
    pub leaf: u64,
}

/// What is known of a referral; each part may be heard first.
#[derive(Debug, Clone)]
pub struct Referral {
    pub agency: Arc<str>,
    pub province: Arc<str>,
    pub issued_at: Option<Timestamp>,
    pub due: Option<Due>,
    /// When it was answered first, and the leaf that says so.
    pub answered: Option<(Timestamp, u64)>,
    pub ended_at: Option<Timestamp>,
}

impl Referral {
    /// When it is due.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.due.map(|due| due.due_at)
    }

    /// Whether the answer came after the due moment.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.answered.zip(self.due_at()).is_some_and(|((at, _), due_at)| at > due_at)
    }

    /// Whether it waits past its due moment, as of `now`.
    #[must_use]
    pub fn is_overdue_open(&self, now: Timestamp) -> bool {
        self.answered.is_none() && self.ended_at.is_none() && self.due_at().is_some_and(|due_at| due_at < now)
    }
}

/// Keeps what facts say of referrals, whatever their order. Names are stored once.
#[derive(Default)]
pub struct Referrals {
    names: HashSet<Arc<str>>,
    pub by_id: HashMap<Uuid, Referral>,
}

impl Referrals {
    /// Hears what a leaf says of a referral; the rest is nothing to it.
    pub fn hear(&mut self, observation: &Observation, leaf: u64) {
        let (Observation::Issued { referral, .. }
        | Observation::Due { referral, .. }
        | Observation::Answered { referral, .. }
        | Observation::Ended { referral, .. }) = observation
        else {
            return;
        };
        let known = self.of(referral);
        match observation {
            Observation::Issued { at, .. } => {
                known.issued_at = Some(known.issued_at.map_or(*at, |had| had.min(*at)));
            }
            Observation::Due { due_at, since, epoch, .. } => {
                let due = Due { epoch: *epoch, since: *since, due_at: *due_at, leaf };
                known.due = known.due.max(Some(due));
            }
            Observation::Answered { at, .. } => {
                known.answered = Some(known.answered.map_or((*at, leaf), |had| had.min((*at, leaf))));
            }
            _ => known.ended_at = known.ended_at.max(Some(observation.at())),
        }
    }

    fn of(&mut self, holder: &Holder) -> &mut Referral {
        let (agency, province) = (self.name(&holder.agency), self.name(&holder.province));
        self.by_id.entry(holder.referral_id).or_insert_with(|| Referral {
            agency,
            province,
            issued_at: None,
            due: None,
            answered: None,
            ended_at: None,
        })
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let new: Arc<str> = name.into();
        self.names.insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_760_000_000 + second).unwrap()
    }

    proptest! {
        #[test]
        fn of_moves_of_one_moment_the_last_counts_in_whatever_order(
            dues in prop::collection::vec(0_i64..9, 1..6),
            order in any::<prop::sample::Index>(),
        ) {
            let referral = Holder { referral_id: Uuid::nil(), agency: "water".into(), province: "fars".into() };
            let last = at(dues[dues.len() - 1]);
            let due = |(epoch, due): (u32, i64)| Observation::Due {
                referral: referral.clone(),
                due_at: at(due),
                since: at(0),
                epoch,
            };
            let mut told: Vec<Observation> = (0..).zip(dues).map(due).collect();
            let turn = order.index(told.len());
            told.rotate_left(turn);
            let mut referrals = Referrals::default();
            (0..).zip(&told).for_each(|(leaf, told)| referrals.hear(told, leaf));
            prop_assert_eq!(referrals.by_id[&Uuid::nil()].due_at(), Some(last));
        }
    }
}
