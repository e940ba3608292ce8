//! The gRPC door: one file an RPC. Faults become statuses here and nowhere else.

mod assign_desk_item;
mod get_referral;
mod get_return_figures;
mod hand_in_action;
pub mod import_catalogue;
pub mod import_ruling_policies;
mod list_agencies;
mod list_arbitrations;
mod list_desk_items;
mod list_document_requests;
mod list_extensions;
mod list_held_answers;
mod list_open_referrals;
mod list_referrals;
mod list_ruling_policies;
mod list_topics;
mod matter;
pub mod may;
mod page;
mod record_action;
mod record_documents;
mod refer_case;
mod review_answer;
mod rule_arbitration;
mod rule_extension;

use std::sync::Arc;

use chassis::{Caller, OutOfScope};
use contracts::CaseId;
use contracts::agency::ActionVerdict;
use contracts::routing::agency_service_server::{AgencyService, AgencyServiceServer};
use contracts::routing::routing_service_server::{RoutingService, RoutingServiceServer};
use contracts::routing::ruling_service_server::{RulingService, RulingServiceServer};
use contracts::routing::{
    AssignDeskItemRequest, AssignDeskItemResponse, ImportCatalogueRequest, ImportCatalogueResponse,
    ListAgenciesRequest, ListAgenciesResponse, ListDeskItemsRequest, ListDeskItemsResponse,
    ListOpenReferralsRequest, ListOpenReferralsResponse, ListReferralsRequest, ListReferralsResponse,
    ListTopicsRequest, ListTopicsResponse, RecordActionRequest, RecordActionResponse,
};
use contracts::routing::{
    GetReferralRequest, GetReferralResponse, HandInActionRequest, HandInActionResponse,
};
use contracts::routing::{
    GetReturnFiguresRequest, GetReturnFiguresResponse, ListArbitrationsRequest, ListArbitrationsResponse,
    ListHeldAnswersRequest, ListHeldAnswersResponse, ReferCaseRequest, ReferCaseResponse,
    ReviewAnswerRequest, ReviewAnswerResponse, RuleArbitrationRequest, RuleArbitrationResponse,
};
use contracts::routing::{
    ImportRulingPoliciesRequest, ImportRulingPoliciesResponse, ListDocumentRequestsRequest,
    ListDocumentRequestsResponse, ListExtensionsRequest, ListExtensionsResponse, ListRulingPoliciesRequest,
    ListRulingPoliciesResponse, RecordDocumentsRequest, RecordDocumentsResponse, RuleExtensionRequest,
    RuleExtensionResponse,
};
use jiff::Timestamp;
use outbox::{Failed, Gather, Store};
use thiserror::Error;
use tokio::sync::Notify;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};
use uuid::Uuid;

use crate::domain::import::Fault;
use crate::record::{Asked, Entrance, Place, Record, verdict};
use crate::store::catalogue::Catalogues;

/// Rows of a page when the caller does not say.
const PAGE: u32 = 100;
/// Rows of a page at most.
const PAGE_MOST: u32 = 500;
/// Faults that are described; metadata of a gRPC answer must stay under 16 KiB.
const FAULTS_DESCRIBED: usize = 40;

/// Longest reason, note and name of who decided.
const REASON_CHARACTERS: usize = 1_000;

/// Answers what is asked of routing.
#[derive(Clone)]
pub struct Door {
    pub(crate) store: Store,
    pub(crate) catalogues: Catalogues,
    pub(crate) actions: Gather<Record>,
    pub(crate) entrance: Entrance,
    pub(crate) imported: Arc<Notify>,
}

/// Why something asked is not done.
#[derive(Debug, Error)]
pub enum Refusal {
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(&'static str),
    /// Not in this state.
    #[error("{0}")]
    Decided(&'static str),
    /// A key that stands for something else.
    #[error("this key was used before with other content: send a new action under a new key")]
    Reused,
    /// A field of the request cannot be used.
    #[error("{field} {message}")]
    Invalid { field: &'static str, message: &'static str },
    /// Another province's or agency's matter.
    #[error(transparent)]
    Scope(#[from] OutOfScope),
    /// Rows of an import are at fault.
    #[error("{} rows are at fault", .0.len())]
    Faults(Vec<Fault>),
    /// The agency has as many actions in hand as one may, or made too many faults.
    #[error(
        "too many actions of this agency at one time, or too many that name no referral of its own: try again in a second"
    )]
    TooMany,
    /// Too much waits, or the service is stopping.
    #[error("routing is busy: try again")]
    Busy,
    /// The database.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<Failed> for Refusal {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Busy => Refusal::Busy,
            Failed::Error(error) => Refusal::Other(error),
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(message) => Status::not_found(message),
            Refusal::Decided(message) => Status::failed_precondition(message),
            Refusal::Reused => Status::already_exists(refusal.to_string()),
            Refusal::Scope(out) => out.into(),
            Refusal::TooMany => Status::resource_exhausted(refusal.to_string()),
            Refusal::Busy => Status::unavailable(refusal.to_string()),
            Refusal::Invalid { field, message } => {
                let details = ErrorDetails::with_bad_request_violation(field, message);
                Status::with_error_details(
                    tonic::Code::InvalidArgument,
                    format!("{field} {message}"),
                    details,
                )
            }
            Refusal::Faults(faults) => at_fault(&faults),
            Refusal::Store(error) => unavailable(&error.into()),
            Refusal::Other(error) => unavailable(&error),
        }
    }
}

/// Describes the first faults and names the rows of all.
fn at_fault(faults: &[Fault]) -> Status {
    let (described, others) = faults.split_at(faults.len().min(FAULTS_DESCRIBED));
    let mut message: Vec<String> = described.iter().map(|f| format!("{} {}", f.place, f.reason)).collect();
    let named: Vec<&str> = others.iter().take(2 * FAULTS_DESCRIBED).map(|f| f.place.as_str()).collect();
    if !named.is_empty() {
        message.push(format!("also at fault: {}", named.join(", ")));
    }
    if others.len() > named.len() {
        message.push(format!("and {} more", others.len() - named.len()));
    }
    let violations = described.iter().map(|f| FieldViolation::new(&f.place, &f.reason));
    let details = ErrorDetails::with_bad_request(violations.collect::<Vec<_>>());
    Status::with_error_details(tonic::Code::InvalidArgument, message.join("; "), details)
}

fn unavailable(error: &anyhow::Error) -> Status {
    tracing::warn!(error = format!("{error:#}"), "a request could not be served");
    Status::unavailable("routing's database is out of reach: try again")
}

fn page_size(asked: u32) -> u32 {
    if asked == 0 { PAGE } else { asked.min(PAGE_MOST) }
}

fn case_id(text: &str) -> Result<CaseId, Refusal> {
    id("case_id", text).map(CaseId)
}

fn id(field: &'static str, text: &str) -> Result<Uuid, Refusal> {
    text.parse().map_err(|_| Refusal::Invalid { field, message: "must be a UUID" })
}

/// A text that must be there, and that the database can keep.
fn text(field: &'static str, text: &str, most_characters: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Invalid { field, message: "is missing" });
    }
    if text.chars().count() > most_characters || text.contains('\0') {
        return Err(Refusal::Invalid { field, message: "is too long or holds a NUL character" });
    }
    Ok(text.to_owned())
}

impl Door {
    /// The services for a gRPC server.
    #[must_use]
    pub fn routes(self) -> Routes {
        let rulings = RulingServiceServer::new(self.clone());
        let agencies = AgencyServiceServer::new(self.clone());
        let routing = RoutingServiceServer::new(self);
        Routes::new(routing.max_decoding_message_size(chassis::grpc::MAX_MESSAGE_BYTES))
            .add_service(rulings)
            .add_service(agencies)
    }

    /// Records an action of the agency that has the place.
    async fn act(&self, place: Place, asked: Asked) -> Result<ActionVerdict, Refusal> {
        let action_id = asked.action_id.clone();
        let outcome = self.actions.ask(asked).await?;
        let said = verdict(action_id, &outcome);
        place.leave(&outcome);
        Ok(said)
    }

    /// The moment of a request: now; where the clock follows a recorded past, what the caller says.
    fn moment(&self, call: &Call) -> Timestamp {
        let clock = self.store.clock();
        call.said.map_or_else(|| clock.now(), |said| clock.at(said))
    }
}

/// Who calls, and the moment that they say it is (`samad-at`, RFC 3339).
struct Call {
    caller: Arc<Caller>,
    said: Option<Timestamp>,
}

impl Call {
    fn read<T>(request: &Request<T>) -> Result<Self, Status> {
        let said = request.metadata().get("samad-at").and_then(|at| at.to_str().ok()?.parse().ok());
        Ok(Call { caller: chassis::grpc::caller(request)?, said })
    }
}

macro_rules! rpcs {
    ($service:ident: $($rpc:ident($request:ty) -> $response:ty;)*) => {
        #[tonic::async_trait]
        impl $service for Door {
            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                chassis::grpc::continue_trace(request.metadata());
                let call = Call::read(&request)?;
                Ok(Response::new($rpc::$rpc(self, request.into_inner(), &call).await?))
            })*
        }
    };
}

rpcs! { RoutingService:
    import_catalogue(ImportCatalogueRequest) -> ImportCatalogueResponse;
    list_agencies(ListAgenciesRequest) -> ListAgenciesResponse;
    list_topics(ListTopicsRequest) -> ListTopicsResponse;
    list_referrals(ListReferralsRequest) -> ListReferralsResponse;
    list_open_referrals(ListOpenReferralsRequest) -> ListOpenReferralsResponse;
    record_action(RecordActionRequest) -> RecordActionResponse;
    list_desk_items(ListDeskItemsRequest) -> ListDeskItemsResponse;
    assign_desk_item(AssignDeskItemRequest) -> AssignDeskItemResponse;
}

rpcs! { AgencyService:
    get_referral(GetReferralRequest) -> GetReferralResponse;
    hand_in_action(HandInActionRequest) -> HandInActionResponse;
}

rpcs! { RulingService:
    import_ruling_policies(ImportRulingPoliciesRequest) -> ImportRulingPoliciesResponse;
    list_ruling_policies(ListRulingPoliciesRequest) -> ListRulingPoliciesResponse;
    list_extensions(ListExtensionsRequest) -> ListExtensionsResponse;
    rule_extension(RuleExtensionRequest) -> RuleExtensionResponse;
    list_document_requests(ListDocumentRequestsRequest) -> ListDocumentRequestsResponse;
    record_documents(RecordDocumentsRequest) -> RecordDocumentsResponse;
    list_arbitrations(ListArbitrationsRequest) -> ListArbitrationsResponse;
    rule_arbitration(RuleArbitrationRequest) -> RuleArbitrationResponse;
    list_held_answers(ListHeldAnswersRequest) -> ListHeldAnswersResponse;
    review_answer(ReviewAnswerRequest) -> ReviewAnswerResponse;
    refer_case(ReferCaseRequest) -> ReferCaseResponse;
    get_return_figures(GetReturnFiguresRequest) -> GetReturnFiguresResponse;
}
