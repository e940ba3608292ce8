//! What a citizen is promised at registration is what the agency's clock is then set to (rule 7): intake, which hears
//! policies and days off as facts, counts as deadline does.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::{CaseId, deadline as wire};
use deadline::domain::calendar::{DayOff, Kind, Span, Week};
use deadline::domain::calendar_import::Import;
use deadline::domain::clock::Issue;
use deadline::domain::derive::due;
use deadline::domain::policy::Policy;
use deadline::domain::rules::Rules;
use intake::domain::calendar::DaysOff;
use intake::domain::policy::{Asked, promise};
use intake::on::{days_off, policy_adopted};
use jalali::Tehran;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;
use uuid::Uuid;

const PROVINCES: [&str; 3] = ["", "fars", "yazd"];

fn day(number: i64) -> Date {
    date(2025, 9, 1).saturating_add(number.days())
}

fn at(hour: i64) -> Timestamp {
    "2025-09-01T06:30:00+03:30".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
}

/// A policy: its length, how it counts, which programme it governs, from when and until when.
type Drawn = (u32, [bool; 4], usize, i64, Option<i64>);

fn policies() -> impl Strategy<Value = Vec<Arc<Policy>>> {
    let policy = (0..30_u32, any::<[bool; 4]>(), 0..2_usize, 0..400_i64, prop::option::of(400..900_i64));
    prop::collection::vec(policy, 0..4).prop_map(|all| {
        let policy = |(
            version,
            (length_days, [working_days, ignores, ends, target], programme, from, until),
        ): (u32, Drawn)| {
            Arc::new(Policy {
                name: format!("p{programme}"),
                version,
                programme: ["", "trip"][programme].to_owned(),
                length_days,
                working_days,
                ignores_closures: ignores,
                ends_on_working_day: ends,
                honours_target: target,
                reminder_days_before: Vec::new(),
                escalations: Vec::new(),
                pause_max_days: 0,
                return_within_days: 0,
                valid_from: at(from),
                valid_until: until.map(at),
            })
        };
        (1..).zip(all).map(policy).collect()
    })
}

/// A closure: where, from which day, how long, whether it was revoked.
type Closed = (usize, i64, i64, bool);

fn closure((province, first, length, revoked): Closed, id: u128) -> DayOff {
    DayOff {
        id: Uuid::from_u128(id),
        kind: Kind::Closure,
        province: PROVINCES[province].to_owned(),
        first: day(first),
        last: day(first + length),
        reason_fa: "برف".into(),
        span: Span { added: 1, removed: revoked.then_some(2) },
    }
}

/// An import: which days it covers, which of them are holidays, which weekdays are off where.
type Imported = ((i64, i64), Vec<i64>, Vec<(usize, i64, u8)>);

fn import(((first, length), holidays, weeks): &Imported) -> Import {
    let holidays = holidays.iter().map(|number| (day(first + number % (length + 1)), "عید".to_owned()));
    let week = |(province, from, off): &(usize, i64, u8)| Week {
        province: PROVINCES[*province].to_owned(),
        first: day(*from),
        off: std::array::from_fn(|weekday| off & (1 << weekday) != 0),
        added: 0,
    };
    let weeks: BTreeMap<_, _> = weeks.iter().map(week).map(|w| ((w.province.clone(), w.first), w)).collect();
    Import {
        covers: Some((day(*first), day(first + length))),
        holidays: holidays.collect(),
        weeks: weeks.into_values().collect(),
    }
}

/// What deadline derives by after these imports, one after the other, and the facts of them.
fn calendar(imports: &[Imported]) -> (Vec<DayOff>, Vec<Week>, Vec<wire::CalendarAdopted>) {
    let (mut days, mut weeks, mut facts) = (Vec::<DayOff>::new(), Vec::<Week>::new(), Vec::new());
    for (version, imported) in (1..).zip(imports) {
        let import = import(imported);
        let diff = import.diff(&days, &weeks);
        let removed: Vec<Uuid> = diff.removed.iter().map(|(_, id)| *id).collect();
        for gone in days.iter_mut().filter(|day| removed.contains(&day.id)) {
            gone.span.removed = Some(version);
        }
        days.extend(diff.added.iter().map(|(day, name)| DayOff {
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{version}/{day}").as_bytes()),
            kind: Kind::Holiday,
            province: String::new(),
            first: *day,
            last: *day,
            reason_fa: name.clone(),
            span: Span { added: version, removed: None },
        }));
        weeks.extend(diff.weeks.iter().map(|week| Week { added: version, ..week.clone() }));
        let answer = wire::ImportCalendarResponse { version, ..Default::default() };
        facts.push(deadline::contract::calendar_adopted(&import, &answer, at(0)));
    }
    (days, weeks, facts)
}

/// Days off as intake knows them from facts that arrive in this order.
fn heard(closed: &[DayOff], facts: &[wire::CalendarAdopted]) -> DaysOff {
    let said = closed.iter().filter(|closure| closure.span.removed.is_none()).map(|closure| {
        let (first, last) = (closure.first.to_string(), closure.last.to_string());
        days_off::closure(&closure.id.to_string(), &closure.province, (&first, &last), Some(""))
            .unwrap()
            .closure
    });
    let (imports, weeks): (Vec<_>, Vec<_>) = facts.iter().map(|fact| days_off::import(fact).unwrap()).unzip();
    DaysOff::new(said.collect(), imports, weeks.concat())
}

fn imports() -> impl Strategy<Value = Vec<Imported>> {
    let week = (0..PROVINCES.len(), -20..40_i64, 1..127_u8);
    let import =
        ((-10..30_i64, 0..60_i64), prop::collection::vec(0..60_i64, 0..9), prop::collection::vec(week, 0..3));
    prop::collection::vec(import, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn the_promise_is_the_date_that_the_clock_is_set_to(
        policies in policies(),
        closed in prop::collection::vec((0..PROVINCES.len(), 0..60_i64, 0..3_i64, any::<bool>()), 0..9),
        imports in imports(),
        backwards: bool,
        province in 1..PROVINCES.len(),
        on_trip: bool,
        target in prop::option::of(0..900_i64),
        registered in 0..1_000_i64,
    ) {
        let tehran = Tehran::new().unwrap();
        let closed: Vec<DayOff> = (1..).zip(closed).map(|(id, closed)| closure(closed, id)).collect();
        let (holidays, weeks, mut facts) = calendar(&imports);
        let off = [closed.clone(), holidays].concat();
        let programme = if on_trip { "trip" } else { "" };
        let rules = Rules::new(9, &tehran, policies.clone(), off, weeks, Vec::new());
        let issue = Issue {
            case_id: CaseId(Uuid::nil()),
            agency: "water".into(),
            province: PROVINCES[province].into(),
            programme: programme.into(),
            policy: rules.governing(programme, at(registered)).cloned(),
            starts_at: at(registered),
            target_at: target.map(at),
            due_at: None,
            rules_version: 9,
            epoch: 0,
        };
        if backwards {
            facts.reverse();
        }
        let known = heard(&closed, &facts);
        let adopted = policies.iter().map(|policy| deadline::contract::policy_adopted(policy));
        let adopted: Vec<_> = adopted.map(|fact| policy_adopted::policy(&fact).unwrap()).collect();
        let asked = Asked {
            province: PROVINCES[province],
            programme,
            target_at: target.map(at),
            at: at(registered),
        };
        let promised = promise(&adopted, &known, &asked, &tehran);
        let counts_work = issue.policy.as_deref().is_some_and(|p| p.working_days || p.ends_on_working_day);
        if counts_work && !known.knows_weeks {
            prop_assert_eq!(promised, None, "nothing is promised of working days that nobody told");
        } else {
            prop_assert_eq!(promised, due(&issue, &[], &rules));
        }
    }
}
