//! The gRPC door of intake: one file an RPC; errors become `Status` here.

pub(crate) mod attendance;
pub(crate) mod call_meeting;
pub(crate) mod campaigns;
pub(crate) mod cancel_slot;
pub mod cases;
pub(crate) mod complain;
pub mod desk;
pub mod find_cases_by_citizen;
pub(crate) mod finish_callback;
pub(crate) mod finish_item;
pub(crate) mod get_agenda;
pub(crate) mod get_call_history;
pub(crate) mod get_campaign_report;
pub mod get_case;
pub(crate) mod get_guidance;
pub(crate) mod get_hours;
pub(crate) mod give_feedback;
pub(crate) mod group_cases;
pub(crate) mod import_attendance;
pub(crate) mod import_desk_rules;
pub(crate) mod import_guidance;
pub(crate) mod invite_agencies;
pub mod list_cases;
pub(crate) mod list_filed_cases;
pub(crate) mod list_slots;
pub mod may;
pub(crate) mod meetings;
pub(crate) mod open_campaign;
pub mod page;
pub(crate) mod play_recording;
pub mod present;
pub(crate) mod record_attendance;
pub mod record_batch;
pub(crate) mod record_commitment_outcome;
pub(crate) mod record_meeting;
pub(crate) mod record_voicemail;
pub mod register_contact;
pub mod register_contacts;
pub(crate) mod release_items;
pub(crate) mod same_matter;
pub(crate) mod search_guidance;
pub(crate) mod stated;
pub(crate) mod store_recording;
pub(crate) mod take_item;
pub(crate) mod withdraw_case;

use chassis::clock::Clock;
use chassis::{Sealer, grpc};
use contracts::intake::intake_service_server::IntakeService;
use contracts::intake::{
    FindCasesByCitizenRequest, FindCasesByCitizenResponse, GetCaseRequest, GetCaseResponse, ListCasesRequest,
    ListCasesResponse, RegisterContactRequest, RegisterContactResponse, RegisterContactsRequest,
    RegisterContactsResponse,
};
use jiff::Timestamp;
use outbox::{Failed, Gather};
use sqlx::PgPool;
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::api::record_batch::RecordBatch;
use crate::domain::contact::Fault;

/// What the RPCs work with.
#[derive(Clone)]
pub struct Door {
    /// For looking up.
    pub db: PgPool,
    /// The deployment's clock.
    pub clock: Clock,
    /// For personal data.
    pub sealer: Sealer,
    /// For registering.
    pub gather: Gather<RecordBatch>,
}

impl Door {
    fn moment(&self, metadata: &MetadataMap) -> Result<Timestamp, Status> {
        moment(&self.clock, metadata)
    }

    /// The moment of one contact of many: a clock that follows a recorded past goes to when the contact happened.
    fn moment_of(&self, request: &RegisterContactRequest, now: Timestamp) -> Timestamp {
        match contracts::optional_instant(request.occurred_at.as_ref()) {
            Ok(Some(occurred_at)) if !self.clock.is_live() => self.clock.at(occurred_at),
            _ => now,
        }
    }
}

/// The moment of a request: now, except that a rehearsal may bring its own in `samad-at` (RFC 3339).
fn moment(clock: &Clock, metadata: &MetadataMap) -> Result<Timestamp, Status> {
    match metadata.get("samad-at").filter(|_| !clock.is_live()) {
        None => Ok(clock.now()),
        Some(at) => {
            let at: Option<Timestamp> = at.to_str().ok().and_then(|at| at.parse().ok());
            // PostgreSQL keeps microseconds.
            let at = at.and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok());
            Ok(clock.at(at.ok_or_else(|| Status::invalid_argument("samad-at: not an RFC 3339 time"))?))
        }
    }
}

/// Every fault by its field, as `google.rpc.BadRequest`.
fn bad_request(faults: &[Fault]) -> Status {
    let sentence = faults.iter().map(|f| format!("{}: {}", f.field, f.reason)).collect::<Vec<_>>().join("; ");
    let violations: Vec<FieldViolation> =
        faults.iter().map(|f| FieldViolation::new(f.field, &f.reason)).collect();
    Status::with_error_details(Code::InvalidArgument, sentence, ErrorDetails::with_bad_request(violations))
}

fn bad_field(field: &'static str, reason: impl ToString) -> Status {
    bad_request(&[Fault { field, reason: reason.to_string() }])
}

fn not_done(failed: Failed) -> Status {
    match failed {
        Failed::Busy => Status::unavailable(
            "too many contacts wait to be registered: try again with the same request_key",
        ),
        Failed::Error(error) => unavailable(error),
    }
}

fn unavailable(error: impl Into<anyhow::Error>) -> Status {
    let error = error.into();
    tracing::warn!(error = format!("{error:#}"), "a request was not done");
    Status::unavailable("intake's database is away: try again shortly")
}

#[tonic::async_trait]
impl IntakeService for Door {
    #[tracing::instrument(skip_all)]
    async fn register_contact(
        &self,
        request: Request<RegisterContactRequest>,
    ) -> Result<Response<RegisterContactResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let (caller, now) = (grpc::caller(&request)?, self.moment(request.metadata())?);
        let request = grpc::narrowed(request, |asked| &mut asked.province)?;
        register_contact::register_contact(self, request.into_inner(), &caller, now).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn register_contacts(
        &self,
        request: Request<Streaming<RegisterContactsRequest>>,
    ) -> Result<Response<RegisterContactsResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let (caller, now) = (grpc::caller(&request)?, self.moment(request.metadata())?);
        register_contacts::register_contacts(self, &caller, request.into_inner(), now)
            .await
            .map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn get_case(&self, request: Request<GetCaseRequest>) -> Result<Response<GetCaseResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let caller = grpc::caller(&request)?;
        let found = get_case::get_case(self, request.into_inner()).await?;
        if let Some(case) = &found.case {
            caller.for_province(&case.province)?;
        }
        Ok(Response::new(found))
    }

    #[tracing::instrument(skip_all)]
    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let request = grpc::narrowed(request, |asked| &mut asked.province)?;
        list_cases::list_cases(self, request.into_inner()).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn find_cases_by_citizen(
        &self,
        request: Request<FindCasesByCitizenRequest>,
    ) -> Result<Response<FindCasesByCitizenResponse>, Status> {
        grpc::continue_trace(request.metadata());
        let caller = grpc::caller(&request)?;
        let mut found = find_cases_by_citizen::find_cases_by_citizen(self, request.into_inner()).await?;
        found.cases.retain(|case| caller.for_province(&case.province).is_ok());
        Ok(Response::new(found))
    }
}
