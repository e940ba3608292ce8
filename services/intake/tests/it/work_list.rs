//! Hours, voicemail and the operators' work list (rule 1).

use contracts::intake::{
    Channel, FinishItemRequest, GetHoursRequest, HoursKind, HoursRule, ImportDeskRulesRequest,
    RecordVoicemailRequest, ReleaseItemsRequest, TakeItemRequest, VoicemailFollowedUp, VoicemailReason,
    VoicemailRecorded, WorkItem,
};
use contracts::timestamp;
use intake::desk_file;
use jiff::Timestamp;
use tonic::{Code, Request};

use crate::world::{World, request};

/// Saturday 3 January 2026, 16:00 in Tehran: half past one hour after closing.
const EVENING: &str = "2026-01-03T12:30:00Z";

async fn opened() -> World {
    let mut world = World::at("following").await;
    world.work_list.import_desk_rules(desk_file::shipped().unwrap()).await.unwrap();
    world
}

fn at<T>(moment: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("samad-at", moment.parse().unwrap());
    request
}

fn voicemail(call: &str, received: &str) -> RecordVoicemailRequest {
    RecordVoicemailRequest {
        call_id: call.into(),
        province: "fars".into(),
        caller: "۰۹۱۲۱۲۳۴۵۶۷".into(),
        received_at: Some(timestamp(received.parse::<Timestamp>().unwrap())),
        ..Default::default()
    }
}

async fn take(world: &mut World, operator: &str, moment: &str) -> Option<WorkItem> {
    let ask = TakeItemRequest { operator: operator.into(), province: "fars".into(), centre: String::new() };
    world.work_list.take_item(at(moment, ask)).await.unwrap().into_inner().item
}

#[tokio::test]
async fn a_call_outside_the_hours_becomes_an_item_once() {
    let mut world = opened().await;
    let ask = GetHoursRequest { province: "fars".into(), ..Default::default() };
    let hours = world.work_list.get_hours(at(EVENING, ask.clone())).await.unwrap().into_inner();
    let sunday = timestamp("2026-01-04T04:00:00Z".parse().unwrap());
    assert_eq!((hours.open, hours.until), (false, Some(sunday)));
    let kept =
        world.work_list.record_voicemail(at(EVENING, voicemail("c-1", EVENING))).await.unwrap().into_inner();
    assert_eq!((kept.reason(), kept.opens_at), (VoicemailReason::AfterHours, Some(sunday)));
    let again =
        world.work_list.record_voicemail(at(EVENING, voicemail("c-1", EVENING))).await.unwrap().into_inner();
    assert_eq!(again, kept);

    let snow = HoursRule {
        rule: "snow".into(),
        kind: HoursKind::Closure.into(),
        province: "fars".into(),
        from_day: "2026-01-04".into(),
        until_day: "2026-01-04".into(),
        reason_fa: "برف".into(),
        ..Default::default()
    };
    let rules = ImportDeskRulesRequest { hours: vec![snow], ..Default::default() };
    assert_eq!(world.work_list.import_desk_rules(rules.clone()).await.unwrap().into_inner().adopted, 1);
    assert_eq!(world.work_list.import_desk_rules(rules).await.unwrap().into_inner().unchanged, 1);
    let morning = "2026-01-04T06:00:00Z";
    let hours = world.work_list.get_hours(at(morning, ask)).await.unwrap().into_inner();
    assert_eq!((hours.open, hours.reason_fa.as_str()), (false, "برف"));
    let closed =
        world.work_list.record_voicemail(at(morning, voicemail("c-2", morning))).await.unwrap().into_inner();
    assert_eq!(closed.reason(), VoicemailReason::Closure);
    let facts = world.stated::<VoicemailRecorded>(2).await;
    assert_eq!((facts[0].item_id.as_str(), facts[0].call_id.as_str()), (kept.item_id.as_str(), "c-1"));
}

#[tokio::test]
async fn items_go_to_one_operator_at_a_time_oldest_first() {
    let mut world = opened().await;
    for (call, received) in
        [("c-2", "2026-01-03T12:20:00Z"), ("c-1", "2026-01-03T12:10:00Z"), ("c-3", EVENING)]
    {
        world.work_list.record_voicemail(at(EVENING, voicemail(call, received))).await.unwrap();
    }
    let morning = "2026-01-04T04:00:00Z";
    let first = take(&mut world, "maryam", morning).await.unwrap();
    assert_eq!((first.call_id.as_str(), first.caller.as_str()), ("c-1", "+989121234567"));
    assert_eq!(take(&mut world, "maryam", morning).await.unwrap().item_id, first.item_id, "one at a time");
    let second = take(&mut world, "reza", morning).await.unwrap();
    assert_eq!(second.call_id, "c-2");

    // Maryam leaves: hers is the oldest again. Reza's lease ends: his is anybody's.
    let leave = ReleaseItemsRequest { operator: "maryam".into() };
    assert_eq!(world.work_list.release_items(leave).await.unwrap().into_inner().released, 1);
    assert_eq!(take(&mut world, "sara", morning).await.unwrap().item_id, first.item_id);
    let later = "2026-01-04T05:00:00Z";
    let expired = take(&mut world, "maryam", later).await.unwrap();
    assert_eq!(expired.item_id, first.item_id, "sara's lease ended too, and hers is older");
    let finish = |item: &WorkItem, operator: &str, contact: &str| FinishItemRequest {
        item_id: item.item_id.clone(),
        operator: operator.into(),
        contact_id: contact.into(),
        no_contact_reason: if contact.is_empty() { "سکوت".into() } else { String::new() },
        callback: None,
    };
    let lost = world.work_list.finish_item(at(later, finish(&second, "reza", ""))).await.unwrap_err();
    assert_eq!(lost.code(), Code::FailedPrecondition);

    let mut contact = request("voicemail-c-1");
    (contact.channel, contact.call_id) = (Channel::Voicemail.into(), "c-1".into());
    let contact = world.register(contact).await.contact_id;
    world.work_list.finish_item(at(later, finish(&expired, "maryam", &contact))).await.unwrap();
    world.work_list.finish_item(at(later, finish(&expired, "maryam", &contact))).await.unwrap();
    let facts = world.stated::<VoicemailFollowedUp>(1).await;
    assert_eq!((facts.len(), facts[0].contact_id.as_str()), (1, contact.as_str()));
    let next = take(&mut world, "maryam", later).await.unwrap();
    assert_eq!(next.call_id, "c-2");
    world.work_list.finish_item(at(later, finish(&next, "maryam", ""))).await.unwrap();
    let last = take(&mut world, "maryam", later).await.unwrap();
    assert_eq!(last.call_id, "c-3");
    assert!(take(&mut world, "reza", later).await.is_none());
}

#[tokio::test]
async fn operators_who_ask_in_the_same_moment_get_different_items() {
    let mut world = opened().await;
    for number in 0..8 {
        world
            .work_list
            .record_voicemail(at(EVENING, voicemail(&format!("c-{number}"), EVENING)))
            .await
            .unwrap();
    }
    let asks: Vec<_> = (0..8)
        .map(|number| {
            let mut client = world.work_list.clone();
            let operator = format!("operator-{number}");
            let ask = TakeItemRequest { operator, province: "fars".into(), centre: String::new() };
            tokio::spawn(async move { client.take_item(at(EVENING, ask)).await.unwrap().into_inner().item })
        })
        .collect();
    let mut taken = Vec::new();
    for ask in asks {
        // Who asks while all free rows are locked hears that nothing waits: never the same item.
        taken.extend(ask.await.unwrap().map(|item| item.item_id));
    }
    let count = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), count);
    assert!(count >= 1);
}
