//! The way in for agencies' actions: one room for all of them, by whichever door they come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::domain::admission::Room;
use crate::domain::journal::Verdict;
use crate::domain::refusal::Code;

/// Actions in hand at once: what a hundred agencies act on with all that their adapters do at one time, and less than
/// the commit lets wait.
const AT_ONCE: usize = 8_000;

/// Where actions are let in; copies share it.
#[derive(Clone)]
pub struct Entrance(Arc<Inner>);

struct Inner {
    room: Mutex<Room>,
    opened: Instant,
}

/// One action's place, until it is dropped.
pub struct Place {
    entrance: Entrance,
    agency: String,
    at_fault: bool,
}

impl Default for Entrance {
    fn default() -> Self {
        Entrance(Arc::new(Inner { room: Mutex::new(Room::of(AT_ONCE)), opened: Instant::now() }))
    }
}

impl Entrance {
    /// A place for one more action of the agency; none while it has its share.
    #[must_use]
    pub fn enter(&self, agency: &str) -> Option<Place> {
        let enters = self.room().enter(agency, self.0.opened.elapsed());
        enters.then(|| Place { entrance: self.clone(), agency: agency.to_owned(), at_fault: false })
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// What became of the action, which leaves by that.
    pub fn leave(mut self, verdict: &Verdict) {
        // What no sound adapter sends: it copies the referral's id from the referral.
        self.at_fault = matches!(verdict, Err(refusal)
            if matches!(refusal.code,
                Code::Unreadable | Code::OtherReferral | Code::UnknownReferral | Code::NotYours));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.entrance.room().leave(&self.agency, self.at_fault, self.entrance.0.opened.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_half_waits_until_one_leaves_and_others_feel_nothing() {
        let entrance = Entrance::default();
        let mut flood: Vec<Place> = std::iter::from_fn(|| entrance.enter("flood")).collect();
        assert_eq!(flood.len(), AT_ONCE / 2);
        assert!(entrance.enter("quiet").is_some());
        drop(flood.pop());
        assert!(entrance.enter("flood").is_some());
    }

    #[test]
    fn nothing_but_faults_is_not_let_in_for_long() {
        let entrance = Entrance::default();
        let fault: Verdict = Err(Code::UnknownReferral.into());
        let let_in =
            (0..5_000).filter(|_| entrance.enter("broken").map(|place| place.leave(&fault)).is_some());
        assert!(let_in.count() < 2_000);
        assert!(entrance.enter("sound").is_some());
    }
}
