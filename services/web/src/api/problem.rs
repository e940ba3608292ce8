//! Errors for programs: RFC 9457 problems, and what each gRPC status becomes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use opentelemetry::trace::TraceContextExt as _;
use serde::Serialize;
use tonic::Code;
use tonic_types::StatusExt as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use utoipa::ToSchema;

use crate::limits::TooMany;

/// Seconds after which a caller that was sent away may come again.
const RETRY_AFTER_S: u64 = 1;

/// A problem, as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Names the kind of problem; `about:blank` where the status says it all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// One phrase, the same for every problem of this kind.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub detail: Box<str>,
    /// The fields that are wrong, each with what is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Where problems of this kind have several causes: which it is.
    #[serde(flatten)]
    pub cause: Option<Box<Cause>>,
    /// Under which operators find this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<Box<str>>,
    /// Seconds for `Retry-After`; 0 where coming again does not help.
    #[serde(skip)]
    wait_s: u64,
}

/// Which of several causes a problem has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cause {
    /// For programs.
    pub code: String,
    /// For the agency's people, in Persian.
    pub message_fa: String,
    /// Where it is explained.
    pub documentation: String,
}

/// One field that cannot be taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Its name, with dots into objects.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let trace = tracing::Span::current().context().span().span_context().trace_id();
        let trace_id = (trace != opentelemetry::TraceId::INVALID).then(|| trace.to_string().into());
        Problem {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into().into(),
            errors: Vec::new(),
            cause: None,
            trace_id,
            wait_s: 0,
        }
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "about:blank", "Bad request", detail)
    }

    /// 422: `field` holds a word that is none of those it may hold.
    pub fn unknown_word(field: &str, word: &str, known: &[&str]) -> Self {
        let detail = format!("`{word}` is not known: it is one of {}", known.join(", "));
        Self::invalid_fields(vec![FieldError { field: field.to_owned(), detail }])
    }

    /// 401: who asks is not known.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        let kind = "urn:samad:problem:unauthenticated";
        Self::new(StatusCode::UNAUTHORIZED, kind, "Not signed in", detail)
    }

    /// 403: outside the caller's office.
    pub fn not_yours(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "urn:samad:problem:not-yours", "Not in your office", detail)
    }

    /// 404: nothing under this name.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "about:blank", "Not found", detail)
    }

    /// A request that HTTP itself refuses: 405, 413, 415.
    pub fn refused(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, "about:blank", status.canonical_reason().unwrap_or("Refused"), detail)
    }

    /// 422: understood, but some fields cannot be taken.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail =
            "Some fields cannot be taken: mend those that `errors` names and send the request again.";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem { errors, ..Self::new(status, "urn:samad:problem:invalid-fields", "Invalid fields", detail) }
    }

    /// An agency's action that cannot be recorded: why, and what to do.
    pub fn of_action(status: StatusCode, cause: Cause, fault: FieldError) -> Self {
        let kind = "urn:samad:problem:action-refused";
        let detail = fault.detail.clone();
        Problem {
            cause: Some(Box::new(cause)),
            errors: vec![fault],
            ..Self::new(status, kind, "Action refused", detail)
        }
    }

    /// An error that came without words, from the layers around the routes.
    pub fn of(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::NOT_FOUND => {
                "There is no such resource: /api/v1/openapi.json describes all there are."
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                "This resource does not take this method: see the header Allow."
            }
            StatusCode::GATEWAY_TIMEOUT => {
                "The answer took too long; the request may still have been done. Repeat it with the same key."
            }
            _ if status.is_client_error() => "The request cannot be taken as it is.",
            _ => "The request failed; repeating it with the same key does no harm.",
        };
        Self::refused(status, detail)
    }

    /// 503: come again in a moment, with the same key.
    pub fn busy() -> Self {
        let detail =
            "The service is busy or being restarted: repeat the request with the same key in a moment.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Problem { wait_s: RETRY_AFTER_S, ..Self::new(status, "about:blank", "Service unavailable", detail) }
    }
}

impl From<TooMany> for Problem {
    fn from(limit: TooMany) -> Self {
        let wait_s = limit.wait_s();
        let detail = format!("This address has asked too often: repeat the request in {wait_s} s.");
        let kind = "urn:samad:problem:too-many-requests";
        Problem { wait_s, ..Self::new(StatusCode::TOO_MANY_REQUESTS, kind, "Too many requests", detail) }
    }
}

impl From<tonic::Status> for Problem {
    /// Only what was said for callers passes on; the rest goes to the log.
    fn from(status: tonic::Status) -> Self {
        match status.code() {
            Code::InvalidArgument => Self::invalid_fields(field_errors(&status)),
            Code::NotFound => Self::not_found("There is nothing under this name."),
            // Both are said for callers: what is needed, and what the token lacks.
            Code::Unauthenticated => Self::unauthenticated(status.message()),
            Code::PermissionDenied => Self::not_yours(status.message()),
            Code::AlreadyExists => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "urn:samad:problem:idempotency-key-reused",
                "Idempotency-Key reused",
                "This Idempotency-Key was used before with another content: send what is new under a new key.",
            ),
            Code::FailedPrecondition if status.get_details_precondition_failure().is_some() => {
                let detail = "An open case is likely of the same matter: follow that one, or send new_case_reason with this.";
                let kind = "urn:samad:problem:same-matter";
                // Which case it is, only its citizen knows, who has the code: whoever asks here may be anyone.
                Self::new(StatusCode::CONFLICT, kind, "The same matter", detail)
            }
            Code::Aborted | Code::FailedPrecondition => Self::new(
                StatusCode::CONFLICT,
                "about:blank",
                "Conflict",
                "The same request is in work: repeat it in a moment.",
            ),
            Code::ResourceExhausted | Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => {
                tracing::warn!(code = ?status.code(), "intake cannot answer now");
                Self::busy()
            }
            code => {
                tracing::error!(?code, message = status.message(), "intake failed");
                let detail = "The request failed; repeating it with the same key does no harm.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "about:blank", "Internal error", detail)
            }
        }
    }
}

/// From the status' `google.rpc.BadRequest`; its message where there is none.
fn field_errors(status: &tonic::Status) -> Vec<FieldError> {
    let Some(bad) = status.get_details_bad_request().filter(|bad| !bad.field_violations.is_empty()) else {
        return vec![FieldError { field: String::new(), detail: status.message().to_owned() }];
    };
    let outer_name =
        |field: String| if field == "request_key" { "Idempotency-Key".to_owned() } else { field };
    bad.field_violations
        .into_iter()
        .map(|violation| FieldError { field: outer_name(violation.field), detail: violation.description })
        .collect()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait_s = self.wait_s;
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if wait_s > 0 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response
    }
}
