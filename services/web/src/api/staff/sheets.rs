//! `/api/v1/agencies/{agency}/referrals` and `/answers`: spreadsheets, for an agency that has nothing else.

use std::io::Cursor;

use anyhow::Context as _;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use contracts::routing::ListOpenReferralsRequest;
use serde::{Deserialize, Serialize};
use sheets::{Kind, Refused, Taken};
use tonic::Status;
use utoipa::{IntoParams, ToSchema};

use super::table::SentTable;
use super::{NotDecided, NotShown};
use crate::api::problem::{FieldError, Problem};
use crate::api::view::refused;
use crate::lang::Lang;
use crate::state::App;
use crate::upstream::OnBehalf;

/// As what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichSheet {
    /// xlsx (also when absent) or csv.
    #[serde(default)]
    #[param(pattern = "^(csv|xlsx)$")]
    format: String,
}

/// What became of a sheet.
#[derive(Serialize, ToSchema)]
pub(crate) struct TakenView {
    /// Rows that are recorded, by this sheet or by the same words before.
    recorded: u64,
    /// Rows that are not.
    refused: Vec<RefusedRow>,
}

/// A row that was not taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusedRow {
    /// Its line in the file; the head is the first.
    line: u64,
    referral_id: String,
    /// The column at fault; empty: the row as a whole.
    field: String,
    /// What is wrong and what would be right.
    reason: String,
    /// The same in Persian.
    reason_fa: String,
    /// Where it is explained.
    documentation: String,
}

impl From<Taken> for TakenView {
    fn from(taken: Taken) -> Self {
        let row = |Refused { line, referral_id, field, reason, reason_fa, documentation }| RefusedRow {
            line,
            referral_id,
            field,
            reason,
            reason_fa,
            documentation,
        };
        TakenView { recorded: taken.recorded, refused: taken.refused.into_iter().map(row).collect() }
    }
}

/// An agency's open referrals, oldest first, at most 5,000: its people fill in the columns `outcome`, `answer` and
/// `legal_reason` and hand the file in.
#[utoipa::path(
    get,
    path = "/api/v1/agencies/{agency}/referrals",
    params(("agency" = String, Path, description = "The agency's code"), WhichSheet),
    responses(
        (status = 200, description = "The sheet as `format` says, under a file name", body = Vec<u8>, content_type = "text/csv"),
        NotShown,
    ),
    security(("token" = []))
)]
pub(crate) async fn export_referrals(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(agency): Path<String>,
    Query(which): Query<WhichSheet>,
) -> Result<Response, Problem> {
    sheet(&app, &on_behalf, &agency, &which).await.map_err(refused)
}

/// Records what an agency filled in: every row that can be taken, in the agency's name. Repeating it records nothing twice.
#[utoipa::path(
    post,
    path = "/api/v1/agencies/{agency}/answers",
    params(("agency" = String, Path, description = "The agency's code")),
    request_body(content = Vec<u8>, content_type = "text/csv", description = "The sheet, as text/csv in UTF-8 or as an XLSX workbook; 4 MiB at most"),
    responses((status = 200, description = "Taken, but for the rows it names", body = TakenView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn import_answers(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(agency): Path<String>,
    table: SentTable,
) -> Result<axum::Json<TakenView>, Problem> {
    let taken = handed_in(&app, &on_behalf, &agency, table).await.map_err(refused)?;
    let unread = |detail| Problem::invalid_fields(vec![FieldError { field: String::new(), detail }]);
    taken.map(|taken| axum::Json(taken.into())).map_err(unread)
}

/// An agency's sheet as a file that browsers keep under its name.
pub(crate) async fn sheet(
    app: &App,
    on_behalf: &OnBehalf,
    agency: &str,
    WhichSheet { format }: &WhichSheet,
) -> Result<Response, Status> {
    let kind = if format.is_empty() { Some(Kind::Xlsx) } else { Kind::of(format) };
    let kind = kind.ok_or_else(|| Status::invalid_argument("format must be csv or xlsx"))?;
    let referrals = sheets::waiting(app.routing.clone(), agency, |request| on_behalf.ask(request)).await?;
    let bytes = sheets::write(kind, &referrals, |referral| {
        [app.names.topic(Lang::Fa, &referral.topic), app.names.place(Lang::Fa, "", &referral.county)]
    });
    let bytes = bytes.map_err(|error| Status::internal(format!("{error:#}")))?;
    // Routing knew the agency: its code has letters, digits and hyphens only.
    let headers = [
        (header::CONTENT_TYPE, kind.content_type().to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"samad-{agency}.{}\"", kind.ending())),
    ];
    Ok((headers, bytes).into_response())
}

/// What became of a sheet; or, where it cannot be read at all, why.
pub(crate) async fn handed_in(
    app: &App,
    on_behalf: &OnBehalf,
    agency: &str,
    SentTable(kind, bytes): SentTable,
) -> Result<Result<Taken, String>, Status> {
    // Nothing is unpacked for whoever may not act for this agency: routing knows that of its own door.
    let peek = ListOpenReferralsRequest { agency: agency.to_owned(), page_size: 1, ..Default::default() };
    app.routing.clone().list_open_referrals(on_behalf.ask(peek)).await?;
    // A workbook is unpacked: other requests do not wait for that.
    let reading = tokio::task::spawn_blocking(move || sheets::read(kind, Cursor::new(bytes)));
    let read = reading.await.context("the sheet was not read").and_then(|read| read);
    match read {
        Ok(read) => {
            let ask = |request| on_behalf.ask(request);
            sheets::hand_in(&app.routing, agency, read, ask).await.map(Ok)
        }
        Err(error) => Ok(Err(format!("{error:#}"))),
    }
}
