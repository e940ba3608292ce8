//! A citizen says whether an answer solved the matter (rule 8).

use chassis::Caller;
use contracts::intake::{
    CaseReopened, FeedbackGiven, FeedbackOutcome, FeedbackVerdict, GiveFeedbackRequest, GiveFeedbackResponse,
    ReopenedTo,
};
use contracts::{ReferralId, timestamp};
use jiff::Timestamp;
use outbox::Tx;
use tonic::Status;

use crate::api::bad_field;
use crate::api::cases::{Cases, Refusal, lock, read_case, read_words};
use crate::api::complain::{codes, complain};
use crate::domain::case_file::CaseFile;
use crate::domain::contact::{CaseKey, TEXT_MAX};
use crate::domain::desk::governing;
use crate::domain::feedback::{self, Feedback, Heard, Said};
use crate::domain::redact::redact;
use crate::store;

pub(crate) async fn give_feedback(
    cases: &Cases,
    request: GiveFeedbackRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<GiveFeedbackResponse, Status> {
    let key = read_case(&request.case)?;
    let verdict = request.verdict();
    if verdict == FeedbackVerdict::Unspecified {
        return Err(bad_field("verdict", "must be given: solved or not solved"));
    }
    let statement = read_words("statement", &request.statement, TEXT_MAX)?;
    let said = Said { answer: request.answer, verdict, statement };
    Ok(take(cases, (key, caller), said, now).await?)
}

async fn take(
    cases: &Cases,
    who: (CaseKey, &Caller),
    said: Said<'_>,
    now: Timestamp,
) -> Result<GiveFeedbackResponse, Refusal> {
    let mut tx = cases.store.begin().await?;
    let response = hear(cases, &mut tx, who, said, now).await?;
    tx.commit().await?;
    Ok(response)
}

/// Takes the word in an open transaction; refused, it has written nothing.
pub(crate) async fn hear(
    cases: &Cases,
    tx: &mut Tx,
    (key, caller): (CaseKey, &Caller),
    said: Said<'_>,
    now: Timestamp,
) -> Result<GiveFeedbackResponse, Refusal> {
    let (mut case, _) = lock(tx, key, caller).await?;
    let kept = store::feedback::of(tx.connection(), case.id).await?;
    let policies = store::desk::policies(tx.connection()).await?;
    let policy = governing(&policies, &case.province, now);
    let (feedback, complaints) =
        match feedback::take(&case, &kept, said, &policy, now).map_err(Refusal::NotNow)? {
            Heard::Before(feedback) => {
                let complaints = codes(tx, &case, &feedback).await?;
                (feedback, complaints)
            }
            Heard::New(feedback) => {
                let complaints = follow(cases, tx, &mut case, &feedback).await?;
                (feedback, complaints)
            }
        };
    Ok(GiveFeedbackResponse { case_id: case.id.to_string(), outcome: feedback.outcome.into(), complaints })
}

/// Keeps and states the word and what follows from it; the codes of complaints.
async fn follow(
    cases: &Cases,
    tx: &mut Tx,
    case: &mut CaseFile,
    feedback: &Feedback,
) -> anyhow::Result<Vec<String>> {
    let told = told(cases, tx, case, &feedback.statement).await?;
    tx.emit(feedback.said_at, &given(case, feedback, &told));
    let mut complaints = Vec::new();
    case.feedback_until = None;
    match feedback.outcome {
        FeedbackOutcome::Complaint => complaints = complain(cases, tx, case, feedback).await?,
        FeedbackOutcome::Reopened => reopen(tx, case, (feedback, told), ReopenedTo::SameAgencies).await?,
        FeedbackOutcome::Arbiter => reopen(tx, case, (feedback, told), ReopenedTo::Arbiter).await?,
        FeedbackOutcome::Kept | FeedbackOutcome::Unspecified => {}
    }
    store::feedback::keep(tx.connection(), case.id, feedback).await?;
    store::case_files::save(tx.connection(), &[&*case]).await?;
    Ok(complaints)
}

/// The citizen's words as agencies may read them: of a confidential case without what tells who says so (rule 9).
pub(super) async fn told(cases: &Cases, tx: &mut Tx, case: &CaseFile, words: &str) -> anyhow::Result<String> {
    if !case.confidential {
        return Ok(words.to_owned());
    }
    let first = store::contacts::first_of(tx.connection(), case.id).await?;
    let (citizen, _) = cases.batch.open(first.sealed_citizen.as_deref())?;
    Ok(redact(words, &[&citizen.name]))
}

fn given(case: &CaseFile, feedback: &Feedback, told: &str) -> FeedbackGiven {
    FeedbackGiven {
        case_id: case.id.to_string(),
        province: case.province.clone(),
        county: case.county.clone(),
        topic: case.topic.clone(),
        answer: feedback.answer,
        verdict: feedback.verdict.into(),
        statement: told.to_owned(),
        given_at: Some(timestamp(feedback.said_at)),
    }
}

async fn reopen(
    tx: &mut Tx,
    case: &mut CaseFile,
    (feedback, statement): (&Feedback, String),
    to: ReopenedTo,
) -> anyhow::Result<()> {
    let lead = case.lead;
    let mut unsolved = case.reopen();
    if let Some(lead) = lead.filter(|_| unsolved.is_empty()) {
        // It was answered with its lead, and no agency has it by itself.
        unsolved = store::case_files::answered(tx.connection(), lead).await?;
    }
    let reopened = CaseReopened {
        case_id: case.id.to_string(),
        province: case.province.clone(),
        county: case.county.clone(),
        topic: case.topic.clone(),
        reopening: case.reopenings,
        to: to.into(),
        referral_ids: unsolved.iter().map(ReferralId::to_string).collect(),
        statement,
        reopened_at: Some(timestamp(feedback.said_at)),
    };
    tx.emit(feedback.said_at, &reopened);
    Ok(())
}
