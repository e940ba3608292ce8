//! Registering one contact: what it stores, states, repeats and refuses.

use contracts::deadline::PolicyAdopted;
use contracts::intake::{
    CaseRegistered, CaseState, Channel, ContactPoint, ContactRecorded, GuidanceGiven, GuidanceRung, Kind,
    Outcome, RegisterContactRequest, RegisterContactResponse,
};
use contracts::{TrackingCode, timestamp};
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use tonic::{Code, Request};
use tonic_types::StatusExt;

use crate::world::{World, envelope, request};

#[tokio::test]
async fn a_registered_contact_becomes_a_case_with_a_code_and_its_facts() {
    let mut world = World::new().await;
    let registered = world.register(request("call-0001")).await;
    registered.tracking_code.parse::<TrackingCode>().unwrap();
    assert_eq!(registered.due_at, None, "no policy was heard: no date is promised");

    let case = world.case(&registered.case_id).await;
    assert_eq!(case.state(), CaseState::Registered);
    assert_eq!(
        (case.statement.as_str(), case.place.as_str()),
        ("آب کوچه سه روز است که قطع است", "خیابان سعدی")
    );
    assert_eq!(case.masked_national_id, "001****419");
    assert_eq!(case.tracking_code, registered.tracking_code);

    let recorded = world.stated::<ContactRecorded>(1).await.remove(0);
    assert_eq!((recorded.centre.as_str(), recorded.channel()), ("fars", Channel::Phone));
    assert_eq!((recorded.contact_id, recorded.case_id), (registered.contact_id, registered.case_id.clone()));
    let fact = world.stated::<CaseRegistered>(1).await.remove(0);
    assert_eq!((fact.case_id, fact.registered_at), (registered.case_id, case.registered_at));
    let sealed = world.sealer.open(&fact.sealed_contact_point).unwrap();
    let point = ContactPoint::decode(sealed.as_slice()).unwrap();
    assert_eq!(
        (point.name.as_str(), point.phone.as_str(), point.language.as_str()),
        ("زهرا احمدی", "+989121234567", "fa")
    );
    assert_eq!(point.tracking_code, registered.tracking_code);
}

#[tokio::test]
async fn guidance_ends_a_contact_without_a_case() {
    let mut world = World::new().await;
    let mut advice = request("call-0002");
    (advice.outcome, advice.guidance_rung) = (Outcome::Guidance.into(), GuidanceRung::BeyondCapacity.into());
    advice.guidance_citation = "بخشنامه ۱۲".to_owned();
    advice.citizen = None;
    let registered = world.register(advice).await;
    assert_eq!((registered.case_id.as_str(), registered.tracking_code.as_str()), ("", ""));
    let given = world.stated::<GuidanceGiven>(1).await.remove(0);
    assert_eq!((given.contact_id, given.rung), (registered.contact_id, GuidanceRung::BeyondCapacity.into()));
    assert_eq!(world.stated::<ContactRecorded>(1).await[0].case_id, "");
}

#[tokio::test]
async fn a_repeated_key_returns_the_first_result_and_another_content_is_refused() {
    let mut world = World::new().await;
    let first = world.register(request("call-0003")).await;
    assert_eq!(world.register(request("call-0003")).await, first);
    let mut other = request("call-0003");
    other.text.push('!');
    assert_eq!(world.client.register_contact(other).await.unwrap_err().code(), Code::AlreadyExists);
    // What is stated after the repeats shows that they stated nothing.
    let last = world.register(request("call-0004")).await;
    let facts = world.stated::<CaseRegistered>(2).await;
    assert_eq!(facts.iter().map(|f| &f.case_id).collect::<Vec<_>>(), [&first.case_id, &last.case_id]);
}

#[tokio::test]
async fn concurrent_calls_with_one_key_at_two_replicas_register_one_contact() {
    let mut world = World::new().await;
    let (mut here, mut there) = (world.client.clone(), world.replica().await);
    for round in 0..10 {
        let key = format!("both-{round:04}");
        let mut same_door = here.clone();
        let (a, b, c) = tokio::join!(
            here.register_contact(request(&key)),
            there.register_contact(request(&key)),
            same_door.register_contact(request(&key))
        );
        // Similar cases are told once, to whoever came first.
        let [a, b, c] = [a, b, c]
            .map(|answer| RegisterContactResponse { similar: Vec::new(), ..answer.unwrap().into_inner() });
        assert_eq!((&a, &a), (&b, &c));
    }
    let last = world.register(request("the-last")).await;
    let facts = world.stated::<CaseRegistered>(11).await;
    assert_eq!(facts.len(), 11);
    assert!(facts.iter().any(|fact| fact.case_id == last.case_id));
}

#[tokio::test]
async fn faults_are_refused_by_the_names_of_their_fields() {
    let mut world = World::new().await;
    let mut wrong = request("call-0005");
    wrong.citizen.as_mut().unwrap().national_id = "0013542418".to_owned();
    wrong.province = "Fars".to_owned();
    let status = world.client.register_contact(wrong).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let violations = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["province", "citizen.national_id"]);
    assert!(!status.message().contains("0013542418"), "errors quote nothing of the citizen");

    let mut anonymous = request("call-0006");
    (anonymous.kind, anonymous.citizen) = (Kind::Report.into(), None);
    let registered = world.register(anonymous).await;
    assert_eq!(world.case(&registered.case_id).await.masked_national_id, "");
}

fn trip(key: &str) -> RegisterContactRequest {
    RegisterContactRequest { programme: "trip".to_owned(), ..request(key) }
}

#[tokio::test]
async fn a_heard_policy_promises_a_date_and_a_rehearsal_brings_its_own_moment() {
    let mut world = World::at("following").await;
    let start: Timestamp = "2025-03-21T08:00:00Z".parse().unwrap();
    let policy = |version, programme: &str, length_days, honours_target, valid_from| {
        let policy = format!("policy-of-{programme}");
        let (programme, valid_from) = (programme.to_owned(), Some(timestamp(valid_from)));
        envelope(&PolicyAdopted {
            policy,
            version,
            programme,
            length_days,
            honours_target,
            valid_from,
            ..PolicyAdopted::default()
        })
    };
    let later = start + SignedDuration::from_hours(24 * 10);
    let policies = [
        policy(1, "", 15, false, start),
        policy(2, "", 10, false, later),
        policy(1, "trip", 30, true, start),
    ];
    world.bus.publish("deadline", &policies).await.unwrap();

    let at = |moment: Timestamp, contact| {
        let mut request = Request::new(contact);
        request.metadata_mut().insert("samad-at", moment.to_string().parse().unwrap());
        request
    };
    let mut tries = 0;
    // The trip's policy was published last: once it promises, all were heard.
    while world
        .client
        .register_contact(at(start, trip(&format!("wait-{tries:04}"))))
        .await
        .unwrap()
        .into_inner()
        .due_at
        .is_none()
    {
        tries += 1;
        assert!(tries < 1_000, "the policies were not heard");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let first = world.client.register_contact(at(start, request("first-01"))).await.unwrap().into_inner();
    assert_eq!(first.due_at, Some(timestamp(start + SignedDuration::from_hours(24 * 15))));
    assert_eq!(world.case(&first.case_id).await.registered_at, Some(timestamp(start)));
    let second = world.client.register_contact(at(later, request("later-01"))).await.unwrap().into_inner();
    assert_eq!(second.due_at, Some(timestamp(later + SignedDuration::from_hours(24 * 10))));
    let mut dated = trip("trip-0001");
    dated.target_at = Some(timestamp(later));
    let third = world.client.register_contact(at(start, dated)).await.unwrap().into_inner();
    assert_eq!(third.due_at, Some(timestamp(later)));
}

#[tokio::test]
async fn a_live_clock_takes_nobodys_word_for_the_time() {
    let mut world = World::new().await;
    let mut call = Request::new(request("call-0007"));
    call.metadata_mut().insert("samad-at", "2001-01-01T00:00:00Z".parse().unwrap());
    let registered = world.client.register_contact(call).await.unwrap().into_inner();
    let year_2020 = 1_577_836_800;
    assert!(world.case(&registered.case_id).await.registered_at.unwrap().seconds > year_2020);
}
