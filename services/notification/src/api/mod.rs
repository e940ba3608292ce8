//! The gRPC door: one file an RPC. Faults become statuses here and nowhere else.

mod list_notices;
pub(crate) mod may;

use contracts::notification::notification_service_server::NotificationService;
use contracts::notification::{ListNoticesRequest, ListNoticesResponse};
use sqlx::PgPool;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Answers what is asked of notices; changes nothing.
#[derive(Clone)]
pub struct Door {
    db: PgPool,
}

impl Door {
    /// A door to that database.
    #[must_use]
    pub fn new(db: PgPool) -> Self {
        Self { db }
    }
}

/// Why a question is not answered.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{field}: {message}")]
    Invalid { field: &'static str, message: String },
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
}
