//! How much of the room one agency may take, so that a flood of one is felt by nobody else.

use std::collections::HashMap;
use std::time::Duration;

/// Faults that an agency may make in a row: an adapter under development makes some, a sound one none.
const FAULTS: f64 = 1_000.0;
/// Faults that are forgiven, a second. Each is stated as a fact and kept for good.
const FORGIVEN_PER_S: f64 = 20.0;

/// The room for actions that are in hand, and who takes how much of it.
#[derive(Debug)]
pub struct Room {
    free: usize,
    agencies: HashMap<String, Guest>,
}

/// An agency with actions in hand, or with faults that are not forgiven yet.
#[derive(Debug, Default)]
struct Guest {
    in_hand: usize,
    faults: f64,
    /// When `faults` was so.
    at: Duration,
}

impl Guest {
    fn forgive(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        (self.faults, self.at) = ((self.faults - passed * FORGIVEN_PER_S).max(0.0), now);
    }
}

impl Room {
    /// Room for so many.
    #[must_use]
    pub fn of(places: usize) -> Self {
        Room { free: places, agencies: HashMap::new() }
    }

    /// Whether one more action of the agency is let in at `now` (since some beginning). It is as long as the agency
    /// has less in hand than is free: so one that floods gets half, several share, and some room is always left for who
    /// comes with little. Not let in is who made too many faults.
    pub fn enter(&mut self, agency: &str, now: Duration) -> bool {
        let Some(guest) = self.agencies.get_mut(agency) else {
            let has_room = self.free > 0;
            if has_room {
                self.agencies.insert(agency.to_owned(), Guest { in_hand: 1, faults: 0.0, at: now });
                self.free -= 1;
            }
            return has_room;
        };
        guest.forgive(now);
        let enters = guest.in_hand < self.free && guest.faults < FAULTS;
        if enters {
            guest.in_hand += 1;
            self.free -= 1;
        }
        enters
    }

    /// One of the agency's actions is done with; `at_fault` when a sound adapter would not have sent it.
    pub fn leave(&mut self, agency: &str, at_fault: bool, now: Duration) {
        let Some(guest) = self.agencies.get_mut(agency) else { return };
        self.free += 1;
        guest.in_hand = guest.in_hand.saturating_sub(1);
        guest.forgive(now);
        guest.faults += f64::from(u8::from(at_fault));
        // Nothing is kept of who has nothing in hand and nothing to be forgiven.
        if guest.in_hand == 0 && guest.faults == 0.0 {
            self.agencies.remove(agency);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Duration = Duration::from_secs(7);

    proptest! {
        #[test]
        fn floods_share_and_leave_room_for_who_comes_with_little(floods in 1..60_usize, places in 100..3_000_usize) {
            let mut room = Room::of(places);
            let names: Vec<String> = (0..floods).map(|n| format!("flood-{n}")).collect();
            let mut let_in = vec![0_usize; floods];
            for _ in 0..places {
                for (name, count) in names.iter().zip(&mut let_in) {
                    *count += usize::from(room.enter(name, NOW));
                }
            }
            let (least, most) = (let_in.iter().min().unwrap(), let_in.iter().max().unwrap());
            prop_assert!(most - least <= 1, "{let_in:?}");
            prop_assert!(room.enter("quiet", NOW));
            for (name, count) in names.iter().zip(let_in) {
                (0..count).for_each(|_| room.leave(name, false, NOW));
            }
            room.leave("quiet", false, NOW);
            prop_assert_eq!((room.free, room.agencies.len()), (places, 0));
        }
    }

    #[test]
    fn who_makes_nothing_but_faults_is_let_in_as_fast_as_they_are_forgiven() {
        let mut room = Room::of(100);
        let mut count = |now: Duration| {
            (0..5_000)
                .filter(|_| room.enter("broken", now).then(|| room.leave("broken", true, now)).is_some())
                .count()
        };
        assert_eq!(count(NOW), 1_000);
        assert_eq!(count(NOW), 0);
        assert_eq!(count(NOW + Duration::from_secs(5)), 100);
        assert!(room.enter("sound", NOW));
    }
}
