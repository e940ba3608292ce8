//! Order leaves no trace in a report, and nothing that is hidden can be computed from what is shown.

use std::collections::BTreeMap;

use jalali::Tehran;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::observation::{Deducted, Holder};
use super::public::{Forced, Group};
use super::*;
use crate::domain::policy::{ReportPolicy, Validity};

const LEAST: u64 = 5;

pub(super) fn policy() -> ReportPolicy {
    ReportPolicy {
        validity: Validity {
            policy: "reports".into(),
            version: 1,
            first_day: jiff::civil::date(2025, 1, 1),
            last_day: None,
        },
        issue_after_hours: 6,
        mass_closing_days: 3,
        mass_closing_least: 4,
        mass_closing_percent: 50,
        least_people: 5,
    }
}

pub(super) fn mehr() -> Period {
    "1404-07".parse().unwrap()
}

/// Hours after the beginning of Mehr 1404, which has 720.
pub(super) fn at(hour: i64) -> Timestamp {
    let start = mehr().moments(&Tehran::new().unwrap()).start;
    start + SignedDuration::from_hours(hour)
}

fn holder(id: u128) -> Holder {
    let agency = ["water", "power"][usize::from(id.is_multiple_of(3))].to_owned();
    Holder {
        referral_id: Uuid::from_u128(id),
        agency,
        province: ["fars", "tehran"][usize::from(id.is_multiple_of(2))].to_owned(),
    }
}

fn reports(facts: &[(u64, Observation)], is_public: bool) -> Vec<Report> {
    let mut fold = Fold::new(mehr(), policy().mass_closing_days, &Tehran::new().unwrap());
    facts.iter().for_each(|(leaf, observation)| fold.hear(observation, *leaf));
    let (provinces, names) = fold.finish();
    let source = Source {
        period: mehr(),
        policy: &policy(),
        basis: &Basis { ledger_size: facts.len() as u64, ..Default::default() },
        provinces: &provinces,
        names: &names,
    };
    ["", "fars", "tehran"].map(|province| source.report(province, is_public)).into()
}

fn observation() -> impl Strategy<Value = Observation> {
    let hour = || (-200i64..900).prop_map(at);
    let province = || prop_oneof![Just("fars".to_owned()), Just("tehran".to_owned())];
    let held = || (0u128..6).prop_map(holder);
    let code = |codes: [&'static str; 3]| prop::sample::select(codes.to_vec());
    prop_oneof![
        (
            province(),
            code(["a", "b", "c"]),
            code(["phone", "web", "sms"]),
            code(["request", "complaint", "report"]),
            any::<bool>(),
            hour()
        )
            .prop_map(|(province, county, channel, kind, is_case, at)| Observation::Contact {
                province,
                county: county.to_owned(),
                channel,
                kind,
                topic: county.to_owned(),
                outcome: if is_case { "case" } else { "guidance" },
                at,
            }),
        (province(), code(["information", "unlawful", "beyond_capacity"]), hour())
            .prop_map(|(province, rung, at)| Observation::Guidance { province, rung, at }),
        (province(), hour(), hour()).prop_map(|(province, a, b)| Observation::Closed {
            province,
            registered_at: a.min(b),
            at: a.max(b)
        }),
        (held(), hour()).prop_map(|(referral, at)| Observation::Issued { referral, at }),
        (held(), hour(), hour(), 0u32..3).prop_map(|(referral, due_at, since, epoch)| Observation::Due {
            referral,
            due_at,
            since,
            epoch
        }),
        (held(), hour()).prop_map(|(referral, at)| Observation::Answered { referral, at }),
        (held(), hour()).prop_map(|(referral, at)| Observation::Ended { referral, at }),
        (0u128..4, hour()).prop_map(|(id, at)| Observation::Deducted {
            deduction_id: Uuid::from_u128(id),
            deducted: Deducted {
                agency: "water".into(),
                province: if id.is_multiple_of(2) { "fars".into() } else { "tehran".into() },
                manager: "m".into(),
                points: 5,
                breach_day: jiff::civil::date(2025, 10, 1),
            },
            at,
        }),
        (0u128..4, hour())
            .prop_map(|(id, at)| Observation::Restored { deduction_id: Uuid::from_u128(id), at }),
        (code(["water", "power", "gas"]), hour()).prop_map(|(agency, at)| Observation::Named {
            agency: agency.into(),
            name_fa: format!("{at}"),
            at
        }),
    ]
}

proptest! {
    #[test]
    fn order_leaves_no_trace(
        (facts, shuffled) in prop::collection::vec(observation(), 0..80)
            .prop_map(|facts| (0..).zip(facts).collect::<Vec<(u64, Observation)>>())
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        prop_assert_eq!(reports(&facts, false), reports(&shuffled, false));
        prop_assert_eq!(reports(&facts, true), reports(&shuffled, true));
    }

    #[test]
    fn what_happens_later_changes_nothing(
        facts in prop::collection::vec(observation(), 0..60),
        later in prop::collection::vec(observation(), 0..20),
    ) {
        let mut facts: Vec<(u64, Observation)> = (0..).zip(facts).collect();
        let before = reports(&facts, false);
        let end = at(720);
        facts.extend((100..).zip(later).filter(|(_, fact)| fact.at() >= end));
        let cells = |report: Vec<Report>| report.into_iter().map(|report| Report { basis: Basis::default(), ..report }).collect::<Vec<_>>();
        prop_assert_eq!(cells(reports(&facts, false)), cells(before));
    }

    #[test]
    fn nothing_hidden_can_be_computed(tables in prop::collection::vec(prop::collection::vec(0u64..12, 1..6), 1..4)) {
        // Every table adds up to the same total: the last cell takes the rest.
        let total = tables.iter().map(|cells| cells.iter().sum::<u64>()).max().unwrap_or_default();
        let table = |cells: &Vec<u64>| {
            let rest = total - cells.iter().sum::<u64>();
            cells.iter().chain([&rest]).enumerate().map(|(place, cell)| (place.to_string(), *cell)).collect::<BTreeMap<_, _>>()
        };
        let group = Group { total, tables: tables.iter().map(table).collect() };
        let shown = group.public(LEAST, &Forced::default());
        for (table, shown_table) in group.tables.iter().zip(&shown.tables) {
            let hidden: Vec<u64> = table.iter().filter(|(code, _)| shown_table[*code].is_none()).map(|(_, cell)| *cell).collect();
            for (code, cell) in table {
                prop_assert!(shown_table[code].is_none_or(|count| count == *cell && (count == 0 || count >= LEAST)));
            }
            if shown.total.is_some() && !hidden.is_empty() {
                // The largest that a hidden cell may be, for all that a reader can tell.
                let largest = hidden.iter().sum::<u64>() - (hidden.len() as u64 - 1);
                prop_assert!(hidden.len() > 1 && largest >= LEAST, "{hidden:?}");
            }
            if shown.total.is_none() {
                prop_assert!(table.values().filter(|cell| **cell > 0).count() == hidden.len());
            }
        }
    }

    #[test]
    fn the_country_less_its_provinces_tells_nothing(
        cells in prop::collection::vec(prop::collection::vec(0u64..9, 3), 1..5),
    ) {
        let group = |cells: &Vec<u64>| Group {
            total: cells.iter().sum(),
            tables: vec![cells.iter().enumerate().map(|(place, cell)| (place.to_string(), *cell)).collect()],
        };
        let provinces: Vec<_> = cells.iter().map(group).map(|group| {
            let shown = group.public(LEAST, &Forced::default());
            (group, shown)
        }).collect();
        let whole: Vec<u64> = (0..3).map(|place| cells.iter().map(|cells| cells[place]).sum()).collect();
        let shown = group(&whole).public(LEAST, &public::forced_by_provinces(&provinces, LEAST));
        for place in 0..3 {
            let code = place.to_string();
            let hidden: Vec<u64> = provinces.iter().filter(|(_, shown)| shown.tables[0][&code].is_none())
                .map(|(group, _)| group.tables[0][&code]).collect();
            if shown.tables[0][&code].is_some() && !hidden.is_empty() {
                prop_assert!(hidden.len() > 1 && hidden.iter().sum::<u64>() - (hidden.len() as u64 - 1) >= LEAST);
            }
        }
    }
}

/// Ten referrals of one agency: answered in time, late, overdue and open, returned.
#[test]
fn overdue_and_open_counts_as_not_on_time() {
    let holder = |id: u128| Holder { agency: "water".into(), province: "fars".into(), ..holder(id) };
    let mut facts = Vec::new();
    for id in 0..10 {
        facts.push(Observation::Issued { referral: holder(id), at: at(0) });
        facts.push(Observation::Due { referral: holder(id), due_at: at(360), since: at(0), epoch: 0 });
        match id {
            0..5 => facts.push(Observation::Answered { referral: holder(id), at: at(24 * (1 + id as i64)) }),
            5 => facts.push(Observation::Answered { referral: holder(id), at: at(700) }),
            6 => facts.push(Observation::Ended { referral: holder(id), at: at(10) }),
            7 => facts.push(Observation::Due {
                referral: holder(id),
                due_at: at(800),
                since: at(300),
                epoch: 1,
            }),
            _ => {}
        }
    }
    let facts: Vec<_> = (0..).zip(facts).collect();
    let report = &reports(&facts, false)[1];
    let answers = &report.answers;
    assert_eq!((answers.on_time, answers.late, answers.overdue_open), (Some(5), Some(1), Some(2)));
    assert_eq!(answers.on_time_permille, Some(625));
    let agency = &report.agencies[0];
    assert_eq!((agency.median_days_tenths, agency.p90_days_tenths), (Some(30), Some(292)));
    assert!(report.mass_closing.is_empty(), "one of six in the last days is usual");
}

#[test]
fn late_mass_closing_is_flagged() {
    let held = |id: u128| Holder { agency: "water".into(), province: "fars".into(), ..holder(id) };
    let answered = |(id, hour): (u128, i64)| Observation::Answered { referral: held(id), at: at(hour) };
    let hours = [100, 648, 700, 719];
    let facts: Vec<_> = (0..).zip((0u128..).zip(hours).map(answered)).collect();
    let report = &reports(&facts, false)[1];
    assert_eq!(report.mass_closing.len(), 1);
    assert_eq!(
        (report.mass_closing[0].agency.as_str(), report.mass_closing[0].in_last_days_permille),
        ("water", 750)
    );
}
