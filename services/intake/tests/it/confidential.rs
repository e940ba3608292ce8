//! Complaints about a manager (rule 9): what leaves the service tells nobody who complains.

use chassis::clock::Clock;
use contracts::intake::{
    CaseAmended, CaseRegistered, CaseReopened, CaseState, CaseWithdrawn, FeedbackVerdict,
    GiveFeedbackRequest, Kind, Outcome, RegisterContactRequest, WithdrawCaseRequest,
};
use contracts::routing::{ReferralAnswered, ReferralIssued};

use crate::world::{World, envelope, request};

const TELLS: &str = "زهرا احمدی هستم، ۰۹۱۲۱۲۳۴۵۶۷؛ کد ملی 0013542419، zahra@example.ir؛ مدیر پول خواست";

fn complaint(key: &str, about_manager: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        kind: Kind::Complaint.into(),
        text: TELLS.into(),
        place: "خانهٔ زهرا احمدی، سعدی ۷".into(),
        about_manager_agency: about_manager.into(),
        ..request(key)
    }
}

fn tells_nobody(text: &str) -> bool {
    let telling = ["زهرا", "احمدی", "۰۹۱۲۱۲۳۴۵۶۷", "0013542419", "zahra"];
    text.contains("مدیر پول خواست") && !telling.iter().any(|word| text.contains(word))
}

#[tokio::test]
async fn what_is_said_of_a_manager_leaves_without_who_says_it() {
    let mut world = World::new().await;
    let case = world.register(complaint("call-0500", "abfa")).await;
    let stated = world.stated::<CaseRegistered>(1).await.remove(0);
    assert_eq!((stated.confidential, stated.about_manager_agency.as_str()), (true, "abfa"));
    assert!(tells_nobody(&stated.statement), "{}", stated.statement);
    assert!(stated.place.ends_with("سعدی ۷") && !stated.place.contains("زهرا"), "{}", stated.place);
    let shown = world.case(&case.case_id).await;
    assert_eq!(
        (shown.confidential, shown.statement.as_str()),
        (true, TELLS),
        "the centre keeps what was said"
    );

    let added = RegisterContactRequest {
        outcome: Outcome::AddToCase.into(),
        about_case: case.tracking_code.clone(),
        kind: Kind::Complaint.into(),
        text: TELLS.into(),
        // With the code alone: who says it is known from the case.
        citizen: None,
        ..request("call-0501")
    };
    world.register(added).await;
    assert!(tells_nobody(&world.stated::<CaseAmended>(1).await[0].statement));

    let referral_id = Clock::live().new_id().to_string();
    let (case_id, province) = (case.case_id.clone(), "fars".to_owned());
    let issued = ReferralIssued {
        case_id,
        province,
        referral_id,
        round: 1,
        agency: "bazresi".into(),
        ..Default::default()
    };
    let answered = ReferralAnswered {
        case_id: issued.case_id.clone(),
        referral_id: issued.referral_id.clone(),
        agency: "bazresi".into(),
        province: "fars".into(),
        round: 1,
        text: "رسیدگی شد".into(),
        ..Default::default()
    };
    world.bus.publish("routing", &[envelope(&issued), envelope(&answered)]).await.unwrap();
    world.case_when(&case.case_id, |c| c.state() == CaseState::Answered).await;
    let (verdict, statement) = (FeedbackVerdict::NotSolved.into(), TELLS.to_owned());
    let said = GiveFeedbackRequest { case: case.tracking_code, verdict, statement, answer: 1 };
    world.cases.give_feedback(said).await.unwrap();
    assert!(tells_nobody(&world.stated::<CaseReopened>(1).await[0].statement));
}

#[tokio::test]
async fn neither_why_it_is_taken_back_nor_its_letters_number_leads_to_who_complains() {
    let mut world = World::new().await;
    for (key, about, tells) in [("letter-0520", "abfa", false), ("letter-0521", "", true)] {
        let letter =
            RegisterContactRequest { source_reference: "نامهٔ ۷۷۱".into(), ..complaint(key, about) };
        let case = world.register(letter).await;
        let stated = world.stated::<CaseRegistered>(1 + usize::from(tells)).await;
        assert_eq!(stated.last().unwrap().source_reference.is_empty(), !tells);
        let back = WithdrawCaseRequest { case: case.tracking_code, reason: TELLS.into() };
        world.cases.withdraw_case(back).await.unwrap();
        let withdrawn = world.stated::<CaseWithdrawn>(1 + usize::from(tells)).await;
        assert_eq!(tells_nobody(&withdrawn.last().unwrap().reason), !tells);
    }
}

#[tokio::test]
async fn a_report_is_confidential_and_other_complaints_are_not() {
    let mut world = World::new().await;
    let report = RegisterContactRequest { kind: Kind::Report.into(), ..complaint("call-0510", "") };
    world.register(report).await;
    world.register(complaint("call-0511", "")).await;
    let stated = world.stated::<CaseRegistered>(2).await;
    assert!(stated[0].confidential && tells_nobody(&stated[0].statement));
    assert_eq!((stated[1].confidential, stated[1].statement.as_str()), (false, TELLS));
}
