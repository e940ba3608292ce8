//! `/api/v1/work-list`: what was recorded outside a centre's hours (rule 1), and answers about which citizens are called
//! back (rule 8), each followed up by one operator at a time.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use contracts::intake::{
    Callback, CallbackResult, FeedbackVerdict, FinishItemRequest, GetHoursRequest, GetHoursResponse,
    ReleaseItemsRequest, ReleaseItemsResponse, TakeItemRequest, TakeItemResponse, VoicemailReason, WorkItem,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NotDecided, NotShown};
use crate::api::feedback::{VERDICTS, verdict};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, maybe, moment, refused, shown, some, view, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Whose list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Centre {
    /// Absent: the province that the token's scope ends at.
    #[serde(default)]
    province: String,
    /// Absent: the province's centre.
    #[serde(default)]
    centre: String,
}

view! {
    /// What is in hand now.
    Taken of TakeItemResponse {
        /// Absent: nothing waits.
        item: Option<WorkItemView> = maybe(item),
    }
}

view! {
    /// A call that was recorded, or a call to make.
    WorkItemView of WorkItem {
        item_id: String,
        /// The PBX's id of the call; empty for a call-back.
        call_id: String,
        /// For calling back; empty where withheld.
        caller: String,
        /// after_hours, closure or overflow; unspecified for a call-back.
        reason: String = why(reason),
        received_at: Option<Timestamp> = moment(received_at),
        /// Until then nobody else gets it.
        lease_until: Option<Timestamp> = moment(lease_until),
        province: String,
        centre: String,
        /// What the call sounds like, to be heard while the item is in hand; absent: no recording is kept (yet).
        recording_id: Option<String> = some(recording_id),
        /// Absent: the item is a recorded call.
        callback: Option<CallbackView> = maybe(callback),
    }
}

view! {
    /// An answer that was drawn, about which its citizen is called back.
    CallbackView of Callback {
        referral_id: String,
        tracking_code: String,
        agency: String,
        /// What the agency answered.
        answer: String,
    }
}

/// What came of a call-back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalledBack {
    /// Whether the citizen was reached.
    reached: bool,
    /// solved or not_solved; only and always of one who was reached.
    #[serde(default)]
    verdict: String,
    /// In which words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    statement: String,
}

impl CalledBack {
    fn result(self) -> Result<CallbackResult, Problem> {
        let verdict = match self.verdict.as_str() {
            "" => FeedbackVerdict::Unspecified,
            word => {
                verdict(word).ok_or_else(|| Problem::unknown_word("callback.verdict", word, &VERDICTS))?
            }
        };
        Ok(CallbackResult { reached: self.reached, verdict: verdict.into(), statement: self.statement })
    }
}

/// What came of an item: one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUp {
    /// The contact that was registered from it, with the channel voicemail.
    #[serde(default)]
    contact_id: String,
    /// Why there is none.
    #[serde(default)]
    #[schema(max_length = 500)]
    no_contact_reason: String,
    /// What came of a call-back.
    callback: Option<CalledBack>,
}

view! {
    /// What went back to its place.
    Released of ReleaseItemsResponse {
        released: u32,
    }
}

/// Which hours.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichHours {
    province: String,
    /// Absent: the province's centre.
    #[serde(default)]
    centre: String,
    /// Absent: now.
    at: Option<Timestamp>,
}

view! {
    /// Whether a centre answers.
    HoursView of GetHoursResponse {
        open: bool,
        /// When it closes, or answers again; absent where no change is known within 60 days.
        until: Option<Timestamp> = moment(until),
        /// Why it is closed or open beyond the usual.
        reason_fa: Option<String> = some(reason_fa),
    }
}

/// Why a call was recorded.
pub(super) fn why(reason: i32) -> String {
    word(VoicemailReason::try_from(reason).unwrap_or_default().as_str_name(), "VOICEMAIL_REASON_")
}

/// Puts the oldest waiting item of a centre into the hand of who asks; asked again, the one already there.
#[utoipa::path(
    post,
    path = "/api/v1/work-list/next",
    request_body = Centre,
    responses((status = 200, description = "In hand, or nothing waits", body = Taken), NotShown),
    security(("token" = []))
)]
pub(crate) async fn take_item(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Sent(Centre { province, centre }): Sent<Centre>,
) -> Result<Shown<Taken>, Problem> {
    let request = TakeItemRequest { province, centre, ..Default::default() };
    shown(app.work.clone().take_item(on_behalf.ask(request)).await)
}

/// The item in hand is followed up. Repeated, it answers the same.
#[utoipa::path(
    post,
    path = "/api/v1/work-list/{item_id}/follow-up",
    params(("item_id" = String, Path)),
    request_body = FollowUp,
    responses((status = 204, description = "Kept"), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn finish_item(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(item_id): Path<String>,
    Sent(FollowUp { contact_id, no_contact_reason, callback }): Sent<FollowUp>,
) -> Result<StatusCode, Problem> {
    let callback = callback.map(CalledBack::result).transpose()?;
    let request =
        FinishItemRequest { item_id, contact_id, no_contact_reason, callback, ..Default::default() };
    app.work.clone().finish_item(on_behalf.ask(request)).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts back what is in the hand of who asks: they leave.
#[utoipa::path(
    delete,
    path = "/api/v1/work-list/in-hand",
    responses((status = 200, description = "Put back", body = Released), NotShown),
    security(("token" = []))
)]
pub(crate) async fn release_items(
    State(app): State<App>,
    on_behalf: OnBehalf,
) -> Result<Shown<Released>, Problem> {
    shown(app.work.clone().release_items(on_behalf.ask(ReleaseItemsRequest::default())).await)
}

/// Whether a centre answers, until when, or when it answers again: what a PBX asks before it puts a call through.
#[utoipa::path(
    get,
    path = "/api/v1/hours",
    params(WhichHours),
    responses((status = 200, description = "Open or closed", body = HoursView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_hours(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(WhichHours { province, centre, at }): Query<WhichHours>,
) -> Result<Shown<HoursView>, Problem> {
    let request = GetHoursRequest { province, centre, at: at.map(timestamp) };
    shown(app.work.clone().get_hours(on_behalf.ask(request)).await)
}
