use std::sync::Arc;

use contracts::CaseId;
use jalali::Tehran;
use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::super::adjustment::What;
use super::super::calendar::{DayOff, Kind, Span, Week};
use super::super::rules::Outage;
use super::*;

/// Thursday 3 Mehr 1404; Friday is the weekly day off.
const THURSDAY: &str = "2025-09-25T10:00:00+03:30";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(hours: i64) -> Timestamp {
    at(THURSDAY) + SignedDuration::from_hours(hours)
}

fn rules(closed: &[i64], outages: &[(i64, i64)]) -> Rules {
    let span = Span { added: 1, removed: None };
    let (tehran, id) = (Tehran::new().unwrap(), Uuid::nil());
    let off = closed.iter().map(|day| {
        let day = tehran.zoned(hours(day * 24)).date();
        let (province, reason_fa) = (String::new(), String::new());
        DayOff { id, kind: Kind::Closure, province, first: day, last: day, reason_fa, span }
    });
    let weeks = vec![Week {
        province: String::new(),
        first: date(2000, 1, 1),
        off: [false, false, false, false, true, false, false],
        added: 1,
    }];
    let outages = outages.iter().map(|(from, lasted)| Outage {
        id,
        agency: "water".into(),
        from: hours(*from),
        until: hours(*from + *lasted),
        to: Party::System,
        reason_fa: String::new(),
        span,
    });
    Rules::new(1, &tehran, Vec::new(), off.collect(), weeks, outages.collect())
}

fn issue(policy: Policy, starts_at: Timestamp) -> Issue {
    Issue {
        case_id: CaseId(Uuid::nil()),
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        policy: Some(Arc::new(policy)),
        starts_at,
        target_at: None,
        due_at: None,
        rules_version: 0,
        epoch: 0,
    }
}

fn working(length_days: u32) -> Policy {
    Policy { working_days: true, ..Policy::of_days(length_days) }
}

#[test]
fn working_days_leave_out_fridays_and_closures() {
    let due = |closed: &[i64], policy| due(&issue(policy, at(THURSDAY)), &[], &rules(closed, &[]));
    assert_eq!(due(&[], working(1)), Some(at("2025-09-27T10:00:00+03:30")));
    assert_eq!(due(&[2], working(1)), Some(at("2025-09-28T10:00:00+03:30")));
    assert_eq!(due(&[], working(6)), Some(at("2025-10-02T10:00:00+03:30")));
    assert_eq!(due(&[], working(7)), Some(at("2025-10-04T10:00:00+03:30")));
    // Issued on a Friday: Saturday is the first day, and is had whole.
    let friday = at("2025-09-26T18:00:00+03:30");
    let due = super::due(&issue(working(1), friday), &[], &rules(&[], &[]));
    assert_eq!(due, Some(at("2025-09-28T00:00:00+03:30")));
}

#[test]
fn calendar_days_count_fridays_and_wait_for_a_working_day_only_where_the_policy_says_so() {
    let due = |policy| due(&issue(policy, at(THURSDAY)), &[], &rules(&[], &[]));
    assert_eq!(due(Policy::of_days(1)), Some(at("2025-09-26T10:00:00+03:30")));
    let waits = Policy { ends_on_working_day: true, ..Policy::of_days(1) };
    assert_eq!(due(waits), Some(at("2025-09-27T10:00:00+03:30")));
}

#[test]
fn a_closure_adds_a_day_unless_the_policy_ignores_closures() {
    let due = |policy, closed: &[i64]| due(&issue(policy, at(THURSDAY)), &[], &rules(closed, &[]));
    assert_eq!(due(Policy::of_days(3), &[]), Some(hours(72)));
    // A closure after the end concerns nobody; one that the first moves into does.
    assert_eq!(due(Policy::of_days(3), &[5]), Some(hours(72)));
    assert_eq!(due(Policy::of_days(3), &[3, 4]), Some(hours(120)));
    assert_eq!(due(Policy { ignores_closures: true, ..Policy::of_days(3) }, &[3, 4]), Some(hours(72)));
    // What is issued on a closed day begins with the next one, at midnight.
    assert_eq!(due(Policy::of_days(3), &[0]), Some(at("2025-09-29T00:00:00+03:30")));
}

#[test]
fn broken_delivery_gives_the_agency_its_hours_back_once() {
    let due = |outages: &[(i64, i64)], closed: &[i64]| {
        due(&issue(Policy::of_days(3), at(THURSDAY)), &[], &rules(closed, outages))
    };
    // Before the beginning nothing is lost, twice is not lost twice, and after the end nothing is.
    assert_eq!(due(&[(-9, 4)], &[]), Some(hours(72)));
    assert_eq!(due(&[(-2, 4), (1, 3), (90, 9)], &[]), Some(hours(76)));
    // What is added runs into a closed day.
    assert_eq!(due(&[(1, 20)], &[4]), Some(hours(116)));
}

fn policies() -> impl Strategy<Value = Policy> {
    (1..20_u32, any::<bool>(), any::<bool>(), any::<bool>(), 0..5_u32).prop_map(
        |(days, working_days, ignores, ends, pause)| Policy {
            working_days,
            ignores_closures: ignores,
            ends_on_working_day: ends,
            pause_max_days: pause,
            ..Policy::of_days(days)
        },
    )
}

fn adjustments() -> impl Strategy<Value = Vec<Adjustment>> {
    let what = prop_oneof![
        Just(What::DocumentsAsked),
        Just(What::DocumentsCame),
        (0..9_u32).prop_map(What::Granted)
    ];
    prop::collection::vec((0..400_i64, any::<u128>(), what), 0..5).prop_map(|all| {
        let mut all: Vec<_> = all
            .into_iter()
            .map(|(hour, id, what)| Adjustment { at: hours(hour), id: Uuid::from_u128(id), what })
            .collect();
        all.sort_unstable();
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Who gets a case later has no less time left; a closure, an outage or an extension never takes time away.
    #[test]
    fn time_is_never_taken_away(
        policy in policies(),
        adjustments in adjustments(),
        closed in prop::collection::vec(-3_i64..40, 0..8),
        outages in prop::collection::vec((-40..500_i64, 1..60_i64), 0..5),
        later in 0..200_i64,
    ) {
        let (none, all) = (rules(&[], &[]), rules(&closed, &outages));
        let (early, late) = (issue(policy.clone(), hours(0)), issue(policy.clone(), hours(later)));
        // What is put off to the next working day keeps its time of day: there it is so to the day.
        let end = |issue: &Issue, adjustments: &[Adjustment], rules: &Rules| {
            let (due, tehran) = (due(issue, adjustments, rules).unwrap(), &rules.tehran);
            if policy.ends_on_working_day { tehran.first_moment(tehran.date(due)) } else { due }
        };
        let whole = end(&early, &adjustments, &all);
        prop_assert!(whole >= end(&early, &[], &none));
        for rules in [&none, &rules(&closed, &[])] {
            prop_assert!(end(&late, &[], rules) >= end(&early, &[], rules));
        }
        for leave_out in 0..closed.len() {
            let mut fewer = closed.clone();
            fewer.remove(leave_out);
            prop_assert!(end(&early, &adjustments, &rules(&fewer, &outages)) <= whole);
        }
    }
}
