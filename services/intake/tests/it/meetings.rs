//! Public meetings: turns beforehand, an agenda by topic, invitations, and what was ordered as dated commitments.

use contracts::intake::{
    CallMeetingRequest, Channel, Commitment, CommitmentMade, CommitmentOutcome, CommitmentSettled,
    ContactRecorded, GetAgendaRequest, GetAgendaResponse, InviteAgenciesRequest, Meeting, MeetingCalled,
    MeetingHeld, MeetingInvited, RecordCommitmentOutcomeRequest, RecordMeetingRequest, RecordMeetingResponse,
    RegisterContactRequest, RegisterContactResponse,
};
use contracts::routing::ReferralIssued;
use contracts::timestamp;
use jiff::Timestamp;
use tonic::{Code, Request, Status};

use crate::world::{PATIENCE, World, envelope, request};

const BEFORE: &str = "2026-01-10T08:30:00Z";
const START: &str = "2026-01-20T06:30:00Z";
const AFTER: &str = "2026-01-20T10:30:00Z";
const CODE: &str = "fars-1404-10";

fn at<T>(moment: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("samad-at", moment.parse().unwrap());
    request
}

fn meeting() -> Meeting {
    let at = |moment: &str| Some(timestamp(moment.parse::<Timestamp>().unwrap()));
    Meeting {
        meeting: CODE.into(),
        title_fa: "ملاقات مردمی استاندار".into(),
        province: "fars".into(),
        place_fa: "شیراز، استانداری".into(),
        starts_at: at(START),
        ends_at: at("2026-01-20T09:30:00Z"),
        turns_until: at("2026-01-18T20:30:00Z"),
        ..Default::default()
    }
}

fn turn(key: &str, topic: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        channel: Channel::InPerson.into(),
        topic: topic.into(),
        meeting: CODE.into(),
        ..request(key)
    }
}

async fn call(world: &mut World, meeting: Meeting, moment: &str) -> Result<Meeting, Status> {
    let request = CallMeetingRequest { meeting: Some(meeting) };
    Ok(world.meetings.call_meeting(at(moment, request)).await?.into_inner().meeting.unwrap())
}

/// A turn whose case an agency holds.
async fn held(world: &mut World, key: &str, topic: &str, agency: &str) -> RegisterContactResponse {
    let case = world.client.register_contact(at(BEFORE, turn(key, topic))).await.unwrap().into_inner();
    let issued = ReferralIssued {
        referral_id: chassis::clock::Clock::live().new_id().to_string(),
        case_id: case.case_id.clone(),
        round: 1,
        agency: agency.into(),
        province: "fars".into(),
        issued_at: Some(timestamp(BEFORE.parse().unwrap())),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&issued)]).await.unwrap();
    case
}

/// The agenda once agencies hold the cases of so many turns.
async fn agenda(world: &mut World, turns: usize) -> GetAgendaResponse {
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        let ask = GetAgendaRequest { meeting: CODE.into() };
        let agenda = world.meetings.get_agenda(ask).await.unwrap().into_inner();
        let all = agenda.topics.iter().flat_map(|topic| &topic.turns);
        if all.filter(|turn| !turn.agencies.is_empty()).count() == turns {
            return agenda;
        }
        assert!(tokio::time::Instant::now() < patience, "{agenda:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn turns_are_registered_beforehand_and_agencies_invited_once() {
    let mut world = World::at("following").await;
    let called = call(&mut world, meeting(), BEFORE).await.unwrap();
    assert_eq!(call(&mut world, meeting(), BEFORE).await.unwrap(), called);
    let moved = Meeting { place_fa: "شیراز، تالار حافظ".into(), ..meeting() };
    assert_eq!(call(&mut world, moved, BEFORE).await.unwrap().version, 2);
    assert_eq!(world.stated::<MeetingCalled>(2).await.len(), 2);

    held(&mut world, "turn-0001", "loans", "fars_bank").await;
    held(&mut world, "turn-0002", "water", "abfa").await;
    held(&mut world, "turn-0003", "water", "abfa").await;
    let by_phone = RegisterContactRequest { channel: Channel::Phone.into(), ..turn("turn-0004", "water") };
    let by_phone = world.client.register_contact(at(BEFORE, by_phone)).await.unwrap_err();
    assert!(by_phone.message().contains("channel: a turn of a meeting is in person"), "{by_phone}");
    let recorded = world.stated::<ContactRecorded>(3).await;
    assert!(recorded.iter().all(|fact| fact.meeting == CODE));

    let agenda = agenda(&mut world, 3).await;
    assert_eq!(agenda.agencies, ["abfa", "fars_bank"]);
    let topics: Vec<_> =
        agenda.topics.iter().map(|topic| (topic.topic.as_str(), topic.turns.len())).collect();
    assert_eq!(topics, [("water", 2), ("loans", 1)]);
    assert_eq!(agenda.topics[0].agencies, ["abfa"]);
    assert!(!format!("{agenda:?}").contains("احمدی"), "who it is stands in the contact only");

    let ask = InviteAgenciesRequest { meeting: CODE.into() };
    let first = world.meetings.invite_agencies(at(BEFORE, ask.clone())).await.unwrap().into_inner();
    assert_eq!((first.invited.len(), first.invited_before.len()), (2, 0));
    let again = world.meetings.invite_agencies(at(BEFORE, ask)).await.unwrap().into_inner();
    assert_eq!((again.invited.len(), again.invited_before.len()), (0, 2));
    let invited = world.stated::<MeetingInvited>(2).await;
    assert_eq!(invited.len(), 2);
    let abfa = invited.iter().find(|fact| fact.agency == "abfa").unwrap();
    assert_eq!((abfa.turns, abfa.topics.as_slice()), (2, ["water".to_owned()].as_slice()));

    let late = world.client.register_contact(at("2026-01-19T08:30:00Z", turn("turn-0005", "water"))).await;
    assert!(late.unwrap_err().message().contains("registered beforehand"));
}

#[tokio::test]
async fn what_was_ordered_becomes_commitments_with_one_outcome() {
    let mut world = World::at("following").await;
    call(&mut world, meeting(), BEFORE).await.unwrap();
    let turn =
        world.client.register_contact(at(BEFORE, turn("turn-0001", "water"))).await.unwrap().into_inner();
    let ordered = |key: &str, contact: &str, due_day: &str| Commitment {
        key: key.into(),
        contact_id: contact.into(),
        agency: "fars_water".into(),
        person: "مدیرعامل آب و فاضلاب".into(),
        text: "لوله‌کشی کوچه انجام شود".into(),
        due_day: due_day.into(),
        ..Default::default()
    };
    let record = |commitments: Vec<Commitment>| RecordMeetingRequest {
        meeting: CODE.into(),
        held_at: None,
        attended: vec!["fars_water".into()],
        commitments,
    };
    let early = world.meetings.record_meeting(at(BEFORE, record(Vec::new()))).await.unwrap_err();
    assert!(early.message().contains("held_at"), "{early}");
    let stranger = vec![ordered("1", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "")];
    let stranger = world.meetings.record_meeting(at(AFTER, record(stranger))).await.unwrap_err();
    assert!(stranger.message().contains("1: contact_id is no turn of this meeting"), "{stranger}");

    let first = vec![ordered("1", &turn.contact_id, "2026-02-20")];
    let both = vec![ordered("1", &turn.contact_id, "2026-02-20"), ordered("2", "", "")];
    for commitments in [first.clone(), first, both] {
        world.meetings.record_meeting(at(AFTER, record(commitments))).await.unwrap();
    }
    let recorded: RecordMeetingResponse =
        world.meetings.record_meeting(at(AFTER, record(Vec::new()))).await.unwrap().into_inner();
    assert_eq!(recorded.commitments.len(), 2);
    let made = world.stated::<CommitmentMade>(2).await;
    assert_eq!(made.len(), 2);
    assert_eq!((made[0].case_id.as_str(), made[0].agency.as_str()), (turn.case_id.as_str(), "fars_water"));
    assert_eq!(made[0].due_at, Some(timestamp("2026-02-20T20:29:59Z".parse().unwrap())));
    assert_eq!((made[1].due_at, made[1].case_id.as_str()), (None, ""));
    let held = world.stated::<MeetingHeld>(1).await;
    assert_eq!((held.len(), held[0].turns, held[0].attended.len()), (1, 1, 1));
    let moved = call(&mut world, Meeting { place_fa: "جای دیگر".into(), ..meeting() }, AFTER).await;
    assert_eq!(moved.unwrap_err().code(), Code::FailedPrecondition);

    let outcome = |outcome: CommitmentOutcome| RecordCommitmentOutcomeRequest {
        commitment_id: made[0].commitment_id.clone(),
        outcome: outcome.into(),
        text: "لوله عوض شد".into(),
    };
    for _ in 0..2 {
        let kept = world.meetings.record_commitment_outcome(outcome(CommitmentOutcome::Kept)).await.unwrap();
        assert_eq!(kept.into_inner().commitment.unwrap().outcome(), CommitmentOutcome::Kept);
    }
    let other =
        world.meetings.record_commitment_outcome(outcome(CommitmentOutcome::Broken)).await.unwrap_err();
    assert_eq!(other.code(), Code::FailedPrecondition);
    assert_eq!(world.stated::<CommitmentSettled>(1).await.len(), 1);
}
