use proptest::prelude::*;

use super::*;

const DAY_S: i64 = 86_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_758_600_000 + second).unwrap()
}

fn policy(length_days: u32, honours_target: bool) -> Policy {
    Policy {
        name: "general".into(),
        version: 1,
        programme: String::new(),
        length_days,
        honours_target,
        reminder_days_before: vec![5, 1],
        valid_from: at(0),
    }
}

fn issue(policy: Policy, target_at: Option<Timestamp>) -> Issue {
    let tehran = Tehran::new().unwrap();
    Issue {
        case_id: CaseId(uuid::Uuid::nil()),
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        due_at: Issue::due(Some(&policy), at(0), target_at, &tehran),
        policy: Some(policy),
        starts_at: at(0),
        target_at,
    }
}

fn set(days: u32) -> Clock {
    let mut clock = Clock::default();
    assert_eq!(clock.hear(News::Issued(Box::new(issue(policy(days, false), None)))), [Told::Set]);
    clock
}

#[test]
fn the_target_replaces_the_length_only_where_it_is_honoured() {
    assert_eq!(issue(policy(15, false), Some(at(7))).due_at, Some(at(15 * DAY_S)));
    assert_eq!(issue(policy(15, true), Some(at(7))).due_at, Some(at(7)));
    assert_eq!(issue(policy(15, true), None).due_at, Some(at(15 * DAY_S)));
    assert_eq!(issue(policy(0, true), None).due_at, None);
}

#[test]
fn without_a_due_moment_nothing_falls_due_and_any_end_is_on_time() {
    let tehran = Tehran::new().unwrap();
    let mut clock = Clock::default();
    clock.hear(News::Issued(Box::new(issue(policy(0, true), None))));
    assert_eq!(clock.next_at(&tehran), None);
    assert_eq!(clock.fire(Timestamp::MAX, SignedDuration::ZERO, &tehran), None);
    let end = News::Ended(End { at: at(900 * DAY_S), returned: false });
    assert_eq!(clock.hear(end), [Told::Met { on_time: true, breach_withdrawn: false }]);
}

#[test]
fn reminders_come_in_turn_then_the_breach() {
    let (tehran, grace) = (Tehran::new().unwrap(), SignedDuration::from_secs(2));
    let mut clock = set(15);
    assert_eq!(clock.next_at(&tehran), Some(at(10 * DAY_S)));
    assert_eq!(clock.fire(at(10 * DAY_S + 1), grace, &tehran), None);
    assert_eq!(clock.fire(at(10 * DAY_S + 2), grace, &tehran), Some(Told::Reminder(5)));
    assert_eq!(clock.next_at(&tehran), Some(at(14 * DAY_S)));
    assert_eq!(clock.fire(at(14 * DAY_S + 2), grace, &tehran), Some(Told::Reminder(1)));
    assert_eq!(clock.fire(at(15 * DAY_S + 2), grace, &tehran), Some(Told::Breached));
    assert_eq!(clock.next_at(&tehran), None);
}

#[test]
fn a_reminder_long_missed_is_skipped() {
    let (tehran, grace) = (Tehran::new().unwrap(), SignedDuration::ZERO);
    let mut clock = set(15);
    assert_eq!(clock.fire(at(14 * DAY_S), grace, &tehran), Some(Told::Reminder(1)));
    let mut clock = set(15);
    assert_eq!(clock.fire(at(90 * DAY_S), grace, &tehran), Some(Told::Breached));
    // A reminder that would fall before the agency's time began is none.
    assert_eq!(set(3).next_at(&tehran), Some(at(2 * DAY_S)));
}

#[test]
fn a_timely_answer_heard_late_withdraws_the_breach_and_a_late_one_does_not() {
    let tehran = Tehran::new().unwrap();
    for (second, on_time) in [(15 * DAY_S, true), (15 * DAY_S + 1, false)] {
        let mut clock = set(15);
        clock.fire(at(16 * DAY_S), SignedDuration::ZERO, &tehran);
        let told = clock.hear(News::Ended(End { at: at(second), returned: false }));
        assert_eq!(told, [Told::Met { on_time, breach_withdrawn: on_time }]);
    }
}

proptest! {
    /// Facts in any order and any number, looks at any moments in between.
    #[test]
    fn every_fact_is_stated_once_whatever_the_order(
        ends_at in 0..20 * DAY_S,
        heard in prop::collection::vec((any::<bool>(), 0..20 * DAY_S), 1..12),
    ) {
        let tehran = Tehran::new().unwrap();
        let issued = News::Issued(Box::new(issue(policy(15, false), None)));
        let ended = News::Ended(End { at: at(ends_at), returned: false });
        let (mut clock, mut told, mut now) = (Clock::default(), Vec::new(), 0);
        for (is_issued, moment) in heard.iter().copied().chain([(true, 0), (false, 0)]) {
            told.extend(clock.hear(if is_issued { issued.clone() } else { ended.clone() }));
            now = now.max(moment);
            told.extend(clock.fire(at(now), SignedDuration::ZERO, &tehran));
            let next = clock.next_at(&tehran);
            prop_assert!(next.is_none_or(|next| next > at(now)), "something due was left: {next:?}");
        }
        let on_time = ends_at <= 15 * DAY_S;
        let breached = told.contains(&Told::Breached);
        let count = |wanted: Told| told.iter().filter(|t| **t == wanted).count();
        prop_assert_eq!(count(Told::Set), 1);
        prop_assert_eq!(count(Told::Met { on_time, breach_withdrawn: on_time && breached }), 1);
        for once in [Told::Breached, Told::Reminder(5), Told::Reminder(1)] {
            prop_assert!(count(once) <= 1);
        }
        prop_assert_eq!(told.last(), Some(&Told::Met { on_time, breach_withdrawn: on_time && breached }));
        prop_assert_eq!(clock.next_at(&tehran), None);
    }
}
