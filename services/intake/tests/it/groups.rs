//! Collective matters: one answer reaches all, each keeps their own code, notice and objection.

use chassis::clock::Clock;
use contracts::intake::{
    CaseClosed, CaseReopened, CaseState, CasesGrouped, Citizen, FeedbackOutcome, FeedbackVerdict,
    GiveFeedbackRequest, GroupAnswered, GroupCasesRequest, RegisterContactRequest, RegisterContactResponse,
    RegisterContactsRequest, WithdrawCaseRequest,
};
use contracts::routing::{ReferralAnswered, ReferralIssued};
use tonic::Code;

use crate::world::{World, envelope, request};

async fn neighbours<const N: usize>(world: &mut World) -> [RegisterContactResponse; N] {
    let mut cases = Vec::new();
    for number in 0..N {
        let (name, phone) = (format!("همسایه {number}"), format!("0917111000{number}"));
        let citizen = Some(Citizen { name, phone, ..Default::default() });
        cases.push(
            world
                .register(RegisterContactRequest { citizen, ..request(&format!("group-{number:04}")) })
                .await,
        );
    }
    cases.try_into().unwrap()
}

async fn group(
    world: &mut World,
    lead: &RegisterContactResponse,
    members: Vec<String>,
) -> (u32, Vec<String>) {
    let (lead, reason) = (lead.tracking_code.clone(), "قطعی آب یک کوچه".to_owned());
    let answer =
        world.cases.group_cases(GroupCasesRequest { lead, members, reason }).await.unwrap().into_inner();
    (answer.joined, answer.refused.into_iter().map(|refused| refused.reason).collect())
}

async fn refer(world: &World, case: &str, answer: Option<&str>) -> String {
    let referral = Clock::live().new_id().to_string();
    let issued = ReferralIssued {
        case_id: case.into(),
        referral_id: referral.clone(),
        province: "fars".into(),
        agency: "abfa".into(),
        agency_name_fa: "آبفا".into(),
        round: 1,
        ..Default::default()
    };
    let answered = ReferralAnswered {
        case_id: case.into(),
        referral_id: referral.clone(),
        province: "fars".into(),
        agency: "abfa".into(),
        round: 1,
        text: answer.unwrap_or_default().into(),
        ..Default::default()
    };
    let mut facts = vec![envelope(&issued)];
    facts.extend(answer.map(|_| envelope(&answered)));
    world.bus.publish("routing", &facts).await.unwrap();
    referral
}

#[tokio::test]
async fn one_answer_reaches_all_and_each_may_object_for_themselves() {
    let mut world = World::new().await;
    let [lead, near, far] = neighbours(&mut world).await;
    let members = vec![near.tracking_code.clone(), far.case_id.clone(), "1234".into(), lead.case_id.clone()];
    let (joined, refused) = group(&mut world, &lead, members.clone()).await;
    assert_eq!(
        (joined, refused),
        (2, vec!["there is no such case".to_owned(), "is the lead itself".to_owned()])
    );
    assert_eq!(group(&mut world, &lead, members).await.0, 0, "a repeat changes nothing");
    let grouped = world.stated::<CasesGrouped>(1).await.remove(0);
    assert_eq!((grouped.lead_case_id.as_str(), grouped.member_case_ids.len()), (lead.case_id.as_str(), 2));
    assert_eq!(world.case(&near.case_id).await.lead_case_id, lead.case_id);

    let own = refer(&world, &near.case_id, None).await;
    world.case_when(&near.case_id, |c| c.state() == CaseState::Referred).await;
    let led = refer(&world, &lead.case_id, Some("وصل شد")).await;
    for case in [&lead, &near, &far] {
        let shown = world.case_when(&case.case_id, |c| c.state() == CaseState::Answered).await;
        assert_eq!(
            (shown.answer.as_str(), shown.tracking_code),
            ("آبفا: وصل شد", case.tracking_code.clone())
        );
    }
    assert_eq!(world.stated::<CaseClosed>(3).await.len(), 3, "each has a notice of its own");
    assert_eq!(world.stated::<GroupAnswered>(1).await[0].member_case_ids.len(), 2);

    let (case, verdict) = (far.tracking_code.clone(), FeedbackVerdict::NotSolved.into());
    let said = GiveFeedbackRequest { case, verdict, ..Default::default() };
    let heard = world.cases.give_feedback(said).await.unwrap().into_inner();
    assert_eq!(heard.outcome(), FeedbackOutcome::Reopened);
    let reopened = world.stated::<CaseReopened>(1).await.remove(0);
    assert_eq!((reopened.case_id.as_str(), reopened.referral_ids), (far.case_id.as_str(), vec![led.clone()]));
    assert_eq!(world.case(&far.case_id).await.lead_case_id, "");
    for case in [&lead, &near] {
        assert_eq!(world.case(&case.case_id).await.state(), CaseState::Answered);
    }
    assert_ne!(own, led);
}

#[tokio::test]
async fn whom_a_withdrawn_lead_led_goes_on_alone() {
    let mut world = World::new().await;
    let [lead, member] = neighbours(&mut world).await;
    group(&mut world, &lead, vec![member.tracking_code.clone()]).await;
    let taken = WithdrawCaseRequest { case: lead.tracking_code.clone(), reason: "رفع شد".into() };
    world.cases.withdraw_case(taken).await.unwrap();
    let shown = world.case(&member.case_id).await;
    assert_eq!((shown.state(), shown.lead_case_id.as_str()), (CaseState::Registered, ""));
    refer(&world, &member.case_id, Some("وصل شد")).await;
    world.case_when(&member.case_id, |c| c.state() == CaseState::Answered).await;
    let late = GroupCasesRequest {
        lead: lead.tracking_code.clone(),
        members: vec![member.case_id],
        reason: "دیر".into(),
    };
    assert_eq!(world.cases.group_cases(late).await.unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn the_answer_of_more_than_a_thousand_members_is_stated_in_facts_that_fit() {
    let mut world = World::new().await;
    let neighbours: Vec<_> = (0..1_201)
        .map(|number| {
            let citizen = Some(Citizen {
                name: format!("همسایه {number}"),
                phone: format!("0917{number:07}"),
                ..Default::default()
            });
            RegisterContactRequest { citizen, ..request(&format!("crowd-{number:05}")) }
        })
        .collect();
    let stream = neighbours.chunks(300).map(|chunk| RegisterContactsRequest { contacts: chunk.to_vec() });
    let stream: Vec<_> = stream.collect();
    let rows = world.client.register_contacts(tokio_stream::iter(stream)).await.unwrap().into_inner().rows;
    let codes: Vec<String> = rows.into_iter().map(|row| row.tracking_code).collect();
    let lead = world.register(request("crowd-lead")).await;
    for some in codes.chunks(1_000) {
        let (joined, refused) = group(&mut world, &lead, some.to_vec()).await;
        assert_eq!((joined as usize, refused.len()), (some.len(), 0));
    }
    refer(&world, &lead.case_id, Some("وصل شد")).await;
    world.case_when(&lead.case_id, |case| case.state() == CaseState::Answered).await;
    let facts = world.stated::<GroupAnswered>(2).await;
    let told: Vec<usize> = facts.iter().map(|fact| fact.member_case_ids.len()).collect();
    assert_eq!(told, [1_000, 201]);
    let members: std::collections::BTreeSet<&String> =
        facts.iter().flat_map(|fact| &fact.member_case_ids).collect();
    assert_eq!(members.len(), 1_201, "each once");
    assert_eq!(world.stated::<CaseClosed>(1_202).await.len(), 1_202);
}
