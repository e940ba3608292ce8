use contracts::intake::{Citizen, EntryVersion, Kind, Outcome, RegisterContactRequest};
use contracts::{ReferralId, timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::contact::read;
use crate::domain::referral::ReferralState;

const CASE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002";

fn now() -> Timestamp {
    Timestamp::from_second(1_760_000_000).unwrap()
}

fn contact(change: impl FnOnce(&mut RegisterContactRequest)) -> Contact {
    let mut request = RegisterContactRequest {
        request_key: "call-0001".into(),
        channel: 1,
        province: "fars".into(),
        citizen: Some(Citizen { national_id: "0013542419".into(), ..Default::default() }),
        kind: Kind::Complaint.into(),
        topic: "water".into(),
        text: "پاسخی نیامد".into(),
        occurred_at: Some(timestamp(now())),
        ..Default::default()
    };
    change(&mut request);
    read(&request, now()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn advice(rung: GuidanceRung, entry: Option<(&str, u32)>) -> Contact {
    contact(|request| {
        (request.outcome, request.guidance_rung) = (Outcome::Guidance.into(), rung.into());
        request.guidance_entry = entry.map(|(entry, version)| EntryVersion { entry: entry.into(), version });
    })
}

fn complaint(referral: &str) -> Contact {
    contact(|request| {
        request.outcome = Outcome::InactionComplaint.into();
        (request.about_case, request.about_referral_id) = (CASE.into(), referral.into());
    })
}

fn cited(version: u32, lawful_way: &str, withdrawn: bool) -> Cited {
    Cited {
        entry: "well".into(),
        version,
        quoted: "قانون توزیع عادلانهٔ آب".into(),
        lawful_way: lawful_way.into(),
        rungs: vec![GuidanceRung::Unlawful, GuidanceRung::Information],
        withdrawn,
    }
}

fn known(entries: Vec<(u32, Cited)>) -> Known {
    let entries =
        entries.into_iter().map(|(version, cited)| (EntryRef { entry: "well".into(), version }, cited));
    Known { entries: entries.collect(), ..Known::default() }
}

fn referral(number: u128, state: ReferralState, due_days: i64) -> (Complained, bool) {
    let due_at = Some(now() + SignedDuration::from_hours(24 * due_days));
    let referral_id = ReferralId(Uuid::from_u128(number));
    (Complained { referral_id, agency: "abfa".into(), state, since: None, due_at }, false)
}

fn about(referrals: Vec<(Complained, bool)>) -> Known {
    let about = About {
        case_id: CASE.parse().unwrap(),
        tracking_code: "1234567897".into(),
        promised_at: None,
        answered: false,
        withdrawn: false,
        confidential: false,
        sealed_citizen: None,
        about_manager: String::new(),
        referrals,
    };
    Known { about: vec![about], ..Known::default() }
}

fn refused(contact: &Contact, known: &Known) -> &'static str {
    stand(contact, known, now()).err().map_or("", |fault| fault.field)
}

#[test]
fn advice_cites_an_entry_that_supports_it() {
    let base = known(vec![(0, cited(2, "", false)), (1, cited(1, "پروانه بگیرید", true))]);
    assert_eq!(refused(&advice(GuidanceRung::Information, Some(("well", 0))), &base), "");
    assert_eq!(refused(&advice(GuidanceRung::BeyondCapacity, Some(("well", 0))), &base), "guidance_entry");
    assert_eq!(refused(&advice(GuidanceRung::Information, Some(("well", 7))), &base), "guidance_entry");
    assert_eq!(refused(&advice(GuidanceRung::Unlawful, Some(("well", 0))), &base), "lawful_way");
    let old = advice(GuidanceRung::Unlawful, Some(("well", 1)));
    assert_eq!(
        stand(&old, &base, now()).unwrap().lawful_way,
        "پروانه بگیرید",
        "an old version stays citable"
    );
    let withdrawn = known(vec![(0, cited(3, "", true))]);
    assert_eq!(refused(&advice(GuidanceRung::Information, Some(("well", 0))), &withdrawn), "guidance_entry");
}

#[test]
fn a_policy_decides_whether_uncited_advice_is_taken() {
    let mut base = Known::default();
    assert_eq!(refused(&advice(GuidanceRung::Unlawful, None), &base), "");
    base.policies = Arc::new([DeskPolicy { citation_required: true, ..DeskPolicy::unwritten() }]);
    assert_eq!(refused(&advice(GuidanceRung::Unlawful, None), &base), "guidance_entry");
}

#[test]
fn inaction_is_complained_of_when_the_deadline_has_passed_and_once() {
    let late = referral(1, ReferralState::Accepted, -1);
    assert_eq!(refused(&complaint(""), &about(vec![late.clone()])), "");
    assert_eq!(refused(&complaint(""), &about(vec![referral(1, ReferralState::Accepted, 1)])), "about_case");
    assert_eq!(refused(&complaint(""), &about(vec![])), "about_case");
    assert_eq!(refused(&complaint(""), &about(vec![(late.0.clone(), true)])), "about_case");
    let two = about(vec![late, referral(2, ReferralState::Issued, -2)]);
    assert_eq!(refused(&complaint(""), &two), "about_referral_id");
    assert_eq!(refused(&complaint(&Uuid::from_u128(2).to_string()), &two), "");
    assert_eq!(refused(&complaint(""), &Known::default()), "about_case");
}

proptest! {
    #[test]
    fn advice_that_a_thing_is_unlawful_always_shows_the_lawful_way_where_it_cites(told in "[ا-ی ]{0,9}", entry_way in "[ا-ی]{0,5}") {
        let mut advice = advice(GuidanceRung::Unlawful, Some(("well", 0)));
        if let Ending::Guidance { lawful_way, .. } = &mut advice.ending {
            *lawful_way = told.trim().to_owned();
        }
        let base = known(vec![(0, cited(1, &entry_way, false))]);
        match stand(&advice, &base, now()) {
            Ok(rung) => prop_assert!(!rung.lawful_way.is_empty() && rung.cited.is_some()),
            Err(fault) => prop_assert!(fault.field == "lawful_way" && told.trim().is_empty() && entry_way.is_empty()),
        }
    }
}

#[test]
fn nothing_is_added_to_a_withdrawn_case_nor_complained_of_in_it() {
    let mut known = about(vec![referral(1, ReferralState::Issued, -1)]);
    assert_eq!(refused(&complaint(""), &known), "");
    known.about[0].withdrawn = true;
    assert_eq!(refused(&complaint(""), &known), "about_case");
}

#[test]
fn what_follows_from_a_confidential_case_is_confidential() {
    let mut known = about(vec![referral(1, ReferralState::Issued, -1)]);
    let complaint = complaint("");
    let told = |known: &Known| {
        let rung = stand(&complaint, known, now()).unwrap_or_else(|fault| panic!("{fault:?}"));
        (rung.is_confidential(&complaint), rung.about_manager(&complaint).to_owned())
    };
    assert_eq!(told(&known), (false, String::new()));
    (known.about[0].confidential, known.about[0].about_manager) = (true, "abfa".into());
    assert_eq!(told(&known), (true, "abfa".into()));
}
