//! The same matter again: who registers is told of open cases, and where the policy says so must give a reason.

use contracts::intake::{
    CaseState, Citizen, DeskPolicy, ImportDeskRulesRequest, MatchedBy, Outcome, RegisterContactRequest,
    RegisterContactsRequest, SameMatterRule, WithdrawCaseRequest,
};
use contracts::timestamp;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::world::{OTHER_CITIZEN, World, request};

async fn adopt(world: &mut World, rule: SameMatterRule) {
    let policy = DeskPolicy {
        policy: "general".into(),
        valid_from: Some(timestamp("2000-01-01T00:00:00Z".parse().unwrap())),
        lease_minutes: 30,
        same_matter: rule.into(),
        ..Default::default()
    };
    let rules = ImportDeskRulesRequest { policies: vec![policy], ..Default::default() };
    world.work_list.import_desk_rules(rules).await.unwrap();
}

fn neighbour(key: &str) -> RegisterContactRequest {
    let citizen = Citizen { national_id: OTHER_CITIZEN.into(), ..Default::default() };
    // Typed on another keyboard.
    let text = "آب كوچه سه روز است، كه قطع است!".to_owned();
    RegisterContactRequest { citizen: Some(citizen), text, ..request(key) }
}

#[tokio::test]
async fn who_registers_is_told_of_open_cases_and_why() {
    let mut world = World::new().await;
    let first = world.register(request("call-0400")).await;
    assert!(first.similar.is_empty());
    let again = world.register(request("call-0401")).await;
    let told = &again.similar[0];
    assert_eq!((again.similar.len(), &told.tracking_code, told.likely), (1, &first.tracking_code, true));
    let by: Vec<MatchedBy> = told.matched_by().collect();
    assert_eq!(by, [MatchedBy::NationalId, MatchedBy::Phone, MatchedBy::Text]);
    assert_eq!((told.state(), told.case_id.as_str()), (CaseState::Registered, first.case_id.as_str()));

    let neighbour = world.register(neighbour("call-0402")).await;
    assert_eq!(neighbour.similar.len(), 2, "{:?}", neighbour.similar);
    for told in &neighbour.similar {
        assert_eq!((told.matched_by().collect::<Vec<_>>(), told.likely), (vec![MatchedBy::Text], false));
    }
    let elsewhere = RegisterContactRequest {
        county: "fasa".into(),
        citizen: neighbour_of_fasa(),
        ..request("call-0403")
    };
    assert!(world.register(elsewhere).await.similar.is_empty(), "elsewhere it is another matter");

    // A closed case is nobody's matter any more.
    for case in [&first, &again] {
        let taken = WithdrawCaseRequest { case: case.case_id.clone(), reason: "رفع شد".into() };
        world.cases.withdraw_case(taken).await.unwrap();
    }
    let by_text = world.register(request("call-0404")).await.similar;
    assert_eq!(by_text.iter().map(|s| &s.case_id).collect::<Vec<_>>(), [&neighbour.case_id]);
}

fn neighbour_of_fasa() -> Option<Citizen> {
    Some(Citizen { name: "رضا".into(), phone: "09171112233".into(), ..Default::default() })
}

#[tokio::test]
async fn where_the_policy_says_so_a_new_case_needs_a_reason() {
    let mut world = World::new().await;
    adopt(&mut world, SameMatterRule::Reason).await;
    let first = world.register(request("call-0410")).await;
    assert_eq!(world.register(request("call-0410")).await.case_id, first.case_id, "a repeat needs none");
    let status = world.client.register_contact(request("call-0411")).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let failure = status.get_details_precondition_failure().unwrap();
    assert_eq!(failure.violations[0].subject, first.tracking_code);

    let added = RegisterContactRequest {
        outcome: Outcome::AddToCase.into(),
        about_case: first.tracking_code.clone(),
        ..request("call-0412")
    };
    assert_eq!(world.register(added).await.case_id, first.case_id);
    let new_case_reason = "کوچهٔ دیگری است".to_owned();
    let forced = world.register(RegisterContactRequest { new_case_reason, ..request("call-0411") }).await;
    assert_ne!(forced.case_id, first.case_id);
    let other_topic = RegisterContactRequest { topic: "roads".into(), ..request("call-0413") };
    world
        .register(RegisterContactRequest {
            text: "آسفالت خیابان سعدی خراب شده".into(), ..other_topic
        })
        .await;
    // Nobody can be asked about the letters of a trip.
    let contacts = vec![request("letter-0414")];
    let stream = tokio_stream::iter([RegisterContactsRequest { contacts }]);
    let bulk = world.client.register_contacts(stream).await.unwrap().into_inner();
    assert_eq!((bulk.registered, bulk.refused.len()), (1, 0));
    adopt(&mut world, SameMatterRule::Off).await;
    assert!(world.register(request("call-0415")).await.similar.is_empty());
}
