//! What citizens do with a case after its registration.

use std::collections::BTreeMap;

use chassis::clock::Clock;
use chassis::{Caller, OutOfScope};
use contracts::CaseId;
use contracts::intake::case_service_server::CaseService;
use contracts::intake::*;
use outbox::{Store, Tx};
use tonic::{Request, Response, Status};

use crate::api::desk::done;
use crate::api::record_batch::RecordBatch;
use crate::api::{bad_field, give_feedback, group_cases, moment, unavailable, withdraw_case};
use crate::domain::case_file::CaseFile;
use crate::domain::contact::CaseKey;
use crate::store::case_files;

/// What these RPCs work with.
#[derive(Clone)]
pub struct Cases {
    /// For state and facts.
    pub store: Store,
    /// The deployment's clock.
    pub clock: Clock,
    /// For what becomes a case of its own.
    pub batch: RecordBatch,
}

/// Why something asked of a case is not done.
pub(crate) enum Refusal {
    /// There is no such case.
    NoSuchCase,
    /// Not as the case is now: what to do instead.
    NotNow(&'static str),
    /// Another province's case.
    Scope(OutOfScope),
    /// It could not be done; trying again may help.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Refusal::Failed(error)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Refusal::Failed(error.into())
    }
}

impl From<OutOfScope> for Refusal {
    fn from(out: OutOfScope) -> Self {
        Refusal::Scope(out)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchCase => Status::not_found("there is no such case"),
            Refusal::NotNow(reason) => Status::failed_precondition(reason),
            Refusal::Scope(out) => out.into(),
            Refusal::Failed(error) => unavailable(error),
        }
    }
}

/// The case named by its tracking code or id.
pub(crate) fn read_case(typed: &str) -> Result<CaseKey, Status> {
    CaseKey::read(typed).map_err(|error| bad_field("case", error))
}

/// What somebody said, of a length within `longest` characters.
pub(crate) fn read_words<'a>(field: &'static str, words: &'a str, longest: usize) -> Result<&'a str, Status> {
    let words = words.trim();
    let strange = words.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    if strange || words.chars().count() > longest {
        return Err(bad_field(
            field,
            format!("must have at most {longest} characters and no control characters"),
        ));
    }
    Ok(words)
}

/// The case and those that it leads, which nobody else changes until the transaction ends; a case of the caller's.
pub(crate) async fn lock(
    tx: &mut Tx,
    key: CaseKey,
    caller: &Caller,
) -> Result<(CaseFile, BTreeMap<CaseId, CaseFile>), Refusal> {
    let id = case_files::find(tx.connection(), key).await?.ok_or(Refusal::NoSuchCase)?;
    let mut cases = case_files::load(tx.connection(), &[id.0]).await?;
    let case = cases.remove(&id).ok_or(Refusal::NoSuchCase)?;
    caller.for_province(&case.province)?;
    Ok((case, cases))
}

#[tonic::async_trait]
impl CaseService for Cases {
    #[tracing::instrument(skip_all)]
    async fn withdraw_case(
        &self,
        request: Request<WithdrawCaseRequest>,
    ) -> Result<Response<WithdrawCaseResponse>, Status> {
        done!(self, request, withdraw_case::withdraw_case, by)
    }

    #[tracing::instrument(skip_all)]
    async fn give_feedback(
        &self,
        request: Request<GiveFeedbackRequest>,
    ) -> Result<Response<GiveFeedbackResponse>, Status> {
        done!(self, request, give_feedback::give_feedback, by)
    }

    #[tracing::instrument(skip_all)]
    async fn group_cases(
        &self,
        request: Request<GroupCasesRequest>,
    ) -> Result<Response<GroupCasesResponse>, Status> {
        done!(self, request, group_cases::group_cases, by)
    }
}
