//! `/staff/meetings`: public meetings, and what is brought to one by topic; its agencies are invited from here.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::intake::{
    Commitment, CommitmentOutcome, GetAgendaRequest, GetAgendaResponse, InviteAgenciesRequest,
    ListCommitmentsRequest, ListMeetingsRequest, Meeting, Turn,
};
use tonic::Status;

use super::desk::{Agencies, agencies};
use super::frame::{Frame, Posted, Said, away, back, on_behalf};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

/// Where these pages are.
pub(super) const HERE: &str = "/staff/meetings";

#[derive(Template)]
#[template(path = "staff_meetings.html")]
struct Meetings {
    lang: Lang,
    frame: Frame,
    meetings: Vec<Head>,
}

#[derive(Template)]
#[template(path = "staff_meeting.html")]
struct Agenda {
    lang: Lang,
    frame: Frame,
    head: Head,
    topics: Vec<Topic>,
    /// Agencies that hold cases of the meeting.
    concerned: Vec<String>,
    commitments: Vec<Order>,
    /// To choose from.
    agencies: Agencies,
    /// Makes the next commitment repeatable.
    key: String,
}

struct Head {
    code: String,
    title: String,
    place: String,
    when: String,
    held: bool,
}

struct Topic {
    name: String,
    agencies: String,
    turns: Vec<Turn>,
    count: u64,
}

struct Order {
    id: String,
    agency: String,
    person: String,
    text: String,
    due: String,
    /// What became of it; empty while it is open.
    outcome: &'static str,
    outcome_text: String,
}

/// The meetings, the latest first.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    match listed(&app, &staff).await {
        Ok(meetings) => {
            let meetings = meetings.into_iter().map(|meeting| head(&app, meeting)).collect();
            let frame = Frame::new(&app, staff, HERE, "");
            page(StatusCode::OK, &Meetings { lang: Lang::Fa, frame, meetings })
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// One meeting.
pub(super) async fn one(
    State(app): State<App>,
    staff: Staff,
    Path(meeting): Path<String>,
    Query(said): Query<Said>,
) -> Response {
    match loaded(&app, &staff, &meeting).await {
        Ok((agenda, made, agencies)) => {
            let frame = Frame::new(&app, staff, HERE, said.note());
            let page_of = Agenda {
                lang: Lang::Fa,
                frame,
                head: head(&app, agenda.meeting.unwrap_or_default()),
                topics: agenda.topics.into_iter().map(|topic| self::topic(&app, topic)).collect(),
                concerned: agenda.agencies.iter().map(|code| app.names.agency_fa(code)).collect(),
                commitments: made.into_iter().map(|made| order(&app, made)).collect(),
                agencies,
                key: app.clock.new_id().to_string(),
            };
            page(StatusCode::OK, &page_of)
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// Invites the agencies concerned.
pub(super) async fn invite(State(app): State<App>, Path(meeting): Path<String>, posted: Posted) -> Response {
    let path = format!("{HERE}/{meeting}");
    let request = InviteAgenciesRequest { meeting };
    back(&path, &app.meetings.clone().invite_agencies(posted.on_behalf.ask(request)).await)
}

async fn listed(app: &App, staff: &Staff) -> Result<Vec<Meeting>, Status> {
    let request = ListMeetingsRequest::default();
    Ok(app.meetings.clone().list_meetings(on_behalf(app, staff)?.ask(request)).await?.into_inner().meetings)
}

async fn loaded(
    app: &App,
    staff: &Staff,
    code: &str,
) -> Result<(GetAgendaResponse, Vec<Commitment>, Agencies), Status> {
    let on_behalf = on_behalf(app, staff)?;
    let (mut agenda, mut orders) = (app.meetings.clone(), app.meetings.clone());
    let (agenda, made) = tokio::try_join!(
        agenda.get_agenda(on_behalf.ask(GetAgendaRequest { meeting: code.to_owned() })),
        orders.list_commitments(on_behalf.ask(ListCommitmentsRequest { meeting: code.to_owned() })),
    )?;
    let agenda = agenda.into_inner();
    let province = agenda.meeting.as_ref().map(|meeting| meeting.province.clone()).unwrap_or_default();
    let agencies = agencies(app, &on_behalf, &province).await?;
    Ok((agenda, made.into_inner().commitments, agencies))
}

fn head(app: &App, meeting: Meeting) -> Head {
    let starts_at = moment(meeting.starts_at);
    Head {
        when: starts_at.map(|at| app.calendar.moment(Lang::Fa, at)).unwrap_or_default(),
        held: meeting.held_at.is_some(),
        code: meeting.meeting,
        title: meeting.title_fa,
        place: meeting.place_fa,
    }
}

fn topic(app: &App, topic: contracts::intake::AgendaTopic) -> Topic {
    let agencies: Vec<String> = topic.agencies.iter().map(|code| app.names.agency_fa(code)).collect();
    Topic {
        name: app.names.topic(Lang::Fa, &topic.topic),
        agencies: agencies.join("، "),
        count: topic.turns.len() as u64,
        turns: topic.turns,
    }
}

fn order(app: &App, made: Commitment) -> Order {
    let due = made.due_day.parse().ok().map(|day| jalali::Date::of(day).fa());
    Order {
        outcome: match made.outcome() {
            CommitmentOutcome::Kept => "انجام شد",
            CommitmentOutcome::Broken => "انجام نشد",
            CommitmentOutcome::Unspecified => "",
        },
        due: due.unwrap_or_else(|| "بر پایهٔ قاعده".to_owned()),
        agency: app.names.agency_fa(&made.agency),
        id: made.commitment_id,
        person: made.person,
        text: made.text,
        outcome_text: made.outcome_text,
    }
}
