//! `/api/v1/campaigns/{campaign}/letters`: what citizens handed in on a trip, typed into a table.

use std::io::Cursor;

use anyhow::Context as _;
use axum::extract::{Path, State};
use contracts::intake::GetCampaignRequest;
use serde::Serialize;
use sheets::letters::{self, Imported, Refused};
use tonic::Status;
use utoipa::ToSchema;

use super::NotDecided;
use super::table::SentTable;
use crate::api::problem::{FieldError, Problem};
use crate::api::view::refused;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Rows of a table at most.
const ROWS_MAX: usize = 10_000;

/// What became of the letters.
#[derive(Serialize, ToSchema)]
pub(crate) struct LettersView {
    /// Letters that are registered, by this table or by the same before.
    registered: u64,
    /// Rows that are not.
    refused: Vec<RefusedLetter>,
}

/// A row that was not taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusedLetter {
    /// Its line in the file; the head is the first.
    line: u64,
    /// The letter's number, where the row has one.
    number: String,
    /// The field at fault; empty: the row as a whole.
    field: String,
    /// What is wrong.
    reason: String,
    /// What would be right, in Persian.
    reason_fa: String,
}

impl From<Imported> for LettersView {
    fn from(imported: Imported) -> Self {
        let row = |Refused { line, number, field, reason, reason_fa }| RefusedLetter {
            line,
            number,
            field,
            reason,
            reason_fa,
        };
        LettersView {
            registered: imported.registered,
            refused: imported.refused.into_iter().map(row).collect(),
        }
    }
}

/// Registers a trip's letters: every row that can be taken, at most 10,000 in one table. The campaign and the letter's number
/// make its key, so repeating it registers nothing twice. Columns, in any order: number, date, name, national_id, phone,
/// county, kind, topic, text, place, scan, guidance, citation, or their Persian names.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{campaign}/letters",
    params(("campaign" = String, Path, description = "The trip's code")),
    request_body(content = Vec<u8>, content_type = "text/csv", description = "The table, as text/csv in UTF-8 or as an XLSX workbook; 4 MiB at most"),
    responses((status = 200, description = "Taken, but for the rows it names", body = LettersView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn import_letters(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(campaign): Path<String>,
    table: SentTable,
) -> Result<axum::Json<LettersView>, Problem> {
    let taken = registered(&app, &on_behalf, campaign, table).await.map_err(refused)?;
    let unread = |detail| Problem::invalid_fields(vec![FieldError { field: String::new(), detail }]);
    taken.map(|imported| axum::Json(imported.into())).map_err(unread)
}

/// What became of a trip's letters; or, where the table cannot be read at all, why.
pub(crate) async fn registered(
    app: &App,
    on_behalf: &OnBehalf,
    campaign: String,
    SentTable(kind, bytes): SentTable,
) -> Result<Result<Imported, String>, Status> {
    let asked = on_behalf.ask(GetCampaignRequest { campaign });
    let campaign = app.campaigns.clone().get_campaign(asked).await?.into_inner().campaign.unwrap_or_default();
    // A workbook is unpacked: other requests do not wait for that.
    let reading = tokio::task::spawn_blocking(move || {
        letters::read(kind, Cursor::new(bytes), ROWS_MAX, &campaign, None)
    });
    match reading.await.context("the letters were not read").and_then(|read| read) {
        Ok(read) => {
            let ask = |messages| on_behalf.ask(messages);
            letters::register(app.intake.clone(), read, ask).await.map(Ok)
        }
        Err(error) => Ok(Err(format!("{error:#}"))),
    }
}
