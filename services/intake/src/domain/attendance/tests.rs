use std::collections::BTreeMap;
use std::sync::Arc;

use jalali::Tehran;
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::{Closure, DaysOff, Holidays};
use crate::domain::hours::{Kind, Rule};

fn tehran() -> Tehran {
    Tehran::new().unwrap()
}

/// Noon of a day in Tehran.
fn noon(day: Date) -> Timestamp {
    crate::domain::hours::moment(day, 12 * 60, &tehran()).unwrap()
}

fn pattern(name: &str, rhythm: Rhythm) -> Pattern {
    Pattern {
        pattern: name.into(),
        version: 1,
        official: Official {
            code: format!("{name}-head"), name_fa: "نام".into(), title_fa: "مدیر".into()
        },
        province: "fars".into(),
        centre: "fars".into(),
        rhythm,
        opens: 600,
        closes: 720,
        from: date(2026, 1, 3),
        until: None,
    }
}

fn usual() -> Rule {
    Rule {
        rule: "usual".into(),
        version: 1,
        kind: Kind::Usual,
        province: String::new(),
        centre: String::new(),
        weekdays: [true, true, true, false, false, true, true],
        opens: 450,
        closes: 870,
        from: date(2000, 1, 1),
        until: None,
        ends_before: None,
        reason_fa: String::new(),
    }
}

fn closure(day: Date) -> Rule {
    let (weekdays, reason_fa) = ([true; 7], "گرد و غبار".to_owned());
    Rule {
        rule: day.to_string(),
        kind: Kind::Closure,
        from: day,
        until: Some(day),
        weekdays,
        reason_fa,
        ..usual()
    }
}

fn timetable(rules: Vec<Rule>) -> Timetable {
    Timetable { rules, days_off: Arc::default() }
}

fn policy(lead_days: u32, horizon_days: u32) -> Policy {
    Policy {
        policy: "general".into(),
        version: 1,
        province: String::new(),
        valid_from: Timestamp::UNIX_EPOCH,
        lead_days,
        horizon_days,
        overrun_minutes: 60,
        record_within_hours: 24,
    }
}

fn book(lead_days: u32, closed: &[Date]) -> Book {
    // Saturday, Wednesday, Monday.
    let even = 0b010_0101;
    Book {
        patterns: vec![
            pattern("even", Rhythm::Weekdays(even)),
            pattern("other", Rhythm::EveryDays(2)),
            pattern("season", Rhythm::DayOfSeason(10)),
            pattern("once", Rhythm::Once),
        ],
        policies: vec![policy(lead_days, 45)],
        hours: timetable(std::iter::once(usual()).chain(closed.iter().copied().map(closure)).collect()),
    }
}

/// Ids in order.
fn ids() -> impl FnMut() -> Uuid {
    ids_after(0)
}

fn ids_after(mut last: u128) -> impl FnMut() -> Uuid {
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

/// The slots with these changes saved.
fn saved(standing: &[Slot], changes: &Changes) -> Vec<Slot> {
    let all = standing.iter().chain(&changes.slots).map(|slot| (slot.slot_id, slot.clone()));
    all.collect::<BTreeMap<_, _>>().into_values().collect()
}

#[test]
fn even_days_are_saturday_monday_and_wednesday() {
    let planned = book(3, &[]).plan(noon(date(2026, 1, 3)), &tehran());
    let even: Vec<Weekday> =
        planned.iter().filter(|p| p.pattern == "even").take(4).map(|p| p.day.weekday()).collect();
    assert_eq!(even, [Weekday::Saturday, Weekday::Monday, Weekday::Wednesday, Weekday::Saturday]);
    let first = planned.iter().find(|p| p.pattern == "even").unwrap();
    assert_eq!(first.starts_at, "2026-01-03T06:30:00Z".parse().unwrap());
    assert_eq!(first.ends_at, "2026-01-03T08:30:00Z".parse().unwrap());
}

#[test]
fn the_season_gives_one_day_and_a_closure_moves_it() {
    // Spring 1405 begins on 21 March 2026; its tenth day, 30 March, is a Monday.
    let (now, tenth) = (noon(date(2026, 3, 1)), date(2026, 3, 30));
    let of_season = |closed: &[Date]| {
        let planned = book(3, closed).plan(now, &tehran());
        planned.into_iter().filter(|p| p.pattern == "season").map(|p| p.day).collect::<Vec<_>>()
    };
    assert_eq!(of_season(&[]), [tenth]);
    assert_eq!(of_season(&[tenth]), [date(2026, 3, 31)]);
    // 1 to 3 April: Wednesday open; Thursday and Friday are no working days.
    assert_eq!(of_season(&[tenth, date(2026, 3, 31), date(2026, 4, 1)]), [date(2026, 4, 4)]);
}

#[test]
fn nothing_is_announced_within_the_lead_time_and_a_closure_cancels() {
    let now = noon(date(2026, 1, 4));
    let first = book(3, &[]).reconcile(&[], now, &tehran(), ids());
    assert!(first.slots.iter().all(|slot| slot.planned.day >= date(2026, 1, 7)));
    assert_eq!(first.refused.iter().map(|r| r.day).collect::<Vec<_>>(), [date(2026, 1, 5), date(2026, 1, 5)]);
    // Snow is announced for a day on which two were to come; they read why.
    let snow = book(3, &[date(2026, 1, 7)]);
    let second = snow.reconcile(&first.slots, now, &tehran(), ids());
    assert_eq!(second.slots.len(), 2);
    for slot in &second.slots {
        assert_eq!((slot.state, slot.sequence, slot.reason_fa.as_str()), (State::Cancelled, 1, "گرد و غبار"));
    }
    // The closure is taken back, a day later: there is no time to announce it again.
    let standing = saved(&first.slots, &second);
    let later = noon(date(2026, 1, 5));
    let third = book(3, &[]).reconcile(&standing, later, &tehran(), ids());
    assert!(third.slots.iter().all(|slot| slot.planned.day > date(2026, 1, 7)));
    assert_eq!(third.refused.iter().filter(|r| r.day == date(2026, 1, 7)).count(), 2);
}

#[test]
fn a_late_closure_or_a_holiday_cancels_what_was_announced_and_plans_nothing() {
    let now = noon(date(2026, 1, 4));
    let mut book = book(3, &[]);
    let standing = book.reconcile(&[], now, &tehran(), ids()).slots;
    let closed = Closure {
        province: "fars".into(),
        first: date(2026, 1, 7),
        last: date(2026, 1, 7),
        reason_fa: "برف".into(),
    };
    let holiday = Holidays { version: 1, covers: None, days: vec![date(2026, 1, 12)] };
    book.hours.days_off = DaysOff::new(vec![closed], vec![holiday], Vec::new()).into();
    let changes = book.reconcile(&standing, now, &tehran(), ids());
    let cancelled: Vec<(Date, &str)> =
        changes.slots.iter().map(|slot| (slot.planned.day, slot.reason_fa.as_str())).collect();
    assert!(cancelled.contains(&(date(2026, 1, 7), "برف")), "{cancelled:?}");
    assert!(cancelled.contains(&(date(2026, 1, 12), "تعطیل رسمی")), "{cancelled:?}");
    assert!(changes.slots.iter().all(|slot| slot.state == State::Cancelled));
}

#[test]
fn another_official_within_the_lead_time_is_a_stand_in_and_refused() {
    let now = noon(date(2026, 1, 4));
    let mut book = book(3, &[]);
    let standing = book.reconcile(&[], now, &tehran(), ids()).slots;
    book.patterns[0].official.code = "deputy".into();
    let changes = book.reconcile(&standing, noon(date(2026, 1, 5)), &tehran(), ids());
    assert!(changes.slots.iter().filter(|s| s.sequence > 0).all(|s| s.planned.day >= date(2026, 1, 8)));
    assert!(changes.refused.iter().any(|refused| refused.day == date(2026, 1, 7)));
}

#[test]
fn only_the_official_attends_and_only_in_time() {
    let day = date(2026, 1, 7);
    let slot = book(3, &[]).reconcile(&[], noon(date(2026, 1, 4)), &tehran(), ids()).slots.remove(0);
    assert_eq!(slot.planned.day, day);
    let came = slot.planned.starts_at;
    assert_eq!(attend(&slot, "deputy", came, came).unwrap_err().field, "official");
    assert_eq!(
        attend(&slot, "even-head", noon(day.tomorrow().unwrap()), came).unwrap_err().field,
        "arrived_at"
    );
    assert!(attend(&slot, "even-head", came, slot.record_by + Span::new().hours(1)).is_err());
    let kept = attend(&slot, "even-head", came, noon(day)).unwrap().unwrap();
    assert_eq!((kept.state, kept.arrived_at), (State::Kept, Some(came)));
    assert_eq!(attend(&kept, "even-head", noon(day), noon(day)).unwrap(), None, "the first word counts");
    assert!(excuse(&kept, "بیماری", noon(day)).is_err() && excuse(&slot, "بیماری", came).is_err());
    let excused = excuse(&slot, "بیماری", noon(date(2026, 1, 6))).unwrap().unwrap();
    assert_eq!((excused.state, excused.sequence), (State::Uncovered, 1));
    assert!(attend(&excused, "even-head", came, came).is_err());
    assert!(
        takes(&slot, "fars", "fars", noon(day)).is_ok()
            && takes(&excused, "fars", "fars", noon(day)).is_err()
    );
    assert!(takes(&slot, "fars", "lar", noon(day)).is_err());
    assert!(takes(&slot, "fars", "fars", noon(date(2026, 1, 6))).is_err());
}

proptest! {
    #[test]
    fn reconciling_again_changes_nothing(start in 0_i32..120, lead in 0_u32..10, closed in prop::collection::vec(0_i32..160, 0..6)) {
        let day = |ahead: i32| date(2026, 1, 3) + Span::new().days(ahead);
        let now = noon(day(start));
        let closed: Vec<Date> = closed.into_iter().map(day).collect();
        let before = book(lead, &[]).reconcile(&[], now, &tehran(), ids()).slots;
        let book = book(lead, &closed);
        let once = book.reconcile(&before, now, &tehran(), ids_after(1_000));
        let standing = saved(&before, &once);
        prop_assert_eq!(book.reconcile(&standing, now, &tehran(), ids()).slots, vec![]);
        // Nobody attends on a closed day, and nothing is announced too late.
        for slot in standing.iter().filter(|slot| slot.state == State::Announced) {
            prop_assert!(!closed.contains(&slot.planned.day));
            prop_assert!(slot.planned.day.duration_since(day(start)).as_hours() >= 24 * i64::from(lead));
        }
    }

    #[test]
    fn the_day_on_which_one_plans_moves_no_slot(start in 0_i32..60, later in 0_i32..20) {
        let day = |ahead: i32| date(2026, 1, 3) + Span::new().days(ahead);
        let plan = |ahead| book(3, &[]).plan(noon(day(ahead)), &tehran());
        let both = |p: &Planned| p.day >= day(start + later) && p.day <= day(start + 45);
        let sooner: Vec<Planned> = plan(start).into_iter().filter(both).collect();
        let after: Vec<Planned> = plan(start + later).into_iter().filter(both).collect();
        prop_assert_eq!(sooner, after);
    }

    #[test]
    fn the_order_of_patterns_leaves_no_trace(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), start in 0_i32..60) {
        let now = noon(date(2026, 1, 3) + Span::new().days(start));
        let (all, mut shuffled) = (book(3, &[]), book(3, &[]));
        shuffled.patterns = order.iter().map(|place| all.patterns[*place].clone()).collect();
        let keys = |book: &Book| {
            let mut days: Vec<_> = book.plan(now, &tehran()).into_iter().map(|p| (p.pattern, p.day)).collect();
            days.sort();
            days
        };
        prop_assert_eq!(keys(&shuffled), keys(&all));
    }
}
