//! What other programs file, and read again.

use chassis::clock::Clock;
use chassis::grpc::Channel;
use chassis::{Caller, Role};
use contracts::intake::source_service_client::SourceServiceClient;
use contracts::intake::{ListFiledCasesRequest, RegisterContactRequest};
use contracts::routing::ReferralIssued;
use contracts::timestamp;
use jiff::SignedDuration;
use stage::staff;
use tonic::Code;

use crate::world::{World, envelope, request};

fn program(world: &World, id: &str, role: Role) -> SourceServiceClient<Channel> {
    let caller = Caller { id: id.to_owned(), ..staff(role, "fars") };
    SourceServiceClient::new(world.keys.channel_of(world.grpc, caller))
}

fn filed_by(program: &str, key: &str, topic: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        topic: topic.to_owned(),
        source_reference: format!("open311/{program}"),
        new_case_reason: "از برنامه رسید".to_owned(),
        ..request(key)
    }
}

/// Everything of the last and the next hour.
fn recent() -> ListFiledCasesRequest {
    let (now, hour) = (Clock::live().now(), SignedDuration::from_hours(1));
    ListFiledCasesRequest {
        from: Some(timestamp(now - hour)),
        until: Some(timestamp(now + hour)),
        ..Default::default()
    }
}

async fn ids(program: &mut SourceServiceClient<Channel>, request: ListFiledCasesRequest) -> Vec<String> {
    let listed = program.list_filed_cases(request).await.unwrap().into_inner();
    listed.cases.into_iter().map(|case| case.case_id).collect()
}

#[tokio::test]
async fn a_program_reads_what_it_filed_and_nothing_else() {
    let mut world = World::new().await;
    let waste = world.register(filed_by("city-app", "app-1", "waste")).await.case_id;
    let water = world.register(filed_by("city-app", "app-2", "water")).await.case_id;
    let other = world.register(filed_by("other-app", "app-3", "water")).await.case_id;
    world.register(request("call-0001")).await;
    let mut app = program(&world, "city-app", Role::Operator);
    assert_eq!(ids(&mut app, recent()).await, [water.clone(), waste.clone()], "newest first");
    assert_eq!(ids(&mut program(&world, "nobody", Role::Operator), recent()).await, [""; 0]);
    let named = |id: &String| ListFiledCasesRequest { case_ids: vec![id.clone()], ..recent() };
    assert_eq!(ids(&mut app, named(&waste)).await, [waste.as_str()]);
    assert_eq!(ids(&mut app, named(&other)).await, [""; 0], "another program's");
    let of_topic = ListFiledCasesRequest { topics: vec!["waste".into()], ..recent() };
    assert_eq!(ids(&mut app, of_topic).await, [waste.as_str()]);
    let open = |open| ListFiledCasesRequest { open: Some(open), ..recent() };
    assert_eq!((ids(&mut app, open(true)).await.len(), ids(&mut app, open(false)).await.len()), (2, 0));

    let first = ListFiledCasesRequest { page_size: 1, ..recent() };
    let page = app.list_filed_cases(first.clone()).await.unwrap().into_inner();
    let next = ListFiledCasesRequest { page_token: page.next_page_token, ..first };
    assert_eq!(ids(&mut app, next).await, [waste.as_str()]);

    let now = Clock::live().now();
    let issued = ReferralIssued {
        referral_id: Clock::live().new_id().to_string(),
        case_id: water.clone(),
        round: 1,
        agency: "fa-water".into(),
        province: "fars".into(),
        issued_at: Some(timestamp(now)),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&issued)]).await.unwrap();
    world.case_when(&water, |case| !case.holders.is_empty()).await;
    let changed = |from, until| ListFiledCasesRequest {
        changed_from: Some(timestamp(from)),
        changed_until: Some(timestamp(until)),
        ..recent()
    };
    let minute = SignedDuration::from_mins(1);
    assert_eq!(ids(&mut app, changed(now - minute, now + minute)).await, [water]);
    assert_eq!(ids(&mut app, changed(now + minute, now + minute + minute)).await, [""; 0]);
}

#[tokio::test]
async fn a_window_is_needed_and_an_office_that_files() {
    let world = World::new().await;
    let mut app = program(&world, "city-app", Role::Operator);
    let code = async |app: &mut SourceServiceClient<Channel>, request| {
        app.list_filed_cases(request).await.unwrap_err().code()
    };
    assert_eq!(code(&mut app, ListFiledCasesRequest::default()).await, Code::InvalidArgument);
    let strange = ListFiledCasesRequest { case_ids: vec!["7".into()], ..recent() };
    assert_eq!(code(&mut app, strange).await, Code::InvalidArgument);
    let mut reviewer = program(&world, "city-app", Role::Reviewer);
    assert_eq!(code(&mut reviewer, recent()).await, Code::PermissionDenied);
}
