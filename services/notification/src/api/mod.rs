//! The gRPC door: one file an RPC. Faults become statuses here and nowhere else.

mod import_recipients;
mod list_notices;
mod list_recipients;
pub(crate) mod may;

use chassis::Sealer;
use contracts::notification::notification_service_server::NotificationService;
use contracts::notification::{
    ImportRecipientsRequest, ImportRecipientsResponse, ListNoticesRequest, ListNoticesResponse,
    ListRecipientsRequest, ListRecipientsResponse,
};
use outbox::Store;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::domain::recipient::Fault;

/// Answers what is asked of notices, and is told who of the staff gets any.
#[derive(Clone)]
pub struct Door {
    store: Store,
    sealer: Sealer,
}

impl Door {
    /// A door to that store, whose addresses are sealed by that key.
    #[must_use]
    pub fn new(store: &Store, sealer: &Sealer) -> Self {
        Self { store: store.clone(), sealer: sealer.clone() }
    }
}

/// Why a question is not answered.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
    #[error("{}", .0.iter().map(|fault| format!("{} {}", fault.place, fault.reason)).collect::<Vec<_>>().join("; "))]
    Faults(Vec<Fault>),
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Invalid { field, message } => {
                let details = ErrorDetails::with_bad_request_violation(field, message);
                Status::with_error_details(tonic::Code::InvalidArgument, text, details)
            }
            Refusal::Faults(faults) => {
                let mut details = ErrorDetails::new();
                for Fault { place, reason } in faults {
                    details.add_bad_request_violation(place, reason);
                }
                Status::with_error_details(tonic::Code::InvalidArgument, text, details)
            }
            Refusal::Failed(error) => {
                tracing::warn!(error = format!("{error:#}"), "a question could not be answered");
                Status::unavailable("the notification database is out of reach: try again shortly")
            }
        }
    }
}

#[tonic::async_trait]
impl NotificationService for Door {
    async fn list_notices(
        &self,
        request: Request<ListNoticesRequest>,
    ) -> Result<Response<ListNoticesResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        Ok(Response::new(list_notices::list_notices(self, request.into_inner()).await?))
    }

    async fn import_recipients(
        &self,
        request: Request<ImportRecipientsRequest>,
    ) -> Result<Response<ImportRecipientsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        Ok(Response::new(import_recipients::import_recipients(self, request.into_inner()).await?))
    }

    async fn list_recipients(
        &self,
        request: Request<ListRecipientsRequest>,
    ) -> Result<Response<ListRecipientsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        Ok(Response::new(list_recipients::list_recipients(self).await?))
    }
}
