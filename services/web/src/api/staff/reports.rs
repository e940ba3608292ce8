//! `GET /api/v1/reports/{period}`: the report of a month or a quarter, the same bytes whenever it is asked (rule 10).

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use contracts::audit::BuildReportRequest;
use serde::Deserialize;
use tonic::Status;
use utoipa::IntoParams;

use super::NotShown;
use crate::api::problem::Problem;
use crate::api::view::refused;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Which report, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichReport {
    /// Province code; absent: the province that the token's scope ends at, or the whole country.
    #[serde(default)]
    pub province: String,
    /// The public edition: cells of few people are hidden. Months only.
    #[serde(default)]
    pub public: bool,
    /// json (also when absent), xlsx or pdf.
    #[serde(default)]
    #[param(pattern = "^(json|xlsx|pdf)$")]
    pub format: String,
}

/// A report.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{period}",
    params(
        ("period" = String, Path, description = "Jalali: 1404-07 for a month, 1404-q3 for a quarter", example = "1404-07"),
        WhichReport,
    ),
    responses(
        (status = 200, description = "The report as `format` says, under a file name", body = Vec<u8>, content_type = "application/json"),
        (status = 409, description = "PDFs are not written here, or no policy governs the period", body = Problem, content_type = "application/problem+json"),
        NotShown,
    ),
    security(("token" = []))
)]
pub(crate) async fn build_report(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(period): Path<String>,
    Query(which): Query<WhichReport>,
) -> Result<Response, Problem> {
    built(&app, &on_behalf, period, which).await.map_err(refused)
}

/// The report as a file that browsers keep under its period's name.
pub(crate) async fn built(
    app: &App,
    on_behalf: &OnBehalf,
    period: String,
    which: WhichReport,
) -> Result<Response, Status> {
    let WhichReport { province, public: public_edition, format } = which;
    let with_pdf = format == "pdf";
    let request =
        BuildReportRequest { period: period.clone(), province, public_edition, with_pdf, as_of_size: 0 };
    let made = app.reports.clone().build_report(on_behalf.ask(request)).await?.into_inner();
    let (kind, ending, bytes) = match format.as_str() {
        "" | "json" => ("application/json", "json", made.json),
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", made.xlsx),
        "pdf" => ("application/pdf", "pdf", made.pdf),
        _ => return Err(Status::invalid_argument("format must be json, xlsx or pdf")),
    };
    // A period that audit took has digits, a letter and a hyphen only.
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"samad-{period}.{ending}\"")),
    ];
    Ok((headers, bytes).into_response())
}
