//! `/staff/deadlines`: what is overdue, the longest first, and the days on which offices are closed (rule 7).

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Role;
use contracts::deadline::{
    AnnounceClosureRequest, Closure, ListClosuresRequest, ListClosuresResponse, ListOverdueRequest,
    ListOverdueResponse, Overdue,
};
use serde::Deserialize;
use tonic::Status;

use super::frame::{Frame, Posted, Said, away, back, on_behalf};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/deadlines";
/// Overdue referrals of one page.
const ROWS: u32 = 50;
/// Closures shown: those of the latest days.
const CLOSURES: u32 = 20;

#[derive(Template)]
#[template(path = "staff_deadlines.html")]
struct Deadlines {
    lang: Lang,
    frame: Frame,
    overdue: Vec<Late>,
    /// Where the list goes on; empty: it ends here.
    next: String,
    closures: Vec<Closed>,
    /// Whether whoever reads closes offices.
    closes: bool,
    /// The id of the closure that the form announces: sent twice, it is announced once.
    closure: String,
}

struct Late {
    referral: String,
    agency: String,
    place: String,
    due: String,
    days: u64,
}

struct Closed {
    days: String,
    place: String,
    reason: String,
    moved: u64,
    /// Clocks are still being moved.
    moving: bool,
    revoked: bool,
}

/// Which page of the list; empty: the first.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Below {
    pub(super) page: String,
}

/// What is overdue and what is closed, in the province of whoever reads.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Query(Below { page: below }): Query<Below>,
    Query(said): Query<Said>,
) -> Response {
    match listed(&app, &staff, below).await {
        Ok((overdue, closures)) => {
            let deadlines = Deadlines {
                lang: Lang::Fa,
                closes: [Role::Manager, Role::Ops].contains(&staff.caller.role),
                frame: Frame::new(&app, staff, HERE, said.note()),
                overdue: overdue.items.into_iter().map(|item| late(&app, item)).collect(),
                next: overdue.next_page_token,
                closures: closures.closures.into_iter().map(|closure| closed(&app, closure)).collect(),
                closure: app.clock.new_id().to_string(),
            };
            page(StatusCode::OK, &deadlines)
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// Offices of the manager's province are closed; open clocks move.
pub(super) async fn close(State(app): State<App>, posted: Posted) -> Response {
    back(HERE, &announced(&app, &posted).await)
}

async fn announced(app: &App, posted: &Posted) -> Result<(), Status> {
    let (first_day, last_day) = (posted.day("first_day")?, posted.day("last_day")?);
    let request = AnnounceClosureRequest {
        closure_id: posted.field("closure"),
        province: posted.staff.caller.province.clone(),
        last_day: if last_day.is_empty() { first_day.clone() } else { last_day },
        first_day,
        reason_fa: posted.field("reason"),
    };
    app.deadlines.clone().announce_closure(posted.on_behalf.ask(request)).await.map(drop)
}

async fn listed(
    app: &App,
    staff: &Staff,
    below: String,
) -> Result<(ListOverdueResponse, ListClosuresResponse), Status> {
    let on_behalf = on_behalf(app, staff)?;
    let overdue = ListOverdueRequest { page_size: ROWS, page_token: below, ..Default::default() };
    let closures = ListClosuresRequest { page_size: CLOSURES, ..Default::default() };
    let (mut overdue_door, mut closures_door) = (app.deadlines.clone(), app.deadlines.clone());
    let (overdue, closures) = tokio::try_join!(
        overdue_door.list_overdue(on_behalf.ask(overdue)),
        closures_door.list_closures(on_behalf.ask(closures))
    )?;
    Ok((overdue.into_inner(), closures.into_inner()))
}

fn late(app: &App, item: Overdue) -> Late {
    let (due_at, now) = (moment(item.due_at), app.clock.now());
    let days = due_at.map_or(0, |due_at| app.calendar.days_between(due_at, now));
    Late {
        agency: app.names.agency_fa(&item.agency),
        place: app.names.place(Lang::Fa, &item.province, ""),
        due: due_at.map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default(),
        days: u64::try_from(days).unwrap_or_default(),
        referral: item.referral_id,
    }
}

fn closed(app: &App, closure: Closure) -> Closed {
    let day = |day: &str| day.parse().map(|day| jalali::Date::of(day).fa()).unwrap_or_default();
    let (first, last) = (day(&closure.first_day), day(&closure.last_day));
    Closed {
        days: if first == last { first } else { format!("{first} تا {last}") },
        place: match closure.province.as_str() {
            "" => "سراسر کشور".to_owned(),
            province => app.names.place(Lang::Fa, province, ""),
        },
        reason: closure.reason_fa,
        moved: closure.moved,
        moving: closure.parts_left > 0,
        revoked: closure.revoked_at.is_some(),
    }
}
