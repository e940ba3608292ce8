//! The facts of an inaction complaint and of the referral it complains of, proved to be in the ledger (rule 6).

use chassis::Caller;
use contracts::audit::{GetEvidenceRequest, GetEvidenceResponse, ProvedFact};
use contracts::intake::InactionComplained;
use contracts::{CATALOGUE, CaseId, Fact, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::EvaluationDoor;
use crate::api::{Refusal, get_timeline};
use crate::domain::proof::Question;
use crate::domain::verify::Signed;
use crate::on::read::content_type;
use crate::store::stretch::{self, Entry};
use crate::store::{SNAPSHOT, checkpoints, ledger};

/// Facts of a case, at most.
const MAX_FACTS: i64 = 1_000;

pub(super) async fn get_evidence(
    door: &EvaluationDoor,
    asked: GetEvidenceRequest,
    caller: &Caller,
) -> Result<GetEvidenceResponse, Refusal> {
    let invalid = |_| Refusal::Invalid { field: "case_id", message: "must be a UUID" };
    let case: CaseId = asked.case_id.parse().map_err(invalid)?;
    let mut db = door.store.pool().begin_with(SNAPSHOT).await?;
    let complaint = stretch::about(&mut db, case.0, MAX_FACTS).await?;
    let none = Refusal::NotFound("no inaction complaint of that case is in the ledger");
    let Complained { about_case, about_referral, province, agency } = complained(&complaint).ok_or(none)?;
    caller.for_matter(&province, &agency)?;
    let of_other = |entry: &Entry| referral_of(entry).is_some_and(|referral| referral != about_referral);
    let mut referral = stretch::about(&mut db, about_case, MAX_FACTS).await?;
    referral.retain(|entry| !of_other(entry));

    let unsigned = || Refusal::Precondition("these facts are not in a signed checkpoint yet: try again");
    let last = complaint.iter().chain(&referral).map(|entry| entry.index).max().unwrap_or_default();
    let signed = checkpoints::newest(&mut db).await?.filter(|signed| signed.size > last);
    let signed = signed.ok_or_else(unsigned)?;
    let complaint = proved(&mut db, &signed, complaint).await?;
    let referral = proved(&mut db, &signed, referral).await?;
    db.commit().await?;
    Ok(GetEvidenceResponse { checkpoint: signed.note, complaint, referral })
}

/// What a complaint of inaction is about.
struct Complained {
    about_case: Uuid,
    about_referral: String,
    province: String,
    agency: String,
}

fn complained(facts: &[Entry]) -> Option<Complained> {
    let name = format!("{}.v1.{}", InactionComplained::NAME.owner, InactionComplained::NAME.name);
    let payload = facts.iter().find(|entry| entry.fact == name)?.payload.as_deref()?;
    let message = InactionComplained::NAME.message;
    let fact: InactionComplained = json::read(message, content_type(payload), payload).ok()?;
    let about_case = fact.about_case_id.parse().ok()?;
    let InactionComplained { about_referral_id: about_referral, province, agency, .. } = fact;
    Some(Complained { about_case, about_referral, province, agency })
}

/// The referral that a fact is about, whatever fact it is.
fn referral_of(entry: &Entry) -> Option<String> {
    let payload = entry.payload.as_deref()?;
    let value: serde_json::Value = if content_type(payload) == json::JSON {
        serde_json::from_slice(payload).ok()?
    } else {
        let name = entry.fact.rsplit('.').next()?;
        json::to_json(CATALOGUE.iter().find(|fact| fact.name == name)?.message, payload).ok()?
    };
    // JSON is written with either form of a field's name.
    let id = value.get("referral_id").or_else(|| value.get("referralId"))?;
    id.as_str().map(str::to_owned)
}

/// Each fact with the proof that it is in the signed tree: the tiles of all proofs in one question.
async fn proved(
    db: &mut PgConnection,
    signed: &Signed,
    facts: Vec<Entry>,
) -> Result<Vec<ProvedFact>, Refusal> {
    let questions: Vec<Question> =
        facts.iter().map(|entry| Question::Inclusion { size: signed.size, index: entry.index }).collect();
    let mut keys = Vec::new();
    for question in &questions {
        keys.extend(question.tiles()?);
    }
    keys.sort_unstable();
    keys.dedup();
    let tiles = ledger::tiles(db, &keys).await?;
    let indexes: Vec<u64> = facts.iter().map(|entry| entry.index).collect();
    let leaves = stretch::leaves_at(db, &indexes).await?;
    let proved = facts.into_iter().zip(questions).zip(leaves).map(|((entry, question), leaf)| {
        let hashes = question.answer(&tiles)?.iter().map(|hash| hash.0.to_vec()).collect();
        let leaf = leaf.canonical().into_bytes();
        Ok(ProvedFact { entry: Some(get_timeline::entry(entry)), leaf, hashes })
    });
    proved.collect()
}
