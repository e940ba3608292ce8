//! The gRPC door: one file an RPC. Faults become statuses here and nowhere else.

pub mod evaluation;
mod get_checkpoint;
mod get_figures;
mod get_timeline;
mod list_daily_figures;
pub mod may;
mod prove_consistency;
mod prove_inclusion;
pub mod report;
pub mod resources;
mod verify_ledger;

use std::sync::Arc;

use chassis::OutOfScope;
use chassis::clock::Clock;
use contracts::audit::audit_service_server::AuditService;
use contracts::audit::{
    GetCheckpointRequest, GetCheckpointResponse, GetFiguresRequest, GetFiguresResponse, GetTimelineRequest,
    GetTimelineResponse, ListDailyFiguresRequest, ListDailyFiguresResponse, ProveConsistencyRequest,
    ProveConsistencyResponse, ProveInclusionRequest, ProveInclusionResponse, VerifyLedgerRequest,
    VerifyLedgerResponse,
};
use sqlx::PgPool;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::domain::days::Days;
use crate::domain::faults::Fault;
use crate::domain::proof::ProofFault;

/// Verifications at once: each reads the whole ledger.
const MAX_VERIFICATIONS: usize = 2;

/// Answers what is asked of the ledger and the figures; changes nothing.
#[derive(Clone)]
pub struct Door {
    db: PgPool,
    clock: Clock,
    days: Days,
    verifier_key: Arc<str>,
    verifications: Arc<Semaphore>,
}

impl Door {
    /// A door to the ledger whose checkpoints are signed by `verifier_key` (C2SP vkey).
    pub fn new(db: PgPool, clock: Clock, days: Days, verifier_key: &str) -> Self {
        let verifications = Arc::new(Semaphore::new(MAX_VERIFICATIONS));
        Self { db, clock, days, verifier_key: verifier_key.into(), verifications }
    }
}

/// Why a question is not answered.
#[derive(Debug, Error)]
pub enum Refusal {
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(&'static str),
    /// A field of the request cannot be used.
    #[error("{field} {message}")]
    Invalid { field: &'static str, message: &'static str },
    /// A field of the request cannot be used, with words made for it.
    #[error("{} {}", .0.field, .0.message)]
    Faulty(Fault),
    /// Something else was said before.
    #[error("{0}")]
    Exists(&'static str),
    /// It cannot be done as things stand.
    #[error("{0}")]
    Precondition(&'static str),
    /// It is a matter of another office than the caller's.
    #[error(transparent)]
    Outside(#[from] OutOfScope),
    /// Enough of these run already.
    #[error("{0}")]
    Busy(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// What was to be stated could not be.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
    /// The report is there, its PDF is not.
    #[error("the report could not be typeset")]
    Typeset(#[source] anyhow::Error),
    /// The stored tiles do not yield the proof: the ledger needs verification.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal::Faulty(fault)
    }
}

/// A count for the wire.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(message) => Status::not_found(message),
            Refusal::Exists(message) => Status::already_exists(message),
            Refusal::Precondition(message) => Status::failed_precondition(message),
            Refusal::Faulty(Fault { field, message }) => {
                let details = ErrorDetails::with_bad_request_violation(&field, &message);
                Status::with_error_details(
                    tonic::Code::InvalidArgument,
                    format!("{field} {message}"),
                    details,
                )
            }
            Refusal::Outside(out) => out.into(),
            Refusal::Busy(message) => Status::resource_exhausted(message),
            Refusal::Invalid { field, message } => {
                let details = ErrorDetails::with_bad_request_violation(field, message);
                let message = format!("{field} {message}");
                Status::with_error_details(tonic::Code::InvalidArgument, message, details)
            }
            Refusal::Store(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => {
                Status::unavailable("the audit database is out of reach: try again")
            }
            Refusal::Store(error) => internal(&error),
            Refusal::Failed(error) => {
                tracing::warn!(error = format!("{error:#}"), "a request could not be answered");
                Status::unavailable("the audit database is out of reach: try again")
            }
            Refusal::Typeset(error) => {
                tracing::error!(error = format!("{error:#}"), "a report could not be typeset");
                Status::internal("the PDF could not be made; the report is there as JSON and XLSX")
            }
            Refusal::Proof(error) => internal(&error),
        }
    }
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Status {
    tracing::error!(error, "a question could not be answered");
    Status::internal("the ledger could not be read; the operators have been told")
}

macro_rules! rpcs {
    ($($rpc:ident($request:ty) -> $response:ty $(, of $province:ident)?;)*) => {
        #[tonic::async_trait]
        impl AuditService for Door {
            type VerifyLedgerStream = ReceiverStream<Result<VerifyLedgerResponse, Status>>;

            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                chassis::grpc::continue_trace(request.metadata());
                $(let request = chassis::grpc::narrowed(request, |asked| &mut asked.$province)?;)?
                Ok(Response::new($rpc::$rpc(self, request.into_inner()).await?))
            })*

            async fn verify_ledger(
                &self,
                request: Request<VerifyLedgerRequest>,
            ) -> Result<Response<Self::VerifyLedgerStream>, Status> {
                chassis::grpc::continue_trace(request.metadata());
                Ok(Response::new(verify_ledger::verify_ledger(self)?))
            }
        }
    };
}

rpcs! {
    get_figures(GetFiguresRequest) -> GetFiguresResponse, of province;
    list_daily_figures(ListDailyFiguresRequest) -> ListDailyFiguresResponse, of province;
    get_checkpoint(GetCheckpointRequest) -> GetCheckpointResponse;
    get_timeline(GetTimelineRequest) -> GetTimelineResponse;
    prove_inclusion(ProveInclusionRequest) -> ProveInclusionResponse;
    prove_consistency(ProveConsistencyRequest) -> ProveConsistencyResponse;
}
