//! REST for the staff: what waits, and what is decided, in the name of who brings the token.

mod arbitrations;
mod desk_items;
mod extensions;
mod held_answers;
mod recordings;
mod withdrawal;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::JsonRejection;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use jiff::Timestamp;
use serde::Deserialize;
use tonic::Code;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{FieldError, Problem};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Items of an answer, at most.
const PAGE: u32 = 100;

/// The routes, for the document too.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(extensions::list_extensions))
        .routes(routes!(extensions::rule_extension))
        .routes(routes!(arbitrations::list_arbitrations))
        .routes(routes!(arbitrations::rule_arbitration))
        .routes(routes!(held_answers::list_held_answers))
        .routes(routes!(held_answers::review_answer))
        .routes(routes!(desk_items::list_desk_items))
        .routes(routes!(desk_items::assign_desk_item))
        .routes(routes!(recordings::play_recording))
        .routes(routes!(withdrawal::withdraw_case))
}

/// Which items of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Province code; absent: all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// `next_page` of the answer before.
    #[serde(default)]
    page: String,
}

impl FromRequestParts<App> for OnBehalf {
    type Rejection = Problem;

    /// The token is not looked at here: each service checks it at its own door.
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(chassis::grpc::bearer_of);
        let needed = || Problem::unauthenticated("Send a token: POST /api/v1/tokens makes one.");
        let worn = format!("Bearer {}", token.ok_or_else(needed)?).parse();
        worn.map(OnBehalf).map_err(|_| needed())
    }
}

/// What every list answers instead, for the document.
struct NotListed;

impl IntoResponses for NotListed {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[NO_TOKEN, NOT_ALLOWED, BUSY])
    }
}

/// What every decision answers instead, for the document.
struct NotDecided;

impl IntoResponses for NotDecided {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let decided = (StatusCode::CONFLICT, "Decided otherwise before, or it needs no decision any more");
        let unknown = (StatusCode::NOT_FOUND, "There is no such thing");
        let wrong = (StatusCode::UNPROCESSABLE_ENTITY, "Fields that cannot be taken");
        problems(&[NO_TOKEN, NOT_ALLOWED, unknown, decided, wrong, BUSY])
    }
}

const NO_TOKEN: (StatusCode, &str) = (StatusCode::UNAUTHORIZED, "No token, or one that is not taken");
const NOT_ALLOWED: (StatusCode, &str) = (StatusCode::FORBIDDEN, "Not in the token's role or scope");
const BUSY: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "Busy: repeat after Retry-After");

fn problems(of: &[(StatusCode, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let problem = |(status, description): &(StatusCode, &str)| {
        let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
        let response =
            ResponseBuilder::new().description(*description).content("application/problem+json", content);
        (status.as_str().to_owned(), RefOr::T(response.build()))
    };
    of.iter().map(problem).collect()
}

fn body<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|refused| {
        Problem::invalid_fields(vec![FieldError { field: String::new(), detail: refused.body_text() }])
    })
}

/// What a service refused: its words for the decision, else as everywhere.
fn refused(status: tonic::Status) -> Problem {
    match status.code() {
        Code::FailedPrecondition => Problem::refused(StatusCode::CONFLICT, status.message()),
        _ => status.into(),
    }
}

fn moment(at: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
    contracts::optional_instant(at).ok().flatten()
}

fn next_page(token: String) -> Option<String> {
    Some(token).filter(|token| !token.is_empty())
}
