use contracts::intake::GuidanceRung;
use contracts::timestamp;
use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_second(1_760_000_000).unwrap()
}

fn good() -> RegisterContactRequest {
    RegisterContactRequest {
        request_key: "call-0001".into(),
        channel: Channel::Phone.into(),
        province: "east-azerbaijan".into(),
        citizen: Some(Citizen { national_id: "۰۰۱۳۵۴۲۴۱۹".into(), ..Default::default() }),
        kind: Kind::Request.into(),
        topic: "water".into(),
        text: "آب کوچه قطع است".into(),
        outcome: Outcome::Register.into(),
        ..Default::default()
    }
}

fn faults(change: impl FnOnce(&mut RegisterContactRequest)) -> Vec<&'static str> {
    let mut request = good();
    change(&mut request);
    read(&request, now()).err().unwrap_or_default().iter().map(|fault| fault.field).collect()
}

#[test]
fn a_good_request_is_read_with_its_defaults() {
    let contact = read(&good(), now()).ok().unwrap();
    assert_eq!(contact.centre, "east-azerbaijan");
    assert_eq!(contact.citizen.national_id, "0013542419");
    assert_eq!(contact.occurred_at, now());
}

#[test]
fn every_fault_is_named() {
    assert_eq!(faults(|_| ()), Vec::<&str>::new());
    assert_eq!(faults(|r| r.request_key = String::new()), ["request_key"]);
    assert_eq!(faults(|r| r.province = "Fars".into()), ["province"]);
    assert_eq!(faults(|r| r.text = "آ".repeat(TEXT_MAX + 1)), ["text"]);
    assert_eq!(faults(|r| r.text = "nul\0".into()), ["text"]);
    assert_eq!(
        faults(|r| r.citizen.as_mut().unwrap().national_id = "0013542418".into()),
        ["citizen.national_id"]
    );
    assert_eq!(faults(|r| r.citizen = None), ["citizen"]);
    assert_eq!(faults(|r| r.outcome = Outcome::Guidance.into()), ["guidance_rung"]);
    assert_eq!(faults(|r| r.topic.clear()), ["topic"]);
    for reserved in ["inaction", "commitment", "arbitration", "voicemail"] {
        assert_eq!(faults(|r| r.programme = reserved.into()), ["programme"]);
    }
    assert_eq!(faults(|r| r.about_manager_agency = "abfa".into()), ["about_manager_agency"], "of a request");
    assert_eq!(
        faults(|r| r.occurred_at = Some(timestamp(now() + SignedDuration::from_hours(1)))),
        ["occurred_at"]
    );
    assert_eq!(faults(|r| (r.channel, r.kind, r.outcome) = (0, 99, 0)), ["channel", "kind", "outcome"]);
}

#[test]
fn a_report_and_guidance_need_no_identity() {
    assert!(faults(|r| (r.kind, r.citizen) = (Kind::Report.into(), None)).is_empty());
    assert!(
        faults(|r| {
            (r.outcome, r.guidance_rung) = (Outcome::Guidance.into(), GuidanceRung::Information.into());
            (r.citizen, r.text, r.topic) = (None, String::new(), String::new());
        })
        .is_empty()
    );
}

proptest! {
    #[test]
    fn no_text_panics_and_what_is_taken_keeps_the_limits(key in "\\PC{0,140}", province in "[a-z.A-Z -]{0,50}", text in "\\PC{0,60}") {
        let request = RegisterContactRequest { request_key: key, province, text, ..good() };
        if let Ok(contact) = read(&request, now()) {
            prop_assert!((1..=128).contains(&contact.request_key.chars().count()));
            prop_assert!(!contact.province.contains(['.', ' ']));
        }
    }
}
