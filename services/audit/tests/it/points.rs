//! Rule 6: an inaction complaint that is not answered in time costs the manager of that day points, with the evidence;
//! a rebuttal may be filed, and a reversal is itself recorded.

use chassis::{Caller, Role};
use contracts::audit::{
    FileRebuttalRequest, GetEvidenceRequest, GetTimelineRequest, ImportManagersRequest,
    ListDeductionsRequest, PointsDeducted, PointsRestored, RebuttalFiled, RebuttalRuled, RestoreReason,
    RuleRebuttalRequest, Ruling, Term,
};
use contracts::{deadline, intake, routing, timestamp};
use stage::staff;
use tonic::Code;
use uuid::Uuid;

use crate::world::{Said, World, at, said};

/// The day on which the complaint of [`complaint`] fell due: 23 September 2025, 1 Mehr 1404.
const BREACH_DAY: &str = "2025-09-23";

fn term(manager: &str, first_day: &str, last_day: &str) -> Term {
    Term {
        agency: "water".into(),
        province: "fars".into(),
        manager: manager.into(),
        name_fa: "مهران نمونه".into(),
        title_fa: "مدیرعامل".into(),
        first_day: first_day.into(),
        last_day: last_day.into(),
        ..Term::default()
    }
}

/// A complaint of inaction that was due at hour 0 and not answered.
fn complaint(case: u128) -> Vec<Said> {
    let (case_id, referral_id) = (Uuid::from_u128(case).to_string(), Uuid::from_u128(case + 1).to_string());
    let (agency, province, programme) = ("water".to_owned(), "fars".to_owned(), "inaction".to_owned());
    let due_at = Some(timestamp(at(0)));
    let complained = intake::InactionComplained {
        case_id: case_id.clone(),
        about_case_id: Uuid::from_u128(case + 2).to_string(),
        agency: agency.clone(),
        province: province.clone(),
        ..Default::default()
    };
    let issued = routing::ReferralIssued {
        case_id: case_id.clone(),
        referral_id: referral_id.clone(),
        agency: agency.clone(),
        province: province.clone(),
        ..Default::default()
    };
    let set = deadline::DeadlineSet {
        case_id: case_id.clone(),
        referral_id: referral_id.clone(),
        agency: agency.clone(),
        province: province.clone(),
        due_at,
        programme: programme.clone(),
        ..Default::default()
    };
    let breached_at = Some(timestamp(at(0)));
    #[rustfmt::skip]
    let breached =
        deadline::DeadlineBreached { referral_id, case_id, agency, province, due_at, breached_at, programme };
    vec![said(&complained, at(-168)), said(&issued, at(-168)), said(&set, at(-168)), said(&breached, at(0))]
}

/// Deadline heard late that it was answered in time.
fn withdrawn(case: u128) -> Said {
    let met = deadline::DeadlineMet {
        referral_id: Uuid::from_u128(case + 1).to_string(),
        case_id: Uuid::from_u128(case).to_string(),
        programme: "inaction".into(),
        on_time: true,
        breach_withdrawn: true,
        ..Default::default()
    };
    said(&met, at(-1))
}

/// With the policies that come with Samad, and these managers.
async fn world(terms: Vec<Term>) -> World {
    let world = World::new().await;
    let mut door = world.evaluation.clone();
    door.import_evaluation_rules(audit::rules_file::built_in().unwrap()).await.unwrap();
    door.import_managers(ImportManagersRequest { terms }).await.unwrap();
    world
}

#[tokio::test]
async fn points_come_off_once_for_the_manager_of_the_day_whatever_comes_first() {
    let terms = vec![term("before", "1400-01-01", "1404-06-31"), term("then", "1404-07-01", "")];
    let world = world(terms).await;
    let mut facts = complaint(10);
    facts.reverse();
    for fact in &facts {
        world.settle().await;
        assert!(world.told::<PointsDeducted>().await.is_empty(), "no evidence yet");
        world.hear(std::slice::from_ref(fact)).await;
        assert_eq!(world.hear(std::slice::from_ref(fact)).await, 0);
    }
    tokio::join!(world.settle(), world.settle());
    world.settle().await;

    let deducted = world.told::<PointsDeducted>().await;
    assert_eq!(deducted.len(), 1);
    let fact = &deducted[0];
    assert_eq!((fact.manager.as_str(), fact.points, fact.breach_day.as_str()), ("then", 5, BREACH_DAY));
    let evidence: Vec<_> = fact.evidence.iter().map(|line| line.fact.as_str()).collect();
    let wanted = ["deadline_breached", "deadline_set", "referral_issued", "inaction_complained"];
    assert_eq!(evidence, wanted, "in the order of the ledger");
    // Audit's own facts are leaves, too.
    let case_id = Uuid::from_u128(10).to_string();
    let timeline = world.api.clone().get_timeline(GetTimelineRequest { case_id }).await.unwrap();
    let last = timeline.into_inner().entries.pop().unwrap();
    assert_eq!((last.fact.as_str(), last.agency.as_str()), ("points_deducted", "water"));
    assert!(world.verify().await.ok);
}

#[tokio::test]
async fn deductions_are_listed_in_pages_the_newest_first() {
    let world = world(vec![term("a", "1404-01-01", "")]).await;
    for case in [10, 20, 30] {
        world.hear(&complaint(case)).await;
        world.settle().await;
    }
    let (mut pages, mut seen, mut page_token) = (0, Vec::new(), String::new());
    loop {
        let asked = ListDeductionsRequest { page_size: 2, page_token, ..Default::default() };
        let page = world.evaluation.clone().list_deductions(asked).await.unwrap().into_inner();
        pages += 1;
        seen.extend(page.deductions.into_iter().map(|listed| listed.deducted.unwrap()));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let mut ids: Vec<_> = seen.iter().map(|deducted| deducted.deduction_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((pages, seen.len(), ids.len()), (2, 3, 3));
    let at = |n: usize| seen[n].deducted_at.map(|at| (at.seconds, at.nanos)).unwrap();
    assert!(at(0) >= at(1) && at(1) >= at(2));
    let strange = ListDeductionsRequest { page_token: "seven".into(), ..Default::default() };
    let refused = world.evaluation.clone().list_deductions(strange).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_breach_waits_for_a_manager_and_a_late_import_finds_it() {
    let world = world(vec![term("long-gone", "1399-01-01", "1400-01-01")]).await;
    world.hear(&complaint(10)).await;
    world.settle().await;
    let listed = world.evaluation.clone().list_deductions(ListDeductionsRequest::default()).await.unwrap();
    assert_eq!((listed.get_ref().deductions.len(), listed.get_ref().without_manager), (0, 1));

    let import = ImportManagersRequest { terms: vec![term("found", "1404-01-01", "")] };
    let answer = world.evaluation.clone().import_managers(import.clone()).await.unwrap().into_inner();
    assert_eq!((answer.adopted, answer.unchanged), (1, 0));
    let answer = world.evaluation.clone().import_managers(import).await.unwrap().into_inner();
    assert_eq!((answer.adopted, answer.unchanged), (0, 1));
    world.settle().await;
    let listed = world.evaluation.clone().list_deductions(ListDeductionsRequest::default()).await.unwrap();
    let deductions = listed.into_inner().deductions;
    assert_eq!(deductions[0].deducted.as_ref().unwrap().manager, "found");

    let second = ImportManagersRequest { terms: vec![term("usurper", "1404-02-01", "")] };
    let refused = world.evaluation.clone().import_managers(second).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("found is in office"), "{}", refused.message());
}

#[tokio::test]
async fn a_withdrawn_breach_gives_the_points_back_once() {
    let world = world(vec![term("a", "1400-01-01", "")]).await;
    world.hear(&complaint(10)).await;
    world.settle().await;
    for _ in 0..2 {
        world.hear(&[withdrawn(10)]).await;
        world.settle().await;
    }
    let restored = world.told::<PointsRestored>().await;
    assert_eq!(restored.len(), 1);
    assert_eq!((restored[0].reason(), restored[0].points), (RestoreReason::BreachWithdrawn, 5));

    // Heard before the breach itself: nothing ever comes off.
    world.hear(&[withdrawn(20)]).await;
    world.hear(&complaint(20)).await;
    world.settle().await;
    assert_eq!(world.told::<PointsDeducted>().await.len(), 1);
}

#[tokio::test]
async fn a_rebuttal_is_filed_and_ruled_on_once_and_a_reversal_is_recorded() {
    let world = world(vec![term("a", "1400-01-01", "")]).await;
    world.hear(&complaint(10)).await;
    world.settle().await;
    let deduction_id = world.told::<PointsDeducted>().await[0].deduction_id.clone();
    let filing = |text: &str| FileRebuttalRequest {
        deduction_id: deduction_id.clone(),
        text: text.into(),
        filed_by: "staff-1".into(),
    };
    let mut door = world.evaluation.clone();
    let ruling = |ruling: Ruling, by: &str| RuleRebuttalRequest {
        deduction_id: deduction_id.clone(),
        ruling: ruling.into(),
        reason: "نامهٔ پاسخ پیوست است".into(),
        ruled_by: by.into(),
    };
    let early = door.rule_rebuttal(ruling(Ruling::Reversed, "staff-2")).await.unwrap_err();
    assert_eq!(early.code(), Code::NotFound);
    for _ in 0..2 {
        let filed = door.file_rebuttal(filing("پاسخ در مهلت داده شد")).await.unwrap().into_inner();
        assert_eq!(filed.rebuttal.unwrap().manager, "a");
    }
    assert_eq!(door.file_rebuttal(filing("چیز دیگر")).await.unwrap_err().code(), Code::AlreadyExists);
    let own = door.rule_rebuttal(ruling(Ruling::Reversed, "staff-1")).await.unwrap_err();
    assert_eq!(own.code(), Code::InvalidArgument, "nobody rules on their own rebuttal");
    for _ in 0..2 {
        door.rule_rebuttal(ruling(Ruling::Reversed, "staff-2")).await.unwrap();
    }
    let other = door.rule_rebuttal(ruling(Ruling::Upheld, "staff-2")).await.unwrap_err();
    assert_eq!(other.code(), Code::AlreadyExists);
    // The breach is withdrawn, too: the points are back already.
    world.hear(&[withdrawn(10)]).await;
    world.settle().await;

    assert_eq!(world.told::<RebuttalFiled>().await.len(), 1);
    assert_eq!(world.told::<RebuttalRuled>().await.len(), 1);
    let restored = world.told::<PointsRestored>().await;
    assert_eq!(restored.len(), 1);
    assert_eq!(restored[0].reason(), RestoreReason::RebuttalAccepted);
    let listed =
        door.list_deductions(ListDeductionsRequest { manager: "a".into(), ..Default::default() }).await;
    let line = listed.unwrap().into_inner().deductions.pop().unwrap();
    assert!(line.restored.is_some() && line.rebuttal.is_some() && line.ruled.is_some(), "{line:?}");
    assert!(world.verify().await.ok);
}

#[tokio::test]
async fn only_the_agency_its_province_and_the_country_speak_to_a_deduction() {
    let world = world(vec![term("a", "1400-01-01", "")]).await;
    world.hear(&complaint(10)).await;
    world.settle().await;
    let deduction_id = world.told::<PointsDeducted>().await[0].deduction_id.clone();
    let filing =
        FileRebuttalRequest {
            deduction_id, text: "پاسخ در مهلت داده شد".into(), ..Default::default()
        };
    let evidence = GetEvidenceRequest { case_id: Uuid::from_u128(10).to_string() };
    let agency = |agency: &str| Caller { agency: agency.into(), ..staff(Role::Manager, "fars") };
    for outside in [staff(Role::Manager, "yazd"), agency("gas")] {
        let mut door = world.evaluation_for(outside);
        assert_eq!(door.file_rebuttal(filing.clone()).await.unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(door.get_evidence(evidence.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    }
    assert!(world.told::<RebuttalFiled>().await.is_empty());
    for inside in [staff(Role::Manager, "fars"), agency("water")] {
        let mut door = world.evaluation_for(inside);
        world.sign().await;
        assert!(!door.get_evidence(evidence.clone()).await.unwrap().into_inner().complaint.is_empty());
        door.file_rebuttal(filing.clone()).await.unwrap();
    }
    assert_eq!(world.told::<RebuttalFiled>().await.len(), 1);
}
