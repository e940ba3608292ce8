//! How deadlines were computed, what is overdue, and the closures that move them (rule 7).

use axum::extract::{Path, Query, State};
use contracts::deadline::{
    AnnounceClosureRequest, AnnounceClosureResponse, Charge, ChargeReason, ChargedTo, ClockState, Closure,
    ExplainDeadlineRequest, ExplainDeadlineResponse, ListClosuresRequest, ListClosuresResponse,
    ListOverdueRequest, ListOverdueResponse, Overdue, Step,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NotDecided, NotListed, NotShown, PAGE, Which};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

view! {
    /// A deadline and its derivation.
    DeadlineView of ExplainDeadlineResponse {
        referral_id: String,
        /// running, breached or ended.
        state: String = state(state),
        due_at: Option<Timestamp> = moment(due_at),
        steps: Vec<StepView> = each(steps),
        /// The account of the time so far, or until the end.
        charges: Vec<ChargeView> = each(charges),
    }
}

view! {
    /// One line of a derivation.
    StepView of Step {
        at: Option<Timestamp> = moment(at),
        text_fa: String,
        text_en: String,
    }
}

view! {
    /// Time, and whose it is.
    ChargeView of Charge {
        /// agency, citizen, centre or system.
        to: String = charged_to(to),
        reason: String = charge_reason(reason),
        seconds: u64,
    }
}

view! {
    /// Clocks past their due moment, longest overdue first.
    OverdueListView of ListOverdueResponse {
        items: Vec<OverdueView> = each(items),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// A referral that is not answered in time.
    OverdueView of Overdue {
        referral_id: String,
        case_id: String,
        agency: String,
        province: String,
        due_at: Option<Timestamp> = moment(due_at),
    }
}

view! {
    /// Closures, latest days first.
    ClosuresView of ListClosuresResponse {
        closures: Vec<ClosureView> = each(closures),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// Days on which offices are closed.
    ClosureView of Closure {
        closure_id: String,
        /// Empty: the whole country.
        province: String,
        /// YYYY-MM-DD in the Gregorian calendar, both included.
        first_day: String,
        last_day: String,
        reason_fa: String,
        announced_at: Option<Timestamp> = moment(announced_at),
        revoked_at: Option<Timestamp> = moment(revoked_at),
        /// Clocks that it moved so far, and parts of the work that are still to do.
        moved: u64,
        parts_left: u32,
    }
}

view! {
    /// A closure as it now is.
    Announced of AnnounceClosureResponse {
        closure: ClosureView = whole(closure),
        /// It was announced before: nothing was changed.
        known: bool,
    }
}

fn state(number: i32) -> String {
    word(ClockState::try_from(number).unwrap_or_default().as_str_name(), "CLOCK_STATE_")
}

fn charged_to(number: i32) -> String {
    word(ChargedTo::try_from(number).unwrap_or_default().as_str_name(), "CHARGED_TO_")
}

fn charge_reason(number: i32) -> String {
    word(ChargeReason::try_from(number).unwrap_or_default().as_str_name(), "CHARGE_REASON_")
}

/// A closure to announce.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClosure {
    /// Absent: the whole country.
    #[serde(default)]
    province: String,
    /// Days in Tehran, YYYY-MM-DD of the Gregorian calendar, both included; 60 days at most, perhaps past ones.
    first_day: String,
    last_day: String,
    reason_fa: String,
}

/// How a referral's deadline was computed, step by step, in Persian and English.
#[utoipa::path(
    get,
    path = "/api/v1/referrals/{referral_id}/deadline",
    params(("referral_id" = String, Path)),
    responses((status = 200, description = "The derivation", body = DeadlineView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn explain_deadline(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(referral_id): Path<String>,
) -> Result<Shown<DeadlineView>, Problem> {
    shown(app.deadlines.clone().explain_deadline(on_behalf.ask(ExplainDeadlineRequest { referral_id })).await)
}

/// Referrals past their deadline that are not answered.
#[utoipa::path(
    get,
    path = "/api/v1/overdue",
    params(Which),
    responses((status = 200, description = "Longest overdue first", body = OverdueListView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_overdue(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<Shown<OverdueListView>, Problem> {
    let request = ListOverdueRequest { province, page_size: PAGE, page_token: page };
    shown(app.deadlines.clone().list_overdue(on_behalf.ask(request)).await)
}

/// Closures of a province and of the whole country.
#[utoipa::path(
    get,
    path = "/api/v1/closures",
    params(Which),
    responses((status = 200, description = "Latest days first", body = ClosuresView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_closures(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Which { province, page }): Query<Which>,
) -> Result<Shown<ClosuresView>, Problem> {
    let request = ListClosuresRequest { province, page_size: PAGE, page_token: page };
    shown(app.deadlines.clone().list_closures(on_behalf.ask(request)).await)
}

/// Closes offices for some days and moves the open clocks that this touches. Repeated, it changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/closures/{closure_id}",
    params(("closure_id" = String, Path, description = "A UUID of the caller's, the same on every repeat")),
    request_body = NewClosure,
    responses((status = 200, description = "Announced", body = Announced), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn announce_closure(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(closure_id): Path<String>,
    Sent(NewClosure { province, first_day, last_day, reason_fa }): Sent<NewClosure>,
) -> Result<Shown<Announced>, Problem> {
    let request = AnnounceClosureRequest { closure_id, province, first_day, last_day, reason_fa };
    shown(app.deadlines.clone().announce_closure(on_behalf.ask(request)).await)
}
