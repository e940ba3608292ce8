//! `/staff/guidance`: the guidance base by its words, so that advice is the same everywhere (rule 11).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::intake::{GuidanceFound, GuidanceKind, SearchGuidanceRequest};
use serde::Deserialize;
use tonic::Status;

use super::frame::{Frame, away, on_behalf};
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/guidance";
/// Entries at once: whoever speaks with a citizen reads no more.
const SHOWN: u32 = 10;

#[derive(Template)]
#[template(path = "staff_guidance.html")]
struct Guidance {
    lang: Lang,
    frame: Frame,
    words: String,
    found: Vec<Entry>,
}

/// An entry as the staff read it.
pub(super) struct Entry {
    pub title: String,
    pub kind: &'static str,
    pub text: String,
    pub lawful_way: String,
    pub source: String,
    /// To be cited by.
    pub entry: String,
    pub version: u64,
}

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    words: String,
}

/// The entries that fit, best first.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(Words { words }): Query<Words>,
) -> Response {
    match found(&app, &staff, words.trim()).await {
        Ok(found) => {
            let found = found.into_iter().map(entry).collect();
            let frame = Frame::new(&app, staff, HERE, "");
            page(StatusCode::OK, &Guidance { lang: Lang::Fa, frame, words, found })
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// What the guidance base has for these words of somebody of the staff.
pub(super) async fn found(app: &App, staff: &Staff, words: &str) -> Result<Vec<GuidanceFound>, Status> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let (words, province) = (words.to_owned(), staff.caller.province.clone());
    let request = SearchGuidanceRequest { words, province, limit: SHOWN, ..Default::default() };
    Ok(app.guidance.clone().search_guidance(on_behalf(app, staff)?.ask(request)).await?.into_inner().found)
}

/// An entry that was found, as it is read.
pub(super) fn entry(found: GuidanceFound) -> Entry {
    let entry = found.entry.unwrap_or_default();
    Entry {
        kind: match entry.kind() {
            GuidanceKind::Mission => "شرح وظیفه",
            GuidanceKind::Circular => "بخشنامه",
            GuidanceKind::Unspecified => "",
        },
        version: u64::from(entry.version),
        title: entry.title,
        text: entry.text,
        lawful_way: entry.lawful_way,
        source: entry.source,
        entry: entry.entry,
    }
}
