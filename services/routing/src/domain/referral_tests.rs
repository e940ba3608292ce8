use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn referral() -> Referral {
    Referral {
        referral_id: ReferralId(Uuid::nil()),
        case_id: CaseId(Uuid::nil()),
        round: 1,
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        state: State::Issued,
        is_ruled: false,
        extensions_asked: 0,
        extension_open: false,
        documents_open: false,
    }
}

fn action(kind: Kind, extension_days: u32) -> Action {
    Action {
        kind,
        outcome: None,
        text: "x".into(),
        legal_reason: String::new(),
        suggested_agency: String::new(),
        acted_at: None,
        extension_days,
    }
}

fn policy() -> Policy {
    Policy { extension_days_max: 10, extensions_max: 2, ..Policy::default() }
}

#[test]
fn an_extension_waits_for_its_ruling_and_the_policy_counts_them() {
    let mut referral = referral();
    let mut ask = |days: u32, ruled: bool| {
        if ruled {
            referral.extension_open = false;
        }
        referral.take(&action(Kind::ExtensionAsked, days), &policy())
    };
    assert_eq!(ask(11, false), Err(Code::TooManyDays));
    assert_eq!(ask(10, false), Ok(()));
    assert_eq!(ask(1, false), Err(Code::ExtensionPending));
    assert_eq!(ask(1, true), Ok(()));
    assert_eq!(ask(1, true), Err(Code::NoMoreExtensions));
    let nothing = Policy::default();
    assert_eq!(
        self::referral().take(&action(Kind::ExtensionAsked, 1), &nothing),
        Err(Code::NoMoreExtensions)
    );
}

#[test]
fn documents_are_asked_for_once_at_a_time() {
    let mut referral = referral();
    assert_eq!(referral.take(&action(Kind::DocumentsAsked, 0), &policy()), Ok(()));
    assert_eq!(referral.state, State::Accepted);
    assert_eq!(referral.take(&action(Kind::DocumentsAsked, 0), &policy()), Err(Code::DocumentsPending));
    assert_eq!(referral.take(&action(Kind::Answer, 0), &policy()), Ok(()));
    assert_eq!(referral.take(&action(Kind::DocumentsAsked, 0), &policy()), Err(Code::AlreadyAnswered));
}

#[test]
fn what_an_arbiter_sent_cannot_be_returned() {
    let mut ruled = Referral { is_ruled: true, ..referral() };
    assert_eq!(ruled.take(&action(Kind::Returned, 0), &policy()), Err(Code::RuledByArbiter));
    assert_eq!(ruled.take(&action(Kind::Answer, 0), &policy()), Ok(()));
}

proptest! {
    /// Whatever is asked in whatever order: what has ended stays as it is, and no more is asked than the policy allows.
    #[test]
    fn what_has_ended_stays_ended(
        kinds in prop::collection::vec((1..=6_i32, 0..12_u32), 0..30),
        withdrawn_at in 0..40_usize,
    ) {
        let mut referral = referral();
        for (place, (kind, days)) in kinds.into_iter().enumerate() {
            if place == withdrawn_at && referral.state.is_open() {
                referral.state = State::Withdrawn;
            }
            let before = referral.clone();
            let taken = referral.take(&action(Kind::from_number(kind).unwrap(), days), &policy());
            if !before.state.is_open() {
                prop_assert_eq!(taken.err(), before.state.refuses());
            }
            if taken.is_err() {
                prop_assert_eq!(&referral, &before);
            }
            prop_assert!(referral.extensions_asked <= policy().extensions_max);
        }
    }
}
