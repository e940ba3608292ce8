use std::sync::Arc;

use contracts::CaseId;
use jalali::Tehran;
use proptest::prelude::*;
use uuid::Uuid;

use super::super::adjustment::What;
use super::super::calendar::Span;
use super::super::clock::End;
use super::super::policy::Policy;
use super::super::rules::Outage;
use super::*;

fn hours(hours: i64) -> Timestamp {
    Timestamp::from_second(1_758_600_000 + hours * 3_600).unwrap()
}

fn rules(outages: &[(i64, i64, Party)]) -> Rules {
    let outages = outages.iter().map(|(from, until, to)| Outage {
        id: Uuid::nil(),
        agency: "water".into(),
        from: hours(*from),
        until: hours(*until),
        to: *to,
        reason_fa: String::new(),
        span: Span { added: 1, removed: None },
    });
    Rules::new(1, &Tehran::new().unwrap(), Vec::new(), Vec::new(), Vec::new(), outages.collect())
}

fn clock(asked: &[(i64, i64)], end: Option<(i64, Ending)>) -> Clock {
    let policy = Policy { pause_max_days: 3, return_within_days: 2, ..Policy::of_days(15) };
    let issue = Issue {
        case_id: CaseId(Uuid::nil()),
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        policy: Some(Arc::new(policy)),
        starts_at: hours(0),
        target_at: None,
        due_at: None,
        rules_version: 0,
        epoch: 0,
    };
    let mut adjustments = Vec::new();
    for (n, (from, until)) in (0_u128..).zip(asked) {
        let id = Uuid::from_u128(n);
        for (at, what) in [(from, What::DocumentsAsked), (until, What::DocumentsCame)] {
            adjustments.push(Adjustment { at: hours(*at), id, what });
        }
    }
    adjustments.sort_unstable();
    let end = end.map(|(at, how)| End { at: hours(at), how });
    Clock { issue: Some(issue), end, adjustments, ..Clock::default() }
}

fn lines(charges: &[Charge]) -> Vec<(Party, Reason, i64)> {
    charges.iter().map(|c| (c.to, c.reason, c.lasted.as_hours())).collect()
}

#[test]
fn a_wrong_referral_is_the_centres_until_the_agency_should_have_returned_it() {
    let returned = |at| lines(&account(&clock(&[], Some((at, Ending::Returned))), &rules(&[]), hours(0)));
    assert_eq!(returned(30), [(Party::Centre, Reason::WrongReferral, 30)]);
    assert_eq!(returned(60), [(Party::Centre, Reason::WrongReferral, 48), (Party::Agency, Reason::Held, 12)]);
}

#[test]
fn each_hour_is_charged_once_to_whom_it_belongs() {
    let outages = rules(&[(-5, 5, Party::System), (8, 12, Party::Agency)]);
    let charges = account(&clock(&[(4, 10)], None), &outages, hours(20));
    assert_eq!(
        lines(&charges),
        [
            (Party::System, Reason::BrokenDelivery, 5),
            (Party::Citizen, Reason::DocumentsAsked, 5),
            (Party::Agency, Reason::BrokenDelivery, 2),
            (Party::Agency, Reason::Held, 8)
        ]
    );
}

proptest! {
    #[test]
    fn the_lines_add_up_to_the_time_that_passed(
        asked in prop::collection::vec((0..200_i64, 0..90_i64), 0..4),
        outages in prop::collection::vec((-50..200_i64, 1..80_i64, any::<bool>()), 0..5),
        ended in prop::option::of((0..300_i64, any::<bool>())),
        now in 0..300_i64,
    ) {
        let asked: Vec<_> = asked.into_iter().map(|(from, lasted)| (from, from + lasted)).collect();
        let party = |own| if own { Party::Agency } else { Party::System };
        let outages: Vec<_> = outages.into_iter().map(|(from, lasted, own)| (from, from + lasted, party(own))).collect();
        let how = |returned| if returned { Ending::Returned } else { Ending::Answered };
        let end = ended.map(|(at, returned)| (at, how(returned)));
        let charges = account(&clock(&asked, end), &rules(&outages), hours(now));
        let passed = end.map_or(now, |(at, _)| at);
        prop_assert_eq!(charges.iter().map(|c| c.lasted.as_hours()).sum::<i64>(), passed);
        prop_assert!(charges.iter().all(|c| c.lasted > SignedDuration::ZERO));
    }
}
