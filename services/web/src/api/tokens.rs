//! `POST /api/v1/tokens`: a name and a password for a token of some minutes.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chassis::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use super::sent::Sent;
use crate::limits::Client;
use crate::state::App;

/// Who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    account: String,
    password: String,
}

/// What is sent along as `Authorization: Bearer …`.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    token: String,
    expires_at: Timestamp,
    /// operator, manager, reviewer, arbiter, monitor or ops.
    role: String,
    /// The province that the office ends at.
    #[serde(skip_serializing_if = "String::is_empty")]
    province: String,
    /// The agency that the office ends at.
    #[serde(skip_serializing_if = "String::is_empty")]
    agency: String,
}

/// A token for a member of the staff.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    request_body = Credentials,
    responses(
        (status = 201, description = "A token", body = TokenView),
        (status = 401, description = "The account or the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Fields that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong passwords: repeat after Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make_token(
    State(app): State<App>,
    client: Client,
    Sent(Credentials { account, password }): Sent<Credentials>,
) -> Result<impl IntoResponse, Problem> {
    app.limits.sign_in(client.0)?;
    let Some(caller) = app.directory.sign_in(&account, password).await else {
        app.limits.wrong_password(client.0);
        return Err(Problem::unauthenticated("The account or the password is wrong."));
    };
    let (token, expires_at) = app.sessions.token(&caller).map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "no token can be made");
        Problem::of(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    let role = Role::word(caller.role).to_owned();
    let view = TokenView { token, expires_at, role, province: caller.province, agency: caller.agency };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}
