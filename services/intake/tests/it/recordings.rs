//! Recordings: stored by the call's id, played in ranges, each listening stated (rule 2).

use chassis::Role;
use contracts::intake::recording_service_client::RecordingServiceClient;
use contracts::intake::store_recording_request::Part;
use contracts::intake::work_list_service_client::WorkListServiceClient;
use contracts::intake::{
    GetCallHistoryRequest, PlayRecordingRequest, RecordVoicemailRequest, RecordingHead, RecordingPlayed,
    RecordingStored, ReleaseItemsRequest, StoreRecordingRequest, StoreRecordingResponse, TakeItemRequest,
};
use contracts::timestamp;
use jiff::{SignedDuration, Timestamp};
use stage::staff;
use tonic::{Code, Status};

use crate::world::{World, request};

fn sound(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from((place * 31 + seed) % 251).unwrap()).collect()
}

fn head(call: &str, start_min: i64, cut: bool) -> RecordingHead {
    let start = "2026-01-03T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(start_min);
    RecordingHead {
        call_id: call.into(),
        province: "fars".into(),
        caller: "09121234567".into(),
        started_at: Some(timestamp(start)),
        ended_at: Some(timestamp(start + SignedDuration::from_mins(2))),
        cut,
        content_type: "audio/wav".into(),
        ..Default::default()
    }
}

async fn store(
    world: &mut World,
    head: RecordingHead,
    sound: &[u8],
) -> Result<StoreRecordingResponse, Status> {
    let mut parts = vec![StoreRecordingRequest { part: Some(Part::Head(head)) }];
    parts.extend(
        sound.chunks(30_000).map(|data| StoreRecordingRequest { part: Some(Part::Data(data.to_vec())) }),
    );
    Ok(world.recordings.store_recording(tokio_stream::iter(parts)).await?.into_inner())
}

async fn play(world: &mut World, id: &str, first: u64, last: Option<u64>) -> Result<Vec<u8>, Status> {
    let ask = PlayRecordingRequest {
        recording_id: id.into(),
        listener: "national.monitor".into(),
        reason: "کنترل کیفیت".into(),
        first_byte: first,
        last_byte: last,
    };
    let mut stream = world.recordings.play_recording(ask).await?.into_inner();
    let mut heard = Vec::new();
    while let Some(message) = stream.message().await? {
        heard.extend(message.data);
    }
    Ok(heard)
}

#[tokio::test]
async fn a_recording_is_kept_once_and_each_listening_is_stated() {
    let mut world = World::new().await;
    let sound = sound(1, 200_000);
    let stored = store(&mut world, head("c-1", 0, false), &sound).await.unwrap();
    assert_eq!(stored.size_bytes, 200_000);
    assert_eq!(store(&mut world, head("c-1", 0, false), &sound).await.unwrap(), stored, "a repeat");
    let other = store(&mut world, head("c-1", 0, false), &sound[1..]).await.unwrap_err();
    assert_eq!(other.code(), Code::AlreadyExists);
    let fact = world.stated::<RecordingStored>(1).await.remove(0);
    assert_eq!((fact.recording_id.as_str(), &fact.sha256), (stored.recording_id.as_str(), &stored.sha256));

    let id = stored.recording_id.as_str();
    assert_eq!(play(&mut world, id, 0, None).await.unwrap(), sound);
    assert_eq!(play(&mut world, id, 65_530, Some(65_545)).await.unwrap(), sound[65_530..=65_545]);
    assert_eq!(play(&mut world, id, 199_999, Some(900_000)).await.unwrap(), sound[199_999..]);
    assert_eq!(play(&mut world, id, 200_000, None).await.unwrap_err().code(), Code::OutOfRange);
    let without_why = PlayRecordingRequest { recording_id: id.into(), ..Default::default() };
    assert_eq!(world.recordings.play_recording(without_why).await.unwrap_err().code(), Code::InvalidArgument);
    let played = world.stated::<RecordingPlayed>(3).await;
    assert_eq!(played.len(), 3);
    assert_eq!(
        (played[1].listener.as_str(), played[1].first_byte, played[1].last_byte),
        ("national.monitor", 65_530, 65_545)
    );

    // Nothing of the sound lies readable, and one object is left of three uploads.
    let files = world.recording_files();
    assert_eq!(files.len(), 1);
    assert!(!files[0].windows(64).any(|window| window == &sound[1_000..1_064]));
}

#[tokio::test]
async fn a_cut_call_and_its_repeat_are_one_history() {
    let mut world = World::new().await;
    // The repeat's recording arrives first.
    for (call, start_min, cut) in [("c-2", 10, false), ("c-1", 0, true), ("c-3", 60, false)] {
        store(&mut world, head(call, start_min, cut), &sound(2, 10)).await.unwrap();
    }
    let mut contact = request("call-0300");
    contact.call_id = "c-2".into();
    let contact = world.register(contact).await.contact_id;
    for asked in ["c-1", "c-2"] {
        let ask = GetCallHistoryRequest { call_id: asked.into(), ..Default::default() };
        let calls = world.recordings.get_call_history(ask).await.unwrap().into_inner().calls;
        let ids: Vec<&str> = calls.iter().map(|call| call.call_id.as_str()).collect();
        assert_eq!(ids, ["c-1", "c-2"]);
        assert_eq!(calls[1].contact_ids, [contact.as_str()]);
        assert!(calls[0].cut && calls[0].contact_ids.is_empty());
    }
    let ask = GetCallHistoryRequest { call_id: "c-3".into(), ..Default::default() };
    assert_eq!(world.recordings.get_call_history(ask).await.unwrap().into_inner().calls.len(), 1);
    let ask = GetCallHistoryRequest { call_id: "c-9".into(), ..Default::default() };
    assert_eq!(world.recordings.get_call_history(ask).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn an_operator_hears_the_item_in_hand_and_a_manager_the_own_provinces_calls() {
    let mut world = World::new().await;
    let yazd = RecordingHead { province: "yazd".into(), ..head("c-1", 0, false) };
    let fars = store(&mut world, head("c-1", 0, false), &sound(1, 10)).await.unwrap().recording_id;
    let elsewhere = store(&mut world, yazd, &sound(2, 10)).await.unwrap().recording_id;
    assert_ne!(fars, elsewhere, "two provinces' exchanges use the same id");

    let as_who = |world: &World, role, province| {
        let channel = world.keys.channel_of(world.grpc, staff(role, province));
        (RecordingServiceClient::new(channel.clone()), WorkListServiceClient::new(channel))
    };
    let (mut operator, mut work_list) = as_who(&world, Role::Operator, "fars");
    let mut hear = async |id: &str| {
        let ask = PlayRecordingRequest {
            recording_id: id.into(),
            reason: "پیگیری پیام".into(),
            ..Default::default()
        };
        operator.play_recording(ask).await.map(drop).map_err(|status| status.code())
    };
    assert_eq!(hear(&fars).await, Err(Code::PermissionDenied), "it is in nobody's hand");
    let call = RecordVoicemailRequest {
        call_id: "c-1".into(),
        province: "fars".into(),
        caller: "09121234567".into(),
        ..Default::default()
    };
    world.work_list.record_voicemail(call).await.unwrap();
    let taken = work_list.take_item(TakeItemRequest::default()).await.unwrap().into_inner().item.unwrap();
    assert_eq!(taken.recording_id, fars);
    assert_eq!(hear(&fars).await, Ok(()));
    assert_eq!(hear(&elsewhere).await, Err(Code::PermissionDenied));
    let played = world.stated::<RecordingPlayed>(1).await;
    assert_eq!((played.len(), played[0].listener.as_str()), (1, "staff-1 (staff-1)"));
    work_list.release_items(ReleaseItemsRequest::default()).await.unwrap();
    assert_eq!(hear(&fars).await, Err(Code::PermissionDenied), "it went back");

    let (mut manager, _) = as_who(&world, Role::Manager, "yazd");
    let ask = GetCallHistoryRequest { call_id: "c-1".into(), ..Default::default() };
    let calls = manager.get_call_history(ask.clone()).await.unwrap().into_inner().calls;
    assert_eq!(calls.iter().map(|call| call.recording_id.as_str()).collect::<Vec<_>>(), [elsewhere.as_str()]);
    let of_fars = GetCallHistoryRequest { province: "fars".into(), ..ask.clone() };
    assert_eq!(manager.get_call_history(of_fars).await.unwrap_err().code(), Code::PermissionDenied);
    let unnamed = world.recordings.get_call_history(ask).await.unwrap_err();
    assert_eq!(unnamed.code(), Code::InvalidArgument, "{unnamed}");
}

#[tokio::test]
async fn an_upload_without_sound_or_of_no_call_is_refused_and_leaves_nothing() {
    let mut world = World::new().await;
    let empty = store(&mut world, head("c-1", 0, false), &[]).await.unwrap_err();
    assert_eq!(empty.code(), Code::InvalidArgument);
    let video = RecordingHead { content_type: "video/mp4".into(), ..head("c-1", 0, false) };
    assert_eq!(store(&mut world, video, &sound(3, 10)).await.unwrap_err().code(), Code::InvalidArgument);
    assert!(world.recording_files().is_empty());
}
