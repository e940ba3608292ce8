//! Rule 6: the yearly evaluation and the evidence, every point traceable to facts that are proved to be in the ledger.

use audit::domain::{checkpoint, proof};
use chassis::clock::Clock;
use contracts::audit::{
    GetCheckpointRequest, GetEvaluationRequest, GetEvidenceRequest, ImportManagersRequest, ProvedFact, Term,
};
use contracts::{deadline, intake, routing, timestamp};
use jiff::Timestamp;
use tlog_tiles::{Hash, record_hash};
use tonic::Code;
use uuid::Uuid;

use crate::world::{Said, World, at, said};

/// The case that is complained of, its referral, the complaint's case and the complaint's referral.
const IDS: [u128; 4] = [1, 2, 3, 4];

fn id(place: usize) -> String {
    Uuid::from_u128(IDS[place]).to_string()
}

/// A referral that was never answered, due at that hour.
fn unanswered(case: usize, referral: usize, issued: i64, due: i64, programme: &str) -> Vec<Said> {
    let (case_id, referral_id) = (id(case), id(referral));
    let (agency, province, programme) = ("water".to_owned(), "fars".to_owned(), programme.to_owned());
    let issued_at = Some(timestamp(at(issued)));
    let due_at = Some(timestamp(at(due)));
    let referred = routing::ReferralIssued {
        case_id: case_id.clone(),
        referral_id: referral_id.clone(),
        agency: agency.clone(),
        province: province.clone(),
        issued_at,
        ..Default::default()
    };
    let set = deadline::DeadlineSet {
        case_id: case_id.clone(),
        referral_id: referral_id.clone(),
        agency: agency.clone(),
        province: province.clone(),
        starts_at: issued_at,
        due_at,
        programme: programme.clone(),
        ..Default::default()
    };
    let breached_at = due_at;
    #[rustfmt::skip]
    let breached =
        deadline::DeadlineBreached { referral_id, case_id, agency, province, due_at, breached_at, programme };
    vec![said(&referred, at(issued)), said(&set, at(issued)), said(&breached, at(due))]
}

fn complained() -> Said {
    let fact = intake::InactionComplained {
        case_id: id(2),
        about_case_id: id(0),
        about_referral_id: id(1),
        agency: "water".into(),
        province: "fars".into(),
        ..Default::default()
    };
    said(&fact, at(380))
}

async fn world() -> World {
    let start: Timestamp = "2026-04-01T08:00:00+03:30".parse().unwrap();
    let world = World::by(Clock::rehearsal(start, 1.0, start, 1.0)).await;
    let mut door = world.evaluation.clone();
    door.import_evaluation_rules(audit::rules_file::built_in().unwrap()).await.unwrap();
    let term = Term {
        agency: "water".into(),
        province: "fars".into(),
        manager: "m-1".into(),
        name_fa: "مهران نمونه".into(),
        title_fa: "مدیرعامل".into(),
        first_day: "1400-01-01".into(),
        ..Term::default()
    };
    door.import_managers(ImportManagersRequest { terms: vec![term] }).await.unwrap();
    world
}

fn facts() -> Vec<Said> {
    let mut facts = unanswered(0, 1, 0, 360, "");
    facts.push(complained());
    facts.extend(unanswered(2, 3, 380, 548, "inaction"));
    // Another agency's referral on the first case: no part of the evidence.
    let other = routing::ReferralIssued {
        case_id: id(0),
        referral_id: Uuid::from_u128(99).to_string(),
        agency: "power".into(),
        province: "fars".into(),
        ..Default::default()
    };
    facts.push(said(&other, at(0)));
    facts
}

#[tokio::test]
async fn a_year_is_evaluated_and_every_point_follows_from_leaves() {
    let world = world().await;
    let mut facts = facts();
    facts.reverse();
    world.hear(&facts).await;
    world.settle().await;
    let asked = GetEvaluationRequest { year: 1404, ..Default::default() };
    let answer = world.evaluation.clone().get_evaluation(asked.clone()).await.unwrap().into_inner();
    assert_eq!(answer.standings.len(), 1);
    let standing = &answer.standings[0];
    assert_eq!((standing.manager.as_str(), standing.name_fa.as_str()), ("m-1", "مهران نمونه"));
    assert_eq!((standing.on_time, standing.late, standing.overdue_open), (0, 0, 2));
    // 100, less 5 for the inaction, less 40 for all that was missed; two referrals are too few to be ranked.
    assert_eq!((standing.score_hundredths, standing.rank), (5_500, 0));
    let leaves: Vec<_> =
        standing.lines.iter().map(|line| (line.reason.as_str(), line.leaves.len())).collect();
    assert_eq!(leaves, [("base", 0), ("inaction", 1), ("missed", 2)]);

    // As of an earlier ledger, nothing of it had happened.
    let before = GetEvaluationRequest { as_of_size: 3, ..asked.clone() };
    let before = world.evaluation.clone().get_evaluation(before).await.unwrap().into_inner();
    assert!(before.standings.is_empty() && before.ledger_size == 3);
    let other = GetEvaluationRequest { province: "tehran".into(), ..asked };
    assert!(world.evaluation.clone().get_evaluation(other).await.unwrap().into_inner().standings.is_empty());
    let never = GetEvaluationRequest { year: 0, ..Default::default() };
    let refused = world.evaluation.clone().get_evaluation(never).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_evidence_is_proved_to_be_in_the_ledger() {
    let world = world().await;
    world.hear(&facts()).await;
    world.settle().await;
    let asked = GetEvidenceRequest { case_id: id(2) };
    let early = world.evaluation.clone().get_evidence(asked.clone()).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "nothing is signed yet");
    world.sign().await;
    let evidence = world.evaluation.clone().get_evidence(asked).await.unwrap().into_inner();
    let names = |facts: &[ProvedFact]| {
        let mut names: Vec<String> = facts.iter().map(|fact| fact.entry.clone().unwrap().fact).collect();
        names.sort();
        names
    };
    let wanted =
        ["deadline_breached", "deadline_set", "inaction_complained", "points_deducted", "referral_issued"];
    assert_eq!(names(&evidence.complaint), wanted);
    assert_eq!(names(&evidence.referral), ["deadline_breached", "deadline_set", "referral_issued"]);

    let key = world.api.clone().get_checkpoint(GetCheckpointRequest {}).await.unwrap().into_inner();
    let (size, root) = checkpoint::open(&key.verifier_key, &evidence.checkpoint).unwrap();
    let hash = |bytes: &Vec<u8>| Hash(bytes.as_slice().try_into().unwrap());
    for fact in evidence.complaint.iter().chain(&evidence.referral) {
        let entry = fact.entry.clone().unwrap();
        let hashes: Vec<Hash> = fact.hashes.iter().map(hash).collect();
        assert!(proof::includes(&hashes, size, root, entry.index, record_hash(&fact.leaf)));
        assert!(String::from_utf8(fact.leaf.clone()).unwrap().contains(&entry.fact_id));
    }
    let none = GetEvidenceRequest { case_id: id(0) };
    assert_eq!(world.evaluation.clone().get_evidence(none).await.unwrap_err().code(), Code::NotFound);
}
