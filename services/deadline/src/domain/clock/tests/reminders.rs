//! A clock that moved reminds of its new due moment.

use super::*;

#[test]
fn a_clock_that_a_closure_moved_reminds_at_its_new_moments() {
    let mut clock = set(15);
    assert_eq!(fire(&mut clock, 14 * DAY_S + 2), [Told::Reminder(1)]);
    // Two days closed at once: the new due moment is three days ahead, and the day before it still to come.
    let rules = rules(&[14, 15]);
    assert!(matches!(clock.refresh(&rules, at(14 * DAY_S + 60)), Some(Told::Moved(_))));
    assert_eq!((due_of(&clock), clock.next_at(&rules)), (Some(at(17 * DAY_S)), Some(at(16 * DAY_S))));
    let mut fire = |second| clock.fire(at(second), SignedDuration::ZERO, &rules);
    assert_eq!(fire(15 * DAY_S), [], "what would have been said five days before is past");
    assert_eq!(fire(16 * DAY_S), [Told::Reminder(1)]);
    assert_eq!(fire(17 * DAY_S), [Told::Breached]);
}

proptest! {
    /// However closures move a clock: a reminder is stated only when its day has come, never one that is long past, and at
    /// each moment at most once.
    #[test]
    fn a_moved_clock_reminds_of_its_due_moment_only(
        closed in prop::collection::vec((0_i64..25, 0_i64..30), 0..6),
    ) {
        let mut closed = closed;
        closed.sort_by_key(|(_, announced)| *announced);
        let mut days: Vec<i64> = Vec::new();
        let (mut clock, mut known, mut stated) = (set(15), rules(&[]), Vec::new());
        for hour in 0..40 * 24 {
            while closed.first().is_some_and(|(_, announced)| announced * 24 <= hour) {
                let (day, _) = closed.remove(0);
                if !days.contains(&day) {
                    days.push(day);
                }
                known = rules(&days);
                clock.refresh(&known, at(hour * 3_600));
            }
            for told in clock.fire(at(hour * 3_600), SignedDuration::ZERO, &known) {
                if let Told::Reminder(before) = told {
                    let moment = due_of(&clock).unwrap() - SignedDuration::from_hours(24 * i64::from(before));
                    let next = if before == 5 { 4 * DAY_S } else { DAY_S };
                    let late = at(hour * 3_600).duration_since(moment).as_secs();
                    prop_assert!((0..next).contains(&late), "{before} days before, {late} s late");
                    prop_assert!(!stated.contains(&(before, moment)), "twice");
                    stated.push((before, moment));
                }
            }
        }
        prop_assert!(clock.breached_at.is_some());
    }
}
