//! Errors in GeoReport's own form: a code, which is the status, and what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{Document, Format, Node};
use crate::limits::TooMany;

/// Why something asked is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    status: StatusCode,
    /// What is wrong and what would be right, one sentence each.
    descriptions: Vec<String>,
    /// Seconds for `Retry-After`; 0 where coming again does not help.
    wait_s: u64,
}

impl Fault {
    fn new(status: StatusCode, description: impl Into<String>) -> Self {
        Fault { status, descriptions: vec![description.into()], wait_s: 0 }
    }

    /// 400: a parameter is missing or cannot be used.
    pub fn bad(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, description)
    }

    /// 400: a parameter that must be there is not.
    pub fn missing(parameter: &str) -> Self {
        Self::bad(format!("{parameter} was not provided"))
    }

    /// 403: the key is none.
    pub fn bad_key() -> Self {
        let said = "api_key is not valid: it is none of ours, its year is over, or its account was closed";
        Self::new(StatusCode::FORBIDDEN, said)
    }

    /// 404: no such service, jurisdiction or request.
    pub fn not_found(parameter: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{parameter} was not found"))
    }

    /// 404: no such path.
    pub fn unknown_document() -> Self {
        let said = "there is no such resource: discovery, services, requests, tokens and servicerequestupdates end in .xml or .json";
        Self::new(StatusCode::NOT_FOUND, said)
    }

    /// The body of a POST is no form.
    pub fn unreadable_form(status: StatusCode) -> Self {
        let said = "send the parameters as application/x-www-form-urlencoded, at most 64 KiB, and photos as media_url";
        Self::new(status, said)
    }

    /// 503: come again.
    pub fn busy() -> Self {
        let said = "the service is busy or being restarted: repeat the request in a moment";
        Fault { wait_s: 1, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, said) }
    }

    /// An error that came without words, from the layers around the routes.
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::unknown_document(),
            StatusCode::SERVICE_UNAVAILABLE => Self::busy(),
            _ => Self::new(status, status.canonical_reason().unwrap_or("the request failed")),
        }
    }

    /// As a response.
    pub fn written(self, format: Format) -> Response {
        let error = |description| {
            Node::Fields(vec![
                ("code", Node::text(self.status.as_str())),
                ("description", Node::Text(description)),
            ])
        };
        let errors = self.descriptions.into_iter().map(error).collect();
        let document = Document { root: "errors", content: Node::Each("error", errors) };
        let mut response = document.written_with(self.status, format);
        if self.wait_s > 0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(self.wait_s));
        }
        response
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.written(Format::Xml)
    }
}

impl From<TooMany> for Fault {
    fn from(limit: TooMany) -> Self {
        let wait_s = limit.wait_s();
        let said = format!("this address has asked too often: repeat the request in {wait_s} s");
        Fault { wait_s, ..Self::new(StatusCode::TOO_MANY_REQUESTS, said) }
    }
}

impl From<Status> for Fault {
    /// Only what was said for callers passes on; the rest goes to the log.
    fn from(status: Status) -> Self {
        match status.code() {
            Code::InvalidArgument => {
                let bad = status.get_details_bad_request();
                let said = bad.into_iter().flat_map(|bad| bad.field_violations);
                let descriptions: Vec<_> =
                    said.map(|fault| format!("{}: {}", parameter(&fault.field), fault.description)).collect();
                match descriptions.is_empty() {
                    true => Self::bad(status.message()),
                    false => Fault { status: StatusCode::BAD_REQUEST, descriptions, wait_s: 0 },
                }
            }
            Code::NotFound => Self::not_found("service_request_id"),
            Code::PermissionDenied | Code::Unauthenticated => {
                Self::new(StatusCode::FORBIDDEN, status.message())
            }
            Code::FailedPrecondition | Code::AlreadyExists => Self::bad(status.message()),
            Code::Aborted | Code::ResourceExhausted | Code::Unavailable | Code::DeadlineExceeded => {
                Self::busy()
            }
            code => {
                tracing::error!(?code, message = status.message(), "a request of Open311 failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the request failed: the fault is ours")
            }
        }
    }
}

/// Intake's fields by the names that callers know.
fn parameter(field: &str) -> &str {
    match field {
        "province" => "jurisdiction_id",
        "county" => "attribute[county]",
        "topic" => "service_code",
        "text" => "description",
        "place" => "address_string",
        "citizen.name" => "first_name",
        "citizen.phone" => "phone",
        "citizen.email" => "email",
        other => other,
    }
}
