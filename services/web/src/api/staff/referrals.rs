//! `/api/v1/referrals`: who has a case and what they did, one agency more, and how often agencies return (rule 4).

use axum::extract::{Query, State};
use contracts::agency::ActionKind;
use contracts::routing::{
    Action, GetReturnFiguresRequest, GetReturnFiguresResponse, ListReferralsRequest, ListReferralsResponse,
    ReferCaseRequest, ReferCaseResponse, Referral, ReferralState, ReturnFigures,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NotDecided, NotListed, NotShown};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, moment, shown, view, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Of which case.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfCase {
    case_id: String,
}

view! {
    /// A case's referrals, by round.
    ReferralsView of ListReferralsResponse {
        referrals: Vec<ReferralView> = each(referrals),
    }
}

view! {
    /// A case sent to an agency.
    ReferralView of Referral {
        referral_id: String,
        case_id: String,
        round: u32,
        agency: String,
        /// issued, accepted, answered, returned, withdrawn or held.
        state: String = state(state),
        issued_at: Option<Timestamp> = moment(issued_at),
        actions: Vec<ActionView> = each(actions),
    }
}

view! {
    /// What the agency recorded.
    ActionView of Action {
        action_id: String,
        kind: String = kind(kind),
        text: String,
        recorded_at: Option<Timestamp> = moment(recorded_at),
    }
}

pub(super) fn state(number: i32) -> String {
    word(ReferralState::try_from(number).unwrap_or_default().as_str_name(), "REFERRAL_STATE_")
}

fn kind(number: i32) -> String {
    word(ActionKind::try_from(number).unwrap_or_default().as_str_name(), "ACTION_KIND_")
}

/// One agency more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReferral {
    case_id: String,
    agency: String,
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

view! {
    /// What follows.
    Referred of ReferCaseResponse {
        referral_id: String,
    }
}

/// Which referrals are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Counted {
    /// Of the cases of one province; absent: of all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// Issued from here on; absent: from the beginning.
    from: Option<Timestamp>,
    /// Issued before; absent: until now.
    until: Option<Timestamp>,
}

view! {
    /// How often cases came back.
    ReturnFiguresView of GetReturnFiguresResponse {
        agencies: Vec<AgencyReturns> = each(agencies),
        /// Cases that came to an arbiter, and those whose ruling became a rule.
        arbitrations: u64,
        became_rules: u64,
    }
}

view! {
    /// How often one agency returned what was sent to it.
    AgencyReturns of ReturnFigures {
        agency: String,
        referrals: u64,
        returned: u64,
        /// Returned, and sent back to the same agency by an arbiter.
        overruled: u64,
    }
}

/// The referrals of a case with their actions.
#[utoipa::path(
    get,
    path = "/api/v1/referrals",
    params(OfCase),
    responses((status = 200, description = "By round", body = ReferralsView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn list_referrals(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(OfCase { case_id }): Query<OfCase>,
) -> Result<Shown<ReferralsView>, Problem> {
    shown(app.routing.clone().list_referrals(on_behalf.ask(ListReferralsRequest { case_id })).await)
}

/// Sends a case to one agency more. An agency that has it already is answered with that referral.
#[utoipa::path(
    post,
    path = "/api/v1/referrals",
    request_body = NewReferral,
    responses((status = 200, description = "Referred", body = Referred), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn refer_case(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Sent(NewReferral { case_id, agency, reason }): Sent<NewReferral>,
) -> Result<Shown<Referred>, Problem> {
    let request = ReferCaseRequest { case_id, agency, reason, ..Default::default() };
    shown(app.rulings.clone().refer_case(on_behalf.ask(request)).await)
}

/// How often agencies returned what was sent to them, and what became of it.
#[utoipa::path(
    get,
    path = "/api/v1/return-figures",
    params(Counted),
    responses((status = 200, description = "By agency", body = ReturnFiguresView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn get_return_figures(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(Counted { province, from, until }): Query<Counted>,
) -> Result<Shown<ReturnFiguresView>, Problem> {
    let (from_at, until_at) = (from.map(timestamp), until.map(timestamp));
    let request = GetReturnFiguresRequest { province, from_at, until_at };
    shown(app.rulings.clone().get_return_figures(on_behalf.ask(request)).await)
}
