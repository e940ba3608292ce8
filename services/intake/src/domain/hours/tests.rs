use jiff::Span;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::calendar::{Closure, DaysOff, Holidays};

const TABRIZ: Centre<'static> = Centre { province: "east-azerbaijan", centre: "tabriz" };
const WORKING: [bool; 7] = [true, true, true, false, false, true, true];

fn rule(name: &str, kind: Kind, from: Date, until: Option<Date>) -> Rule {
    let (opens, closes) = match kind {
        Kind::Usual => (450, 870),
        Kind::Closure => (0, 0),
        Kind::Trip => (0, MIDNIGHT),
    };
    let weekdays = if kind == Kind::Usual { WORKING } else { [true; 7] };
    Rule {
        rule: name.into(),
        version: 1,
        kind,
        province: String::new(),
        centre: String::new(),
        weekdays,
        opens,
        closes,
        from,
        until,
        ends_before: None,
        reason_fa: String::new(),
    }
}

fn answering(rules: &[Rule], centre: Centre<'_>, at: Timestamp) -> Answering {
    closed(rules, DaysOff::default()).answering(centre, at, &tehran())
}

fn closed(rules: &[Rule], days_off: DaysOff) -> Timetable {
    Timetable { rules: rules.to_vec(), days_off: days_off.into() }
}

fn tehran() -> Tehran {
    Tehran::new().unwrap()
}

fn at(day: Date, hour: i8, minute: i8) -> Timestamp {
    moment(day, u16::try_from(hour).unwrap() * 60 + u16::try_from(minute).unwrap(), &tehran()).unwrap()
}

fn rules() -> Vec<Rule> {
    vec![
        rule("usual", Kind::Usual, date(2000, 1, 1), None),
        Rule {
            province: "east-azerbaijan".into(),
            ..rule("snow", Kind::Closure, date(2026, 1, 4), Some(date(2026, 1, 5)))
        },
        Rule {
            centre: "tabriz".into(),
            ..rule("visit", Kind::Trip, date(2026, 1, 5), Some(date(2026, 1, 7)))
        },
    ]
}

#[test]
fn usual_hours_closures_and_trips_decide_the_day() {
    let saturday = date(2026, 1, 3);
    let asked = |day, hour, minute| answering(&rules(), TABRIZ, at(day, hour, minute));
    assert!(!asked(saturday, 7, 29).open);
    assert_eq!(asked(saturday, 7, 29).until, Some(at(saturday, 7, 30)));
    assert!(asked(saturday, 7, 30).open);
    assert_eq!(asked(saturday, 14, 29).until, Some(at(saturday, 14, 30)));
    // Sunday is closed for snow; on Monday the visit begins, round the clock.
    let evening = asked(saturday, 14, 30);
    assert_eq!((evening.open, evening.until), (false, Some(at(date(2026, 1, 5), 0, 0))));
    assert_eq!(asked(date(2026, 1, 4), 10, 0).kind, Some(Kind::Closure));
    let visit = asked(date(2026, 1, 5), 3, 0);
    assert_eq!((visit.open, visit.until), (true, Some(at(date(2026, 1, 8), 0, 0))));
    // Another province works on Sunday, and nobody on Thursday and Friday.
    let shiraz = Centre { province: "fars", centre: "shiraz" };
    assert!(answering(&rules(), shiraz, at(date(2026, 1, 4), 10, 0)).open);
    let weekend = answering(&rules(), shiraz, at(date(2026, 1, 8), 10, 0));
    assert_eq!(weekend.until, Some(at(date(2026, 1, 10), 7, 30)));
    assert_eq!(answering(&[], TABRIZ, at(saturday, 10, 0)).until, None);
}

/// Fars is closed on Sunday 4 January, and Tuesday the 6th is a holiday everywhere.
fn days_off() -> DaysOff {
    let closure = Closure {
        province: "fars".into(),
        first: date(2026, 1, 4),
        last: date(2026, 1, 4),
        reason_fa: "گرد و غبار".into(),
    };
    let holidays = Holidays { version: 1, covers: None, days: vec![date(2026, 1, 6)] };
    DaysOff::new(vec![closure], vec![holidays], Vec::new())
}

#[test]
fn a_closure_or_a_holiday_closes_usual_hours_unless_a_rule_names_the_day() {
    let shiraz = Centre { province: "fars", centre: "shiraz" };
    let asked = |rules: &[Rule], centre, day| {
        closed(rules, days_off()).answering(centre, at(date(2026, 1, day), 10, 0), &tehran())
    };
    let usual = [rule("usual", Kind::Usual, date(2000, 1, 1), None)];
    let sunday = asked(&usual, shiraz, 4);
    assert_eq!((sunday.open, sunday.kind, &*sunday.reason_fa), (false, Some(Kind::Closure), "گرد و غبار"));
    assert_eq!(sunday.until, Some(at(date(2026, 1, 5), 7, 30)));
    assert!(asked(&usual, TABRIZ, 4).open, "another province works");
    assert!(!asked(&usual, TABRIZ, 6).open && !asked(&usual, shiraz, 6).open, "a holiday is everywhere's");
    // Ramadan's hours speak of no single day; a day of its own and a visit do.
    let day = date(2026, 1, 4);
    let of = |kind, from, until| [usual[0].clone(), rule("other", kind, from, Some(until))];
    assert!(!asked(&of(Kind::Usual, day, date(2026, 1, 30)), shiraz, 4).open);
    assert!(asked(&of(Kind::Usual, day, day), shiraz, 4).open);
    assert!(asked(&of(Kind::Trip, date(2026, 1, 3), date(2026, 1, 30)), shiraz, 4).open);
}

#[test]
fn a_version_holds_until_the_next_one_begins() {
    let next = Rule { opens: 600, version: 2, ..rule("usual", Kind::Usual, date(2026, 1, 6), None) };
    let ended =
        Rule { ends_before: Some(date(2026, 1, 6)), ..rule("usual", Kind::Usual, date(2000, 1, 1), None) };
    let asked = |day| answering(&[ended.clone(), next.clone()], TABRIZ, at(date(2026, 1, day), 8, 0)).open;
    assert!(asked(5) && !asked(6));
}

fn any_rule() -> impl Strategy<Value = Rule> {
    (1_u8..4, 0_u16..20, 1_u16..20, 0_i32..12, 0_i32..6, any::<[bool; 7]>(), any::<bool>()).prop_map(
        |(kind, opens, length, from, days, weekdays, local)| {
            let kind = [Kind::Usual, Kind::Closure, Kind::Trip][usize::from(kind - 1)];
            let from = date(2026, 1, 1).saturating_add(Span::new().days(from));
            let until = Some(from.saturating_add(Span::new().days(days)));
            Rule {
                opens: opens * 60,
                closes: (opens * 60 + length * 60).min(MIDNIGHT),
                weekdays,
                centre: if local { "tabriz".into() } else { String::new() },
                ..rule("r", kind, from, until)
            }
        },
    )
}

proptest! {
    #[test]
    fn nothing_changes_before_the_change_that_is_told(rules in prop::collection::vec(any_rule(), 0..6), hour in 0_i64..400) {
        let start = at(date(2026, 1, 1), 0, 0);
        let moment = |hours: i64| start + jiff::SignedDuration::from_mins(hours * 60);
        let now = answering(&rules, TABRIZ, moment(hour));
        // All rules open and close at whole hours and end within 18 days.
        let change = (hour + 1..hour + 24 * 30).find(|later| answering(&rules, TABRIZ, moment(*later)).open != now.open);
        prop_assert_eq!(now.until, change.map(moment));
    }

    #[test]
    fn the_order_of_rules_leaves_no_trace(rules in prop::collection::vec(any_rule(), 0..6), hour in 0_i64..400) {
        let mut turned: Vec<Rule> = rules.iter().enumerate().map(|(place, rule)| Rule { rule: place.to_string(), ..rule.clone() }).collect();
        let moment = at(date(2026, 1, 1), 0, 0) + jiff::SignedDuration::from_hours(hour);
        let before = answering(&turned, TABRIZ, moment);
        turned.reverse();
        prop_assert_eq!(answering(&turned, TABRIZ, moment), before);
    }
}
