//! `/staff/work`: what was recorded outside the hours (rule 1) and calls to make about answers (rule 8), one item in the
//! operator's hand at a time.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use contracts::intake::{
    CallbackResult, FeedbackVerdict, FinishItemRequest, GetHoursRequest, ReleaseItemsRequest,
    TakeItemRequest, VoicemailReason, WorkItem,
};
use tonic::Status;

use super::draft::Draft;
use super::follow_up::Registered;
use super::frame::{Frame, Posted, Said, away, back, on_behalf};
use super::guidance::Entry;
use crate::api::sound;
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Where this page is.
pub(super) const HERE: &str = "/staff/work";
/// Why an operator hears a call: it is in hand.
const REASON: &str = "پیگیری پیام ضبط‌شده";

#[derive(Template)]
#[template(path = "staff_work.html")]
struct Work {
    lang: Lang,
    frame: Frame,
    /// Whether the centre answers now, and until when.
    hours: String,
    /// Nothing was taken yet.
    resting: bool,
    item: Option<InHand>,
    draft: Draft,
    /// Open cases that are likely of the same matter: a new one needs a reason.
    likely: Vec<String>,
    /// What the guidance base has for the draft's words.
    found: Vec<Entry>,
    /// What was registered last.
    registered: Option<Registered>,
    topics: Vec<(String, String)>,
    counties: Vec<(String, String)>,
}

struct InHand {
    id: String,
    call: String,
    caller: String,
    why: &'static str,
    received: String,
    until: String,
    /// To be heard; empty: none is kept.
    recording: String,
    /// A call to make; none: a recorded one.
    callback: Option<ToCall>,
}

/// The answer about which a citizen is called back.
struct ToCall {
    code: String,
    agency: String,
    answer: String,
}

/// What the page shows beside the hours.
#[derive(Default)]
pub(super) struct Content {
    pub resting: bool,
    pub item: Option<WorkItem>,
    pub draft: Draft,
    pub likely: Vec<String>,
    pub found: Vec<Entry>,
    pub registered: Option<Registered>,
    pub note: &'static str,
}

/// The page before anything is taken.
pub(super) async fn show(State(app): State<App>, staff: Staff, Query(said): Query<Said>) -> Response {
    let content = Content { resting: true, note: said.note(), ..Content::default() };
    match on_behalf(&app, &staff) {
        Ok(on_behalf) => shown(&app, staff, &on_behalf, content).await,
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// Puts the oldest item into the reader's hand, or shows the one that is there.
pub(super) async fn take(State(app): State<App>, posted: Posted) -> Response {
    match taken(&app, &posted).await {
        Ok(item) => {
            let Posted { staff, on_behalf, .. } = posted;
            let draft = Draft::of_item(item.as_ref());
            shown(&app, staff, &on_behalf, Content { item, draft, ..Content::default() }).await
        }
        Err(status) => away(&app, posted.staff, HERE, &status),
    }
}

/// The item in the reader's hand, under a new lease; the oldest where there is none.
pub(super) async fn taken(app: &App, posted: &Posted) -> Result<Option<WorkItem>, Status> {
    let request = TakeItemRequest { province: posted.staff.caller.province.clone(), ..Default::default() };
    Ok(app.work.clone().take_item(posted.on_behalf.ask(request)).await?.into_inner().item)
}

/// The item became no contact: the reason is kept.
pub(super) async fn close(State(app): State<App>, posted: Posted) -> Response {
    let request = FinishItemRequest {
        item_id: posted.field("item"),
        no_contact_reason: posted.field("reason"),
        ..Default::default()
    };
    back(HERE, &app.work.clone().finish_item(posted.on_behalf.ask(request)).await)
}

/// The citizen was called back, or not reached.
pub(super) async fn called(State(app): State<App>, posted: Posted) -> Response {
    let (reached, verdict) = match posted.field("word").as_str() {
        "solved" => (true, FeedbackVerdict::Solved),
        "not_solved" => (true, FeedbackVerdict::NotSolved),
        _ => (false, FeedbackVerdict::Unspecified),
    };
    let callback = CallbackResult { reached, verdict: verdict.into(), statement: posted.field("statement") };
    let request =
        FinishItemRequest { item_id: posted.field("item"), callback: Some(callback), ..Default::default() };
    back(HERE, &app.work.clone().finish_item(posted.on_behalf.ask(request)).await)
}

/// The reader leaves: what is in hand goes back to its place.
pub(super) async fn release(State(app): State<App>, posted: Posted) -> Response {
    let request = ReleaseItemsRequest::default();
    back(HERE, &app.work.clone().release_items(posted.on_behalf.ask(request)).await)
}

/// The sound of the item in the reader's hand, whole or by byte range; each playing is stated (rule 2).
pub(super) async fn play(
    State(app): State<App>,
    staff: Staff,
    Path(recording): Path<String>,
    headers: HeaderMap,
) -> Response {
    match on_behalf(&app, &staff) {
        Ok(on_behalf) => {
            sound(&app, &on_behalf, recording, REASON.to_owned(), &headers).await.into_response()
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// The page with this content.
pub(super) async fn shown(app: &App, staff: Staff, on_behalf: &OnBehalf, content: Content) -> Response {
    let province = staff.caller.province.clone();
    let hours = match hours(app, on_behalf, &province).await {
        Ok(hours) => hours,
        Err(status) => return away(app, staff, HERE, &status),
    };
    let Content { resting, item, draft, likely, found, registered, note } = content;
    let work = Work {
        lang: Lang::Fa,
        frame: Frame::new(app, staff, HERE, note),
        hours,
        resting,
        item: item.map(|item| in_hand(app, item)),
        draft,
        likely,
        found,
        registered,
        topics: app.names.topics(),
        counties: app.names.counties(&province),
    };
    page(StatusCode::OK, &work)
}

async fn hours(app: &App, on_behalf: &OnBehalf, province: &str) -> Result<String, Status> {
    let request = GetHoursRequest { province: province.to_owned(), ..Default::default() };
    let hours = app.work.clone().get_hours(on_behalf.ask(request)).await?.into_inner();
    let until = moment(hours.until).map(|at| app.calendar.moment(Lang::Fa, at));
    let said = match (hours.open, until) {
        (true, Some(until)) => format!("مرکز پاسخ می‌دهد تا {until}"),
        (true, None) => "مرکز شبانه‌روزی پاسخ می‌دهد".to_owned(),
        (false, Some(until)) => format!("مرکز بسته است تا {until}"),
        (false, None) => "مرکز بسته است".to_owned(),
    };
    Ok([said, hours.reason_fa].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("؛ "))
}

fn in_hand(app: &App, item: WorkItem) -> InHand {
    let at = |at| moment(at).map(|at| app.calendar.moment(Lang::Fa, at)).unwrap_or_default();
    let why = match item.reason() {
        VoicemailReason::AfterHours => "بیرون از ساعت پاسخ‌گویی",
        VoicemailReason::Closure => "روز تعطیل",
        VoicemailReason::Overflow => "همهٔ کارشناسان مشغول بودند",
        VoicemailReason::Unspecified => "",
    };
    let callback = item.callback.map(|callback| ToCall {
        code: callback.tracking_code,
        agency: app.names.agency_fa(&callback.agency),
        answer: callback.answer,
    });
    InHand {
        callback,
        received: at(item.received_at),
        until: at(item.lease_until),
        id: item.item_id,
        call: item.call_id,
        recording: item.recording_id,
        caller: item.caller,
        why,
    }
}
