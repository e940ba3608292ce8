//! Two provinces on one database: centres of one name, exchanges that use the same id for a call.

use chassis::Role;
use contracts::intake::work_list_service_client::WorkListServiceClient;
use contracts::intake::{
    Channel, FinishItemRequest, RecordVoicemailRequest, TakeItemRequest, VoicemailRecorded, WorkItem,
};
use stage::staff;
use tonic::{Code, Status};

use crate::world::{World, request};

/// A call that the exchange of a province recorded.
async fn voicemail(world: &mut World, province: &str, call: &str) -> String {
    let request = RecordVoicemailRequest {
        call_id: call.into(),
        province: province.into(),
        caller: "09121234567".into(),
        ..Default::default()
    };
    world.work_list.record_voicemail(request).await.unwrap().into_inner().item_id
}

async fn take(world: &World, province: &str, centre: &str) -> Result<Option<WorkItem>, Status> {
    let operator = world.keys.channel_of(world.grpc, staff(Role::Operator, province));
    let ask = TakeItemRequest { centre: centre.into(), ..Default::default() };
    Ok(WorkListServiceClient::new(operator).take_item(ask).await?.into_inner().item)
}

#[tokio::test]
async fn an_operator_gets_the_own_provinces_items_whatever_centre_is_named() {
    let mut world = World::new().await;
    let item = voicemail(&mut world, "yazd", "c-1").await;
    assert_eq!(take(&world, "fars", "yazd").await.unwrap(), None, "a centre of yazd");
    assert_eq!(take(&world, "yazd", "").await.unwrap().unwrap().item_id, item);
}

#[tokio::test]
async fn two_provinces_use_one_id_for_a_call_each() {
    let mut world = World::new().await;
    let (fars, yazd) =
        (voicemail(&mut world, "fars", "c-1").await, voicemail(&mut world, "yazd", "c-1").await);
    assert_ne!(fars, yazd);
    assert_eq!(voicemail(&mut world, "fars", "c-1").await, fars, "told twice, kept once");
    assert_eq!(world.stated::<VoicemailRecorded>(2).await.len(), 2);
    assert_eq!(take(&world, "fars", "").await.unwrap().unwrap().item_id, fars);
    assert_eq!(take(&world, "yazd", "").await.unwrap().unwrap().item_id, yazd);
}

#[tokio::test]
async fn an_item_becomes_a_contact_of_its_own_province_and_call() {
    let mut world = World::new().await;
    let item_id = voicemail(&mut world, "fars", "c-1").await;
    take(&world, "fars", "").await.unwrap().unwrap();
    let mut contact = async |key: &str, province: &str, call: &str| {
        let mut contact = request(key);
        (contact.channel, contact.call_id) = (Channel::Voicemail.into(), call.into());
        (contact.province, contact.county) = (province.into(), String::new());
        world.register(contact).await.contact_id
    };
    let elsewhere = contact("item-elsewhere", "yazd", "c-1").await;
    let other_call = contact("item-other-call", "fars", "c-2").await;
    let own = contact("item-own", "fars", "c-1").await;
    let fars = world.keys.channel_of(world.grpc, staff(Role::Operator, "fars"));
    let mut work_list = WorkListServiceClient::new(fars);
    let mut finish = async |contact_id: &str| {
        let (item_id, contact_id) = (item_id.clone(), contact_id.to_owned());
        work_list.finish_item(FinishItemRequest { item_id, contact_id, ..Default::default() }).await
    };
    for other in [elsewhere, other_call] {
        let refused = finish(&other).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
        assert!(refused.message().contains("another province or another call"), "{refused}");
    }
    assert!(finish(&own).await.is_ok());
}
