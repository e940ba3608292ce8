use jalali::Tehran;
use jiff::SignedDuration;
use jiff::civil::Date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::{DayOff, Kind, Span};
use crate::domain::policy::Level;

mod reminders;
mod review;

const DAY_S: i64 = 86_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_758_600_000 + second).unwrap()
}

fn day(number: i64) -> Date {
    Tehran::new().unwrap().zoned(at(number * DAY_S)).date()
}

/// Rules whose `n`-th version adds the closure of the `n`-th day that is named.
fn rules(closed: &[i64]) -> Rules {
    let off = |(added, number): (u64, &i64)| DayOff {
        id: Uuid::from_u128(u128::from(added)),
        kind: Kind::Closure,
        province: "fars".into(),
        first: day(*number),
        last: day(*number),
        reason_fa: "گرد و غبار".into(),
        span: Span { added, removed: None },
    };
    let off: Vec<_> = (2..).zip(closed).map(off).collect();
    let version = u64::try_from(closed.len()).unwrap() + 1;
    Rules::new(version, &Tehran::new().unwrap(), Vec::new(), off, Vec::new(), Vec::new())
}

fn issue(policy: Policy, target_at: Option<Timestamp>) -> News {
    News::Issued(Box::new(Issue {
        case_id: CaseId(Uuid::nil()),
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        policy: Some(Arc::new(policy)),
        starts_at: at(0),
        target_at,
        due_at: None,
        rules_version: 0,
        epoch: 0,
    }))
}

fn set_by(policy: Policy, target_at: Option<Timestamp>) -> Clock {
    let mut clock = Clock::default();
    assert_eq!(clock.hear(issue(policy, target_at), at(0), &rules(&[])), [Told::Set]);
    clock
}

fn set(days: u32) -> Clock {
    set_by(Policy::of_days(days), None)
}

fn due_of(clock: &Clock) -> Option<Timestamp> {
    clock.issue.as_ref().and_then(|issue| issue.due_at)
}

fn answered(second: i64) -> News {
    News::Ended(End { at: at(second), how: Ending::Answered })
}

fn adjusted(second: i64, id: u128, what: What) -> News {
    News::Adjusted(Adjustment { at: at(second), id: Uuid::from_u128(id), what })
}

fn fire(clock: &mut Clock, second: i64) -> Vec<Told> {
    clock.fire(at(second), SignedDuration::from_secs(2), &rules(&[]))
}

#[test]
fn the_target_replaces_the_length_only_where_it_is_honoured() {
    let due = |days, honours_target, target| {
        due_of(&set_by(Policy { honours_target, ..Policy::of_days(days) }, target))
    };
    assert_eq!(due(15, false, Some(at(7))), Some(at(15 * DAY_S)));
    assert_eq!(due(15, true, Some(at(7))), Some(at(7)));
    assert_eq!(due(15, true, None), Some(at(15 * DAY_S)));
    assert_eq!(due(0, true, None), None);
}

#[test]
fn without_a_due_moment_nothing_falls_due_and_any_end_is_on_time() {
    let mut clock = set_by(Policy { honours_target: true, ..Policy::of_days(0) }, None);
    assert_eq!(clock.next_at(&rules(&[])), None);
    assert_eq!(clock.fire(Timestamp::MAX, SignedDuration::ZERO, &rules(&[])), []);
    let told = clock.hear(answered(900 * DAY_S), at(0), &rules(&[]));
    assert_eq!(told, [Told::Met { on_time: true, breach_withdrawn: false }]);
}

#[test]
fn reminders_come_in_turn_then_the_breach() {
    let mut clock = set(15);
    assert_eq!(clock.next_at(&rules(&[])), Some(at(10 * DAY_S)));
    assert_eq!(fire(&mut clock, 10 * DAY_S + 1), []);
    assert_eq!(fire(&mut clock, 10 * DAY_S + 2), [Told::Reminder(5)]);
    assert_eq!(clock.next_at(&rules(&[])), Some(at(14 * DAY_S)));
    assert_eq!(fire(&mut clock, 14 * DAY_S + 2), [Told::Reminder(1)]);
    assert_eq!(fire(&mut clock, 15 * DAY_S + 2), [Told::Breached]);
    assert_eq!(clock.next_at(&rules(&[])), None);
}

#[test]
fn a_reminder_long_missed_is_skipped() {
    assert_eq!(fire(&mut set(15), 14 * DAY_S + 2), [Told::Reminder(1)]);
    assert_eq!(fire(&mut set(15), 90 * DAY_S), [Told::Breached]);
    // A reminder that would fall before the agency's time began is none.
    assert_eq!(set(3).next_at(&rules(&[])), Some(at(2 * DAY_S)));
}

fn escalating() -> Clock {
    let step = |offset_days, to| Escalation { offset_days, to };
    let escalations = vec![step(-1, Level::AgencyHead), step(0, Level::Province), step(7, Level::National)];
    set_by(Policy { reminder_days_before: Vec::new(), escalations, ..Policy::of_days(15) }, None)
}

#[test]
fn each_step_of_the_escalation_is_told_once_and_none_is_skipped() {
    let levels = |told: Vec<Told>| -> Vec<Level> {
        told.into_iter()
            .filter_map(|t| if let Told::Escalated(step) = t { Some(step.to) } else { None })
            .collect()
    };
    let mut clock = escalating();
    assert_eq!(levels(fire(&mut clock, 14 * DAY_S + 2)), [Level::AgencyHead]);
    assert_eq!(levels(fire(&mut clock, 15 * DAY_S + 2)), [Level::Province]);
    assert_eq!(clock.next_at(&rules(&[])), Some(at(22 * DAY_S)));
    assert_eq!(levels(fire(&mut clock, 22 * DAY_S + 2)), [Level::National]);
    assert_eq!(clock.next_at(&rules(&[])), None);
    // Nobody looked for a month: everybody hears it.
    let told = fire(&mut escalating(), 45 * DAY_S);
    assert_eq!(told[0], Told::Breached);
    assert_eq!(levels(told), [Level::AgencyHead, Level::Province, Level::National]);
}

#[test]
fn a_closure_announced_after_the_breach_withdraws_it_and_what_was_escalated_by_it() {
    let mut clock = escalating();
    fire(&mut clock, 15 * DAY_S + 3_600);
    assert_eq!(clock.escalated, 2);
    let told = clock.refresh(&rules(&[3]), at(15 * DAY_S + 7_200));
    let Some(Told::Moved(moved)) = told else { panic!("{told:?}") };
    assert!(moved.breach_withdrawn && moved.cause.fa.contains("گرد و غبار"), "{moved:?}");
    assert_eq!((moved.cause.why, due_of(&clock)), (Why::Closure, Some(at(16 * DAY_S))));
    assert_eq!((clock.breached_at, clock.escalated), (None, 1));
    // The true breach is told again, to the province again, to the agency's head not.
    let told = clock.fire(at(16 * DAY_S), SignedDuration::ZERO, &rules(&[3]));
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(clock.refresh(&rules(&[3]), at(16 * DAY_S)), None);
}

#[test]
fn an_extension_moves_the_clock_once_and_is_reminded_of() {
    let (mut clock, rules) = (set(15), rules(&[]));
    fire(&mut clock, 14 * DAY_S + 2);
    let told = clock.hear(adjusted(14 * DAY_S, 1, What::Granted(10)), at(14 * DAY_S), &rules);
    assert!(matches!(&told[..], [Told::Moved(moved)] if moved.cause.why == Why::Extension), "{told:?}");
    assert_eq!(clock.hear(adjusted(14 * DAY_S, 1, What::Granted(10)), at(14 * DAY_S), &rules), []);
    assert_eq!(clock.hear(adjusted(14 * DAY_S, 2, What::Refused), at(14 * DAY_S), &rules), []);
    assert_eq!((due_of(&clock), clock.next_at(&rules)), (Some(at(25 * DAY_S)), Some(at(20 * DAY_S))));
}

#[test]
fn documents_stop_the_clock_for_no_longer_than_the_policy_lets_them() {
    let rules = rules(&[]);
    let mut clock = set_by(Policy { pause_max_days: 4, ..Policy::of_days(15) }, None);
    clock.hear(adjusted(2 * DAY_S, 1, What::DocumentsAsked), at(2 * DAY_S), &rules);
    assert_eq!(due_of(&clock), Some(at(19 * DAY_S)));
    clock.hear(adjusted(3 * DAY_S, 2, What::DocumentsCame), at(3 * DAY_S), &rules);
    assert_eq!(due_of(&clock), Some(at(16 * DAY_S)));
    clock.hear(adjusted(5 * DAY_S, 3, What::DocumentsAsked), at(5 * DAY_S), &rules);
    clock.hear(adjusted(14 * DAY_S, 4, What::DocumentsCame), at(14 * DAY_S), &rules);
    assert_eq!(due_of(&clock), Some(at(19 * DAY_S)));
    // Without a pause in the policy nothing postpones the agency's clock.
    let mut strict = set(15);
    assert_eq!(strict.hear(adjusted(2 * DAY_S, 1, What::DocumentsAsked), at(2 * DAY_S), &rules), []);
}

#[test]
fn a_timely_answer_heard_late_withdraws_the_breach_and_a_late_one_does_not() {
    for (second, on_time) in [(15 * DAY_S, true), (15 * DAY_S + 1, false)] {
        let mut clock = set(15);
        fire(&mut clock, 16 * DAY_S);
        let told = clock.hear(answered(second), at(16 * DAY_S), &rules(&[]));
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
        let rules = rules(&[]);
        let issued = issue(Policy::of_days(15), None);
        let (mut clock, mut told, mut now) = (Clock::default(), Vec::new(), 0);
        for (is_issued, moment) in heard.iter().copied().chain([(true, 0), (false, 0)]) {
            let news = if is_issued { issued.clone() } else { answered(ends_at) };
            told.extend(clock.hear(news, at(now), &rules));
            now = now.max(moment);
            told.extend(clock.fire(at(now), SignedDuration::ZERO, &rules));
            let next = clock.next_at(&rules);
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
        prop_assert_eq!(clock.next_at(&rules), None);
    }

    /// Closures announced in any order, before or after the clock is set and while it is looked at, leave the same
    /// due moment; announcing never moves it back.
    #[test]
    fn closures_move_a_clock_to_the_same_moment_in_any_order(
        closed in prop::collection::btree_set(-3_i64..25, 0..9),
        order in any::<prop::sample::Index>(),
        set_after in any::<prop::sample::Index>(),
    ) {
        let mut closed: Vec<i64> = closed.into_iter().collect();
        let whole = rules(&closed);
        let mut direct = Clock::default();
        direct.hear(issue(Policy::of_days(15), None), at(0), &whole);
        if !closed.is_empty() {
            let turn = order.index(closed.len());
            closed.rotate_left(turn);
        }
        let known = set_after.index(closed.len() + 1);
        let mut clock = Clock::default();
        clock.hear(issue(Policy::of_days(15), None), at(0), &rules(&closed[..known]));
        for more in known..=closed.len() {
            let before = due_of(&clock);
            let told = clock.refresh(&rules(&closed[..more]), at(0));
            prop_assert!(due_of(&clock) >= before);
            prop_assert_eq!(told.is_some(), due_of(&clock) != before);
        }
        prop_assert_eq!(due_of(&clock), due_of(&direct));
    }
}
