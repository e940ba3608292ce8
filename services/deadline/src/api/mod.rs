//! The gRPC door: one file an RPC. Faults become statuses here and nowhere else.

mod announce_closure;
mod charge_outage;
mod explain_deadline;
pub mod import_calendar;
pub mod import_policies;
mod list_closures;
mod list_overdue;
mod list_policies;
pub(crate) mod may;
mod revoke_closure;
mod revoke_outage;

use contracts::deadline::deadline_service_server::DeadlineService;
use contracts::deadline::{
    AnnounceClosureRequest, AnnounceClosureResponse, ChargeOutageRequest, ChargeOutageResponse,
    ExplainDeadlineRequest, ExplainDeadlineResponse, ImportCalendarRequest, ImportCalendarResponse,
    ImportPoliciesRequest, ImportPoliciesResponse, ListClosuresRequest, ListClosuresResponse,
    ListOverdueRequest, ListOverdueResponse, ListPoliciesRequest, ListPoliciesResponse, RevokeClosureRequest,
    RevokeClosureResponse, RevokeOutageRequest, RevokeOutageResponse,
};
use outbox::Store;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::domain::closure::Fault;
use crate::store::rules::RuleBook;

/// Answers what is asked of policies and clocks.
#[derive(Clone)]
pub struct Door {
    store: Store,
    book: RuleBook,
}

impl Door {
    /// A door to `store`.
    #[must_use]
    pub fn new(store: &Store, book: &RuleBook) -> Self {
        Self { store: store.clone(), book: book.clone() }
    }
}

/// Why a request is not answered.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Exists(&'static str),
    #[error("{field} {message}")]
    Invalid { field: String, message: String },
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Refusal {
    fn invalid(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        Refusal::Invalid { field: field.into(), message: message.to_string() }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal::invalid(fault.field, fault.message)
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(message) => Status::not_found(message),
            Refusal::Exists(message) => Status::already_exists(message),
            Refusal::Invalid { field, message } => {
                let text = format!("{field}: {message}");
                let details = ErrorDetails::with_bad_request_violation(field, message);
                Status::with_error_details(tonic::Code::InvalidArgument, text, details)
            }
            Refusal::Failed(error) => unavailable(&error),
            Refusal::Database(error) => unavailable(&error.into()),
        }
    }
}

fn unavailable(error: &anyhow::Error) -> Status {
    tracing::warn!(error = format!("{error:#}"), "a request could not be answered");
    Status::unavailable("the deadline database is out of reach: try again shortly")
}

macro_rules! rpcs {
    ($($rpc:ident($request:ty) -> $response:ty $(, of $province:ident)?;)*) => {
        #[tonic::async_trait]
        impl DeadlineService for Door {
            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                chassis::grpc::continue_trace(request.metadata());
                $(let request = chassis::grpc::narrowed(request, |asked| &mut asked.$province)?;)?
                Ok(Response::new($rpc::$rpc(self, request.into_inner()).await?))
            })*
        }
    };
}

rpcs! {
    import_policies(ImportPoliciesRequest) -> ImportPoliciesResponse;
    list_policies(ListPoliciesRequest) -> ListPoliciesResponse;
    explain_deadline(ExplainDeadlineRequest) -> ExplainDeadlineResponse;
    list_overdue(ListOverdueRequest) -> ListOverdueResponse, of province;
    announce_closure(AnnounceClosureRequest) -> AnnounceClosureResponse, of province;
    revoke_closure(RevokeClosureRequest) -> RevokeClosureResponse;
    list_closures(ListClosuresRequest) -> ListClosuresResponse;
    import_calendar(ImportCalendarRequest) -> ImportCalendarResponse;
    charge_outage(ChargeOutageRequest) -> ChargeOutageResponse;
    revoke_outage(RevokeOutageRequest) -> RevokeOutageResponse;
}
