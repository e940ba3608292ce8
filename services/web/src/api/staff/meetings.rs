//! `/api/v1/meetings`: public meetings: topics registered beforehand, agencies invited.

use axum::extract::{Path, Query, State};
use contracts::intake::{
    AgendaTopic, CallMeetingRequest, CallMeetingResponse, GetAgendaRequest, GetAgendaResponse,
    InviteAgenciesRequest, InviteAgenciesResponse, Kind, ListMeetingsRequest, ListMeetingsResponse, Meeting,
    Turn,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NotDecided, NotListed, NotShown};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Which meetings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichMeetings {
    /// Province code; absent: all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// Those that begin before; absent: all.
    before: Option<Timestamp>,
}

view! {
    /// Meetings, the latest beginning first, at most 100.
    MeetingsView of ListMeetingsResponse {
        meetings: Vec<MeetingView> = each(meetings),
    }
}

view! {
    /// A meeting as it now is.
    CalledMeeting of CallMeetingResponse {
        meeting: MeetingView = whole(meeting),
    }
}

view! {
    /// A public meeting.
    MeetingView of Meeting {
        meeting: String,
        title_fa: String,
        province: String,
        place_fa: String,
        starts_at: Option<Timestamp> = moment(starts_at),
        ends_at: Option<Timestamp> = moment(ends_at),
        /// Until when turns are registered.
        turns_until: Option<Timestamp> = moment(turns_until),
        version: u32,
        /// Absent: not held yet.
        held_at: Option<Timestamp> = moment(held_at),
    }
}

view! {
    /// What is brought to a meeting, by topic, most asked first.
    AgendaView of GetAgendaResponse {
        meeting: MeetingView = whole(meeting),
        topics: Vec<AgendaTopicView> = each(topics),
        /// Agencies that hold cases of the meeting.
        agencies: Vec<String>,
    }
}

view! {
    /// One topic of an agenda.
    AgendaTopicView of AgendaTopic {
        topic: String,
        turns: Vec<TurnView> = each(turns),
        agencies: Vec<String>,
    }
}

view! {
    /// What one citizen brings; who it is stands in the contact only.
    TurnView of Turn {
        contact_id: String,
        /// Absent where advice ended it.
        case_id: Option<String> = some(case_id),
        tracking_code: Option<String> = some(tracking_code),
        kind: String = kind(kind),
        statement: String,
        place: String,
        agencies: Vec<String>,
    }
}

view! {
    /// Who was invited.
    InvitedView of InviteAgenciesResponse {
        invited: Vec<String>,
        invited_before: Vec<String>,
    }
}

fn kind(number: i32) -> String {
    word(Kind::try_from(number).unwrap_or_default().as_str_name(), "KIND_")
}

/// A meeting that is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMeeting {
    #[schema(min_length = 1, max_length = 300)]
    title_fa: String,
    province: String,
    #[schema(min_length = 1, max_length = 300)]
    place_fa: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// Until when turns are registered; not after `starts_at`.
    turns_until: Timestamp,
}

/// Public meetings.
#[utoipa::path(
    get,
    path = "/api/v1/meetings",
    params(WhichMeetings),
    responses((status = 200, description = "The latest beginning first", body = MeetingsView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_meetings(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(WhichMeetings { province, before }): Query<WhichMeetings>,
) -> Result<Shown<MeetingsView>, Problem> {
    let request = ListMeetingsRequest { province, before: before.map(timestamp) };
    shown(app.meetings.clone().list_meetings(on_behalf.ask(request)).await)
}

/// Calls a meeting, or takes its place and times as they now are. Repeated, it changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/meetings/{meeting}",
    params(("meeting" = String, Path, pattern = "^[a-z0-9-]{2,60}$")),
    request_body = NewMeeting,
    responses((status = 200, description = "Called", body = CalledMeeting), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn call_meeting(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(meeting): Path<String>,
    Sent(new): Sent<NewMeeting>,
) -> Result<Shown<CalledMeeting>, Problem> {
    let meeting = Meeting {
        meeting,
        title_fa: new.title_fa,
        province: new.province,
        place_fa: new.place_fa,
        starts_at: Some(timestamp(new.starts_at)),
        ends_at: Some(timestamp(new.ends_at)),
        turns_until: Some(timestamp(new.turns_until)),
        ..Default::default()
    };
    let request = CallMeetingRequest { meeting: Some(meeting) };
    shown(app.meetings.clone().call_meeting(on_behalf.ask(request)).await)
}

/// The turns of a meeting by topic.
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{meeting}/agenda",
    params(("meeting" = String, Path)),
    responses((status = 200, description = "Most asked first", body = AgendaView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_agenda(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(meeting): Path<String>,
) -> Result<Shown<AgendaView>, Problem> {
    shown(app.meetings.clone().get_agenda(on_behalf.ask(GetAgendaRequest { meeting })).await)
}

/// Invites the agencies that hold cases of the meeting and are not invited yet.
#[utoipa::path(
    post,
    path = "/api/v1/meetings/{meeting}/invitations",
    params(("meeting" = String, Path)),
    responses((status = 200, description = "Invited", body = InvitedView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn invite_agencies(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(meeting): Path<String>,
) -> Result<Shown<InvitedView>, Problem> {
    shown(app.meetings.clone().invite_agencies(on_behalf.ask(InviteAgenciesRequest { meeting })).await)
}
