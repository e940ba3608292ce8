//! `/staff/groups`: cases of many people on one thing go under one answer, by their tracking codes.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::intake::{GroupCasesRequest, GroupCasesResponse};

use super::frame::{Frame, Posted, Said, said};
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/groups";

#[derive(Template)]
#[template(path = "staff_groups.html")]
struct Groups {
    lang: Lang,
    frame: Frame,
    typed: Typed,
    /// What came together; none: nothing was asked yet, or nothing did.
    group: Option<Group>,
}

/// What is in the form.
#[derive(Default)]
struct Typed {
    lead: String,
    members: String,
    reason: String,
}

struct Group {
    joined: u64,
    /// As they were typed.
    refused: Vec<String>,
}

/// The form.
pub(super) async fn show(State(app): State<App>, staff: Staff, Query(said): Query<Said>) -> Response {
    let frame = Frame::new(&app, staff, HERE, said.note());
    page(StatusCode::OK, &Groups { lang: Lang::Fa, frame, typed: Typed::default(), group: None })
}

/// Puts the cases under the lead; who cannot join is named, and the rest taken.
pub(super) async fn put(State(app): State<App>, posted: Posted) -> Response {
    let typed = Typed {
        lead: posted.field("lead"),
        members: posted.field("members"),
        reason: posted.field("reason"),
    };
    let codes = jalali::digits::latin(&typed.members);
    let request = GroupCasesRequest {
        lead: jalali::digits::latin(&typed.lead),
        members: codes.split(|c: char| c.is_whitespace() || "،,;".contains(c)).filter_map(code).collect(),
        reason: typed.reason.clone(),
    };
    let done = app.cases.clone().group_cases(posted.on_behalf.ask(request)).await;
    let done = done.map(tonic::Response::into_inner);
    let note = if done.is_ok() { "" } else { said(&done).note() };
    let group = done.ok().map(|GroupCasesResponse { joined, refused, .. }| Group {
        joined: joined.into(),
        refused: refused.into_iter().map(|member| member.case).collect(),
    });
    let frame = Frame::new(&app, posted.staff, HERE, note);
    page(StatusCode::OK, &Groups { lang: Lang::Fa, frame, typed, group })
}

fn code(typed: &str) -> Option<String> {
    Some(typed.to_owned()).filter(|typed| !typed.is_empty())
}
