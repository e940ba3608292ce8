//! `POST /api/v1/cases/{tracking_code}/withdrawal`: the citizen takes a case back, through an operator.

use axum::extract::{Path, State};
use contracts::intake::{WithdrawCaseRequest, WithdrawCaseResponse};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::NotDecided;
use crate::api::cases::read_code;
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, moment, shown, view};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Why the case is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    /// In the operator's words.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

view! {
    /// What was done.
    Withdrawn of WithdrawCaseResponse {
        case_id: String,
        withdrawn_at: Option<Timestamp> = moment(withdrawn_at),
    }
}

/// Takes a case back before it is answered: nothing of it stays open anywhere.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{tracking_code}/withdrawal",
    params(("tracking_code" = String, Path, pattern = "^[0-9]{10}$", example = "1234567897")),
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Withdrawn", body = Withdrawn),
        (status = 400, description = "Not ten digits", body = Problem, content_type = "application/problem+json"),
        NotDecided,
    ),
    security(("token" = []))
)]
pub(crate) async fn withdraw_case(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(tracking_code): Path<String>,
    Sent(Withdrawal { reason }): Sent<Withdrawal>,
) -> Result<Shown<Withdrawn>, Problem> {
    let code = read_code(&tracking_code)?;
    let request = WithdrawCaseRequest { case: code.to_string(), reason };
    shown(app.cases.clone().withdraw_case(on_behalf.ask(request)).await)
}
