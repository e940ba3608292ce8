//! Order leaves no trace, every point adds up, and nobody is ranked against another band.

use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::policy::Validity;
use crate::domain::report::observation::Holder;

fn year() -> Year {
    Year::new(1404).unwrap()
}

/// Days after the beginning of 1404, which has 365.
fn at(day: i64) -> Timestamp {
    Tehran::new().unwrap().moments(year().days()).start + SignedDuration::from_hours(day * 24 + 12)
}

fn policy() -> EvaluationPolicy {
    EvaluationPolicy {
        validity: Validity {
            policy: "evaluation".into(),
            version: 1,
            first_day: date(2025, 1, 1),
            last_day: None,
        },
        base_points: 100,
        inaction_points: 5,
        rebuttal_days: 10,
        missed_points: 40,
        reopened_points: 20,
        band_floors: vec![2, 5],
    }
}

/// One manager until the hundredth day, another from it on.
fn terms(agency: &str) -> Vec<Observation> {
    let term = |manager: &str, first: Option<jiff::civil::Date>, last| Term {
        agency: agency.into(),
        province: "fars".into(),
        manager: format!("{agency}-{manager}"),
        name_fa: format!("نام {manager}"),
        title_fa: "مدیرکل".into(),
        first_day: first.unwrap_or(date(2020, 1, 1)),
        last_day: last,
        version: 1,
        withdrawn: false,
    };
    let change = Tehran::new().unwrap().date(at(100)).civil();
    let before = term("a", None, Some(change.yesterday().unwrap()));
    let terms = [before, term("b", Some(change), None)];
    terms.map(|term| Observation::Appointed { term, at: at(-400) }).into()
}

fn holder(id: u128) -> Holder {
    let agency = ["water", "power", "gas"][(id % 3) as usize].to_owned();
    Holder { referral_id: Uuid::from_u128(id), agency, province: "fars".into() }
}

fn evaluate(facts: &[(u64, Observation)]) -> Vec<Standing> {
    let mut evaluation = Evaluation::new(year(), &Tehran::new().unwrap());
    facts.iter().for_each(|(leaf, fact)| evaluation.hear(fact, *leaf));
    evaluation.finish(at(500)).unwrap().1
}

fn rules() -> Vec<Observation> {
    let mut rules = vec![Observation::Adopted { policy: policy(), at: at(-400) }];
    ["water", "power", "gas"].into_iter().for_each(|agency| rules.extend(terms(agency)));
    rules
}

fn numbered(facts: Vec<Observation>) -> Vec<(u64, Observation)> {
    (0..).zip(facts).collect()
}

fn fact() -> impl Strategy<Value = Observation> {
    let day = || (-40i64..420).prop_map(at);
    let held = || (0u128..24).prop_map(holder);
    prop_oneof![
        3 => (held(), day(), day(), 0u32..3).prop_map(|(referral, due_at, since, epoch)| Observation::Due {
            referral, due_at, since, epoch,
        }),
        3 => (held(), day()).prop_map(|(referral, at)| Observation::Answered { referral, at }),
        1 => (held(), day()).prop_map(|(referral, at)| Observation::Ended { referral, at }),
        1 => (prop::collection::vec(0u128..24, 0..3), day()).prop_map(|(referrals, at)| Observation::Reopened {
            province: "fars".into(), referrals: referrals.into_iter().map(Uuid::from_u128).collect(), at,
        }),
        1 => (0u128..9, day()).prop_map(|(id, at)| Observation::Deducted {
            deduction_id: Uuid::from_u128(id),
            deducted: Deducted {
                agency: holder(id).agency, province: "fars".into(), manager: format!("{}-a", holder(id).agency),
                points: 5, breach_day: date(2025, 6, 1),
            },
            at,
        }),
        1 => (0u128..9, day()).prop_map(|(id, at)| Observation::Restored { deduction_id: Uuid::from_u128(id), at }),
    ]
}

/// Each deduction is stated once; the ledger sees to that.
fn once(facts: Vec<Observation>) -> Vec<Observation> {
    let mut seen = HashSet::new();
    let first = |fact: &Observation| match fact {
        Observation::Deducted { deduction_id, .. } => seen.insert(*deduction_id),
        _ => true,
    };
    facts.into_iter().filter(first).collect()
}

proptest! {
    #[test]
    fn order_leaves_no_trace(
        (facts, shuffled) in prop::collection::vec(fact(), 0..80)
            .prop_map(|facts| numbered(once(facts).into_iter().chain(rules()).collect()))
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        prop_assert_eq!(evaluate(&facts), evaluate(&shuffled));
    }

    #[test]
    fn points_add_up_and_every_one_is_traceable(facts in prop::collection::vec(fact(), 0..80)) {
        let facts = numbered(once(facts).into_iter().chain(rules()).collect());
        for standing in evaluate(&facts) {
            let sum: i64 = standing.lines.iter().map(|line| line.hundredths).sum();
            prop_assert_eq!(sum, standing.score_hundredths);
            prop_assert!(standing.score_hundredths >= 0);
            let leaves = |reason: &str| standing.lines.iter().find(|line| line.reason == reason).map_or(0, |line| line.leaves.len() as u64);
            prop_assert_eq!(leaves("missed"), standing.late + standing.overdue_open);
            prop_assert_eq!(leaves("reopened"), standing.reopened);
            let inaction = standing.lines.iter().find(|line| line.reason == "inaction").map_or(0, |line| line.hundredths);
            prop_assert_eq!(inaction, -500 * leaves("inaction") as i64);
        }
    }

    #[test]
    fn a_reopening_counts_for_the_answers_that_it_names(facts in prop::collection::vec(fact(), 0..80)) {
        let facts = numbered(once(facts).into_iter().chain(rules()).collect());
        let mut first: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
        for (_, fact) in &facts {
            if let Observation::Answered { referral, at } = fact {
                let known = first.entry(referral.referral_id).or_insert(*at);
                *known = (*known).min(*at);
            }
        }
        let days = Tehran::new().unwrap().moments(year().days());
        let named = facts.iter().filter_map(|(_, fact)| match fact {
            Observation::Reopened { referrals, .. } => Some(referrals),
            _ => None,
        });
        let counted = named.flatten().filter(|id| first.get(*id).is_some_and(|at| days.contains(at))).count();
        let reopened: u64 = evaluate(&facts).iter().map(|standing| standing.reopened).sum();
        prop_assert_eq!(reopened, counted as u64);
    }

    #[test]
    fn ranks_hold_within_a_band_only(facts in prop::collection::vec(fact(), 0..120)) {
        let standings = evaluate(&numbered(once(facts).into_iter().chain(rules()).collect()));
        for standing in &standings {
            let decided = standing.on_time + standing.late + standing.overdue_open;
            prop_assert_eq!(standing.rank == 0, decided < 2);
            let better = standings.iter().filter(|other| {
                other.band_floor == standing.band_floor && other.score_hundredths > standing.score_hundredths
            });
            if standing.rank > 0 {
                prop_assert_eq!(standing.rank as usize, better.count() + 1);
            }
        }
    }
}

fn reopened(referrals: &[u128], day: i64) -> Observation {
    let referrals = referrals.iter().copied().map(Uuid::from_u128).collect();
    Observation::Reopened { province: "fars".into(), referrals, at: at(day) }
}

/// Water and power answered; it solved nothing, and an arbiter gave the case to gas, whose answer solved nothing either.
#[test]
fn of_several_agencies_each_answers_for_the_reopening_of_its_own_answer() {
    let held = |id: u128, agency: &str| Holder { agency: agency.into(), ..holder(id) };
    let answered = |id, agency, day| Observation::Answered { referral: held(id, agency), at: at(day) };
    let mut facts = rules();
    facts.extend([answered(1, "water", 20), answered(2, "power", 22), reopened(&[1, 2], 30)]);
    facts.extend([answered(3, "gas", 40), reopened(&[3], 50)]);
    let standings = evaluate(&numbered(facts));
    let of = |agency: &str| standings.iter().find(|standing| standing.agency == agency).unwrap();
    assert_eq!(["water", "power", "gas"].map(|agency| of(agency).reopened), [1, 1, 1]);
}

#[test]
fn what_is_overdue_counts_for_whoever_held_the_office_when_it_fell_due() {
    let held = |id: u128| Holder { agency: "water".into(), ..holder(id) };
    let mut facts = rules();
    // In time under the first manager, due under the first and answered under the second, never answered.
    facts.push(Observation::Due { referral: held(1), due_at: at(60), since: at(45), epoch: 0 });
    facts.push(Observation::Answered { referral: held(1), at: at(50) });
    facts.push(Observation::Due { referral: held(2), due_at: at(90), since: at(75), epoch: 0 });
    facts.push(Observation::Answered { referral: held(2), at: at(110) });
    facts.push(Observation::Due { referral: held(3), due_at: at(120), since: at(105), epoch: 0 });
    facts.push(reopened(&[1], 200));
    let standings = evaluate(&numbered(facts));
    let of = |manager: &str| standings.iter().find(|standing| standing.manager == manager).unwrap();
    let (a, b) = (of("water-a"), of("water-b"));
    assert_eq!((a.on_time, a.late, a.overdue_open, a.reopened), (1, 1, 0, 1));
    assert_eq!((b.on_time, b.late, b.overdue_open), (0, 0, 1));
    // 100 less half of 40 less half of 20.
    assert_eq!((a.score_hundredths, a.band_floor, a.rank), (7_000, 2, 1));
    assert_eq!((b.score_hundredths, b.band_floor, b.rank), (6_000, 0, 0));
}
