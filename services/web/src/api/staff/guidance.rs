//! `/api/v1/guidance`: the guidance base, so that advice is the same everywhere (rule 11).

use axum::extract::{Path, Query, State};
use contracts::intake::{
    GetGuidanceRequest, GetGuidanceResponse, GuidanceEntry, GuidanceFound, GuidanceKind, GuidanceRung,
    SearchGuidanceRequest, SearchGuidanceResponse,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::NotShown;
use crate::api::problem::Problem;
use crate::api::view::{Shown, each, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Words {
    /// At most 200 characters; nobody's name or number.
    words: String,
    /// Entries of this province and of all; absent: of all only.
    #[serde(default)]
    province: String,
    /// Only entries on this topic or one above it.
    #[serde(default)]
    topic: String,
    /// 1 to 50; absent: 10.
    #[serde(default)]
    limit: u32,
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Version {
    /// Absent: the newest.
    #[serde(default)]
    version: u32,
}

view! {
    /// Entries that fit, best first.
    GuidanceFoundView of SearchGuidanceResponse {
        found: Vec<FoundView> = each(found),
    }
}

view! {
    /// An entry and how well it fits.
    FoundView of GuidanceFound {
        entry: EntryView = whole(entry),
        /// Above 0; comparable within one answer only.
        score: f32,
    }
}

view! {
    /// One entry.
    OneEntryView of GetGuidanceResponse {
        entry: EntryView = whole(entry),
    }
}

view! {
    /// A mission or a circular in one version.
    EntryView of GuidanceEntry {
        entry: String,
        version: u32,
        /// mission or circular.
        kind: String = kind(kind),
        /// Absent: every province.
        province: Option<String> = some(province),
        agency: Option<String> = some(agency),
        topics: Vec<String>,
        title: String,
        /// Markdown.
        text: String,
        lawful_way: Option<String> = some(lawful_way),
        source: String,
        /// Rungs of the ladder that advice citing it may stand on; none: all.
        rungs: Vec<String> = rungs(rungs),
        withdrawn: bool,
        adopted_at: Option<Timestamp> = moment(adopted_at),
    }
}

fn kind(number: i32) -> String {
    word(GuidanceKind::try_from(number).unwrap_or_default().as_str_name(), "GUIDANCE_KIND_")
}

fn rungs(numbers: Vec<i32>) -> Vec<String> {
    let rungs = numbers.into_iter().filter_map(|number| GuidanceRung::try_from(number).ok());
    rungs.map(|rung| word(rung.as_str_name(), "GUIDANCE_RUNG_")).collect()
}

/// Entries that fit words best.
#[utoipa::path(
    get,
    path = "/api/v1/guidance",
    params(Words),
    responses((status = 200, description = "Best first", body = GuidanceFoundView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn search_guidance(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Words { words, province, topic, limit }): Query<Words>,
) -> Result<Shown<GuidanceFoundView>, Problem> {
    let request = SearchGuidanceRequest { words, province, topic, limit };
    shown(app.guidance.clone().search_guidance(on_behalf.ask(request)).await)
}

/// One entry, in the version that advice cited or the newest.
#[utoipa::path(
    get,
    path = "/api/v1/guidance/{entry}",
    params(("entry" = String, Path), Version),
    responses((status = 200, description = "The entry", body = OneEntryView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_guidance(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(entry): Path<String>,
    Query(Version { version }): Query<Version>,
) -> Result<Shown<OneEntryView>, Problem> {
    let request = GetGuidanceRequest { entry, version };
    shown(app.guidance.clone().get_guidance(on_behalf.ask(request)).await)
}
