//! Who is let in: a province's staff see and change their own cases only.

use chassis::Role;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::{GetCaseRequest, ListCasesRequest, WithdrawCaseRequest, get_case_request};
use stage::staff;
use tonic::Code;

use crate::world::{World, request};

#[tokio::test]
async fn a_case_is_its_provinces() {
    let mut world = World::new().await;
    let case_id = world.register(request("door-0001")).await.case_id;
    let key = Some(get_case_request::Key::CaseId(case_id.clone()));
    let withdrawal = WithdrawCaseRequest { case: case_id.clone(), reason: "مشکل حل شد".to_owned() };

    let yazd = world.keys.channel_of(world.grpc, staff(Role::Operator, "yazd"));
    let (mut client, mut cases) = (IntakeServiceClient::new(yazd.clone()), CaseServiceClient::new(yazd));
    let shown = client.get_case(GetCaseRequest { key: key.clone() }).await.unwrap_err();
    assert_eq!(shown.code(), Code::PermissionDenied);
    assert_eq!(
        client.register_contact(request("door-0002")).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    assert_eq!(cases.withdraw_case(withdrawal.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    assert!(client.list_cases(ListCasesRequest::default()).await.unwrap().into_inner().cases.is_empty());

    let fars = world.keys.channel_of(world.grpc, staff(Role::Operator, "fars"));
    let (mut client, mut cases) = (IntakeServiceClient::new(fars.clone()), CaseServiceClient::new(fars));
    assert!(client.get_case(GetCaseRequest { key }).await.is_ok());
    assert_eq!(client.list_cases(ListCasesRequest::default()).await.unwrap().into_inner().cases.len(), 1);
    let mut manager = CaseServiceClient::new(world.keys.channel_of(world.grpc, staff(Role::Manager, "fars")));
    assert_eq!(manager.withdraw_case(withdrawal.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    assert!(cases.withdraw_case(withdrawal).await.is_ok());
}
