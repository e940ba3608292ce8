//! Who is let in: a province's staff see and change their own cases only.

use chassis::{Caller, Role};
use contracts::intake::campaign_service_client::CampaignServiceClient;
use contracts::intake::case_service_client::CaseServiceClient;
use contracts::intake::intake_service_client::IntakeServiceClient;
use contracts::intake::meeting_service_client::MeetingServiceClient;
use contracts::intake::{
    CallMeetingRequest, Campaign, GetAgendaRequest, GetCaseRequest, ListCampaignsRequest, ListCasesRequest,
    ListMeetingsRequest, Meeting, OpenCampaignRequest, RecordMeetingRequest, RegisterContactRequest,
    WithdrawCaseRequest, get_case_request,
};
use contracts::timestamp;
use stage::staff;
use tonic::{Code, Status};

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

/// Programmes are clocks: who has no token chooses none, claims no slot and no line, and hears of nobody's cases.
#[tokio::test]
async fn the_public_chooses_no_clock_and_hears_of_no_cases() {
    let mut world = World::new().await;
    world.register(request("public-0001")).await;
    let web = world.keys.channel_of(world.grpc, Caller::of_deployment(Role::Service, "web"));
    let mut web = IntakeServiceClient::new(web);
    let mut ask = async |change: fn(&mut RegisterContactRequest)| {
        let mut contact = request("public-0002");
        change(&mut contact);
        web.register_contact(contact).await
    };
    let slot = |contact: &mut RegisterContactRequest| contact.slot_id = uuid::Uuid::nil().to_string();
    for claim in [|contact: &mut RegisterContactRequest| contact.programme = "boston311".into(), slot] {
        assert_eq!(refused(ask(claim).await), Some(Code::InvalidArgument));
    }
    assert_eq!(refused(ask(|contact| contact.campaign = "trip".into()).await), Some(Code::InvalidArgument));
    let made = ask(|_| ()).await.unwrap().into_inner();
    assert!(made.similar.is_empty() && made.to_ask.is_empty(), "{made:?}");
    assert!(!world.register(request("public-0003")).await.similar.is_empty(), "an operator hears");

    for reserved in ["inaction", "commitment", "arbitration", "voicemail"] {
        let mut contact = request("public-0004");
        contact.programme = reserved.into();
        let refused = world.client.register_contact(contact).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "also from an operator: {refused}");
    }
}

fn refused<T>(answer: Result<T, Status>) -> Option<Code> {
    answer.err().map(|status| status.code())
}

#[tokio::test]
async fn a_meeting_is_its_provinces() {
    let world = World::new().await;
    let of = |province| {
        MeetingServiceClient::new(world.keys.channel_of(world.grpc, staff(Role::Manager, province)))
    };
    let (mut fars, mut yazd) = (of("fars"), of("yazd"));
    let at = |hour: &str| Some(timestamp(format!("2026-01-20T{hour}:00:00Z").parse().unwrap()));
    let meeting = Meeting {
        meeting: "fars-1".into(),
        title_fa: "ملاقات مردمی".into(),
        province: "fars".into(),
        place_fa: "استانداری".into(),
        starts_at: at("08"),
        ends_at: at("09"),
        turns_until: at("07"),
        ..Default::default()
    };
    let call = CallMeetingRequest { meeting: Some(meeting.clone()) };
    assert_eq!(refused(yazd.call_meeting(call.clone()).await), Some(Code::PermissionDenied));
    assert_eq!(refused(fars.call_meeting(call).await), None);
    let taken_over = Meeting { province: "yazd".into(), ..meeting };
    let taken_over = CallMeetingRequest { meeting: Some(taken_over) };
    assert_eq!(refused(yazd.call_meeting(taken_over).await), Some(Code::PermissionDenied));
    let agenda = GetAgendaRequest { meeting: "fars-1".into() };
    assert_eq!(refused(yazd.get_agenda(agenda.clone()).await), Some(Code::PermissionDenied));
    assert_eq!(refused(fars.get_agenda(agenda).await), None);
    let record = RecordMeetingRequest { meeting: "fars-1".into(), ..Default::default() };
    assert_eq!(refused(yazd.record_meeting(record).await), Some(Code::PermissionDenied));
    let all = ListMeetingsRequest::default();
    assert!(yazd.list_meetings(all.clone()).await.unwrap().into_inner().meetings.is_empty());
    assert_eq!(fars.list_meetings(all).await.unwrap().into_inner().meetings[0].meeting, "fars-1");
    let earlier = ListMeetingsRequest { before: at("08"), ..Default::default() };
    assert!(fars.list_meetings(earlier).await.unwrap().into_inner().meetings.is_empty());
    let others = ListMeetingsRequest { province: "yazd".into(), ..Default::default() };
    assert_eq!(refused(fars.list_meetings(others).await), Some(Code::PermissionDenied));
}

#[tokio::test]
async fn a_trip_is_its_provinces() {
    let world = World::new().await;
    let of = |province| {
        CampaignServiceClient::new(world.keys.channel_of(world.grpc, staff(Role::Manager, province)))
    };
    let (mut fars, mut yazd) = (of("fars"), of("yazd"));
    let trip = Campaign {
        campaign: "safar-fars".into(),
        name_fa: "سفر فارس".into(),
        province: "fars".into(),
        from_day: "2026-01-10".into(),
        until_day: "2026-01-12".into(),
        programme: "safar-fars".into(),
        ..Default::default()
    };
    let open = |campaign: Campaign| OpenCampaignRequest { campaign: Some(campaign) };
    assert_eq!(refused(yazd.open_campaign(open(trip.clone())).await), Some(Code::PermissionDenied));
    assert_eq!(refused(fars.open_campaign(open(trip.clone())).await), None);
    let taken_over = Campaign { province: "yazd".into(), ..trip };
    assert_eq!(refused(yazd.open_campaign(open(taken_over)).await), Some(Code::PermissionDenied));
    let all = ListCampaignsRequest::default();
    assert!(yazd.list_campaigns(all.clone()).await.unwrap().into_inner().campaigns.is_empty());
    assert_eq!(fars.list_campaigns(all).await.unwrap().into_inner().campaigns.len(), 1);
    let earlier = |day: &str| ListCampaignsRequest { before_day: day.into(), ..Default::default() };
    let before = fars.list_campaigns(earlier("2026-01-10")).await.unwrap().into_inner();
    assert!(before.campaigns.is_empty());
    assert_eq!(refused(fars.list_campaigns(earlier("soon")).await), Some(Code::InvalidArgument));
}
