//! `/api/v1/calls/{call_id}`: what a PBX brings of a call, and the calls that belong together (rules 1 and 2).

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use contracts::intake::store_recording_request::Part;
use contracts::intake::{
    Call, GetCallHistoryRequest, GetCallHistoryResponse, RecordVoicemailRequest, RecordVoicemailResponse,
    RecordingHead, StoreRecordingRequest, StoreRecordingResponse,
};
use contracts::timestamp;
use futures_util::{Stream, StreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};

use super::work_list::why;
use super::{NotDecided, NotShown};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, hex, moment, shown, some, view};
use crate::state::App;
use crate::upstream::OnBehalf;

/// The caller's number: it names a person, so it stands in a header and never in a URL.
const CALLER: &str = "caller";

/// A call that nobody answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewVoicemail {
    province: String,
    /// Absent: the province's centre.
    #[serde(default)]
    centre: String,
    /// The caller's number; absent where withheld.
    #[serde(default)]
    caller: String,
    received_at: Timestamp,
}

view! {
    /// What waits for an operator now.
    VoicemailView of RecordVoicemailResponse {
        item_id: String,
        /// after_hours, closure or overflow.
        reason: String = why(reason),
        /// When the centre answers again.
        opens_at: Option<Timestamp> = moment(opens_at),
    }
}

/// What is known of a recorded call.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfCall {
    province: String,
    /// Absent: the province's centre.
    #[serde(default)]
    centre: String,
    started_at: Timestamp,
    ended_at: Timestamp,
    /// The line went before either side hung up.
    #[serde(default)]
    cut: bool,
}

/// Whose call.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfProvince {
    /// Province code; absent: that of the token. Needed where calls of several provinces have the id.
    #[serde(default)]
    province: String,
}

view! {
    /// What is kept.
    StoredView of StoreRecordingResponse {
        recording_id: String,
        size_bytes: u64,
        /// In hexadecimal digits.
        sha256: String = hex(sha256),
    }
}

view! {
    /// The calls that belong together, oldest first.
    HistoryView of GetCallHistoryResponse {
        calls: Vec<CallView> = each(calls),
    }
}

view! {
    /// A call with its recording.
    CallView of Call {
        call_id: String,
        started_at: Option<Timestamp> = moment(started_at),
        ended_at: Option<Timestamp> = moment(ended_at),
        cut: bool,
        recording_id: Option<String> = some(recording_id),
        /// Contacts registered from it.
        contact_ids: Vec<String>,
    }
}

/// A PBX recorded a call instead of putting it through. Repeated, it answers the first result.
#[utoipa::path(
    put,
    path = "/api/v1/calls/{call_id}/voicemail",
    params(("call_id" = String, Path, description = "The PBX's id of the call")),
    request_body = NewVoicemail,
    responses((status = 200, description = "It waits for an operator", body = VoicemailView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn record_voicemail(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(call_id): Path<String>,
    Sent(NewVoicemail { province, centre, caller, received_at }): Sent<NewVoicemail>,
) -> Result<Shown<VoicemailView>, Problem> {
    let received_at = Some(timestamp(received_at));
    let request = RecordVoicemailRequest { call_id, province, centre, caller, received_at };
    shown(app.work.clone().record_voicemail(on_behalf.ask(request)).await)
}

/// Takes a call's sound as it arrives, at most 256 MiB. Repeated with the same bytes, it answers the first result; with
/// other bytes: 409.
#[utoipa::path(
    put,
    path = "/api/v1/calls/{call_id}/recording",
    params(
        ("call_id" = String, Path, description = "The PBX's id of the call"),
        OfCall,
        ("Caller" = Option<String>, Header, description = "The caller's number; absent where withheld"),
    ),
    request_body(content = Vec<u8>, content_type = "audio/wav", description = "The sound; any audio type"),
    responses((status = 200, description = "Kept", body = StoredView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn store_recording(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(call_id): Path<String>,
    Query(OfCall { province, centre, started_at, ended_at, cut }): Query<OfCall>,
    headers: HeaderMap,
    sound: Body,
) -> Result<Shown<StoredView>, Problem> {
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let head = RecordingHead {
        call_id,
        province,
        centre,
        caller: text(CALLER),
        started_at: Some(timestamp(started_at)),
        ended_at: Some(timestamp(ended_at)),
        cut,
        content_type: text(header::CONTENT_TYPE.as_str()),
    };
    let (broken, breaks) = oneshot::channel();
    let mut recordings = app.recordings.clone();
    let storing = recordings.store_recording(on_behalf.ask(parts(head, sound, broken)));
    tokio::select! {
        stored = storing => shown(stored),
        // The call ends here unfinished, and intake drops what it got.
        Ok(()) = breaks => Err(Problem::bad_request("The sound did not arrive whole: send it again.")),
    }
}

/// The head, then the sound. Where the sound breaks off, `broken` hears so and the stream never ends: an end would say
/// that this was all.
fn parts(
    head: RecordingHead,
    sound: Body,
    broken: oneshot::Sender<()>,
) -> impl Stream<Item = StoreRecordingRequest> + Send + 'static {
    let part = |part| StoreRecordingRequest { part: Some(part) };
    let data = stream::unfold((sound.into_data_stream(), broken), move |(mut sound, broken)| async move {
        match sound.next().await? {
            Ok(bytes) => Some((part(Part::Data(bytes.into())), (sound, broken))),
            Err(_) => {
                // Whoever listened has gone as well.
                let _ = broken.send(());
                std::future::pending().await
            }
        }
    });
    stream::iter([part(Part::Head(head))]).chain(data)
}

/// The calls that belong together with this one: a call that was cut and its repeats.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{call_id}/history",
    params(("call_id" = String, Path, description = "The PBX's id of the call"), OfProvince),
    responses((status = 200, description = "Oldest first", body = HistoryView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_call_history(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(call_id): Path<String>,
    Query(OfProvince { province }): Query<OfProvince>,
) -> Result<Shown<HistoryView>, Problem> {
    let request = GetCallHistoryRequest { call_id, province };
    shown(app.recordings.clone().get_call_history(on_behalf.ask(request)).await)
}
