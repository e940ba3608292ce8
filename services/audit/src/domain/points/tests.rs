//! Whatever the order in which it is heard, a standing breach costs its points once.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::policy::Validity;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_758_600_000 + hour * 3_600).unwrap()
}

fn breach(hour: i64) -> Breach {
    Breach {
        referral_id: Uuid::from_u128(1),
        case_id: Uuid::from_u128(2),
        agency: "water".into(),
        province: "fars".into(),
        due_at: Some(at(hour)),
        breached_at: at(hour),
        stated_at: at(hour),
    }
}

fn term(manager: &str, first_day: Date, last_day: Option<Date>) -> Term {
    Term {
        agency: "water".into(),
        province: "fars".into(),
        manager: manager.into(),
        name_fa: "نام".into(),
        title_fa: "مدیرکل".into(),
        first_day,
        last_day,
        version: 1,
        withdrawn: false,
    }
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
        band_floors: vec![1],
    }
}

fn evidence() -> Vec<Evidence> {
    let line = |(index, fact): (usize, &&str)| Evidence {
        index: index as u64,
        fact_id: Uuid::from_u128(100 + index as u128),
        fact: (*fact).to_owned(),
    };
    EVIDENCE.iter().enumerate().map(line).collect()
}

/// What is done as things become known, one after the other; afterwards nothing more may follow.
fn play(steps: &[Step]) -> (u32, u32, Heard) {
    let (tehran, policies) = (Tehran::new().unwrap(), [policy()]);
    let (mut heard, mut terms) = (Heard::default(), Vec::new());
    let (mut deducted, mut restored) = (0, 0);
    for step in steps {
        match step {
            Step::Breach(id, hour) => heard.breaches.push((Uuid::from_u128(*id), breach(*hour))),
            Step::Withdraw(until) => {
                let until = until.map(at);
                heard.withdrawals.push(Withdrawal { referral_id: Uuid::from_u128(1), until });
            }
            Step::Evidence(place) => heard.evidence.push(evidence()[*place].clone()),
            Step::Manager => terms.push(term("a", date(2025, 1, 1), None)),
        }
        let rules = Rules { tehran: &tehran, terms: &terms, policies: &policies, now: at(1_000) };
        let settlement = settle(&heard, &rules);
        for deduction in settlement.deduct.into_iter().chain(settlement.restore) {
            *(if deduction.restored.is_some() { &mut restored } else { &mut deducted }) += 1;
            heard.deductions.insert(deduction.breach_id, deduction);
        }
        assert!(!settle(&heard, &rules).is_news(), "the same again changes nothing");
    }
    (deducted, restored, heard)
}

#[derive(Debug, Clone)]
enum Step {
    Breach(u128, i64),
    Withdraw(Option<i64>),
    Evidence(usize),
    Manager,
}

/// The clock breaches, the breach is perhaps withdrawn, it breaches again, and so on; all in one order or another.
fn steps() -> impl Strategy<Value = (usize, Vec<Step>)> {
    (1u128..4, any::<bool>(), any::<bool>()).prop_flat_map(|(breaches, last_withdrawn, answered)| {
        let mut steps: Vec<Step> = (0..EVIDENCE.len()).map(Step::Evidence).collect();
        steps.push(Step::Manager);
        for id in 0..breaches {
            let hour = i64::try_from(id).unwrap() * 10;
            steps.push(Step::Breach(id, hour));
            if id + 1 < breaches || last_withdrawn {
                steps.push(Step::Withdraw(Some(hour + 5)));
            }
        }
        if answered {
            steps.push(Step::Withdraw(None));
        }
        let standing = usize::from(!last_withdrawn && !answered);
        (Just(standing), Just(steps).prop_shuffle())
    })
}

proptest! {
    #[test]
    fn a_standing_breach_costs_its_points_once_in_any_order((standing, steps) in steps()) {
        let (deducted, restored, heard) = play(&steps);
        prop_assert_eq!(deducted - restored, u32::try_from(standing).unwrap());
        let stands = heard.deductions.values().filter(|deduction| deduction.restored.is_none());
        prop_assert_eq!(stands.count(), standing);
    }
}

#[test]
fn the_manager_of_the_day_answers_for_it() {
    let (tehran, policies) = (Tehran::new().unwrap(), [policy()]);
    // 23 September 2025 in Tehran.
    let mut heard = Heard { evidence: evidence(), ..Heard::default() };
    heard.breaches.push((Uuid::from_u128(9), breach(0)));
    let day = date(2025, 9, 23);
    let terms = [term("before", date(2025, 1, 1), Some(day.yesterday().unwrap())), term("then", day, None)];
    let rules = Rules { tehran: &tehran, terms: &terms, policies: &policies, now: at(1) };
    let settlement = settle(&heard, &rules);
    let deduction = &settlement.deduct[0];
    assert_eq!((deduction.manager.as_str(), deduction.points, deduction.breach_day), ("then", 5, day));
    assert_eq!(deduction.evidence, evidence());
}

#[test]
fn without_a_manager_or_evidence_the_breach_waits() {
    let (tehran, policies) = (Tehran::new().unwrap(), [policy()]);
    let mut heard = Heard { evidence: evidence(), ..Heard::default() };
    heard.breaches.push((Uuid::from_u128(9), breach(0)));
    let nobody = Rules { tehran: &tehran, terms: &[], policies: &policies, now: at(1) };
    assert_eq!(settle(&heard, &nobody), Settlement { waits: true, ..Settlement::default() });
    heard.evidence.pop();
    let terms = [term("a", date(2025, 1, 1), None)];
    let somebody = Rules { terms: &terms, ..nobody };
    assert_eq!(settle(&heard, &somebody), Settlement { waits: true, ..Settlement::default() });
}
