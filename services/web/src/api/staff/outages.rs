//! What the national body takes back or charges to others (rule 7): closures that were none, and hours of broken delivery.

use axum::extract::{Path, State};
use contracts::deadline::{
    ChargeOutageRequest, ChargeOutageResponse, ChargedTo, RevokeClosureRequest, RevokeClosureResponse,
    RevokeOutageRequest, RevokeOutageResponse,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::NotDecided;
use super::deadlines::ClosureView;
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, shown, view, whole};
use crate::state::App;
use crate::upstream::OnBehalf;

view! {
    /// A closure as it now is.
    RevokedClosure of RevokeClosureResponse {
        closure: ClosureView = whole(closure),
        /// It was revoked before: nothing was changed.
        known: bool,
    }
}

view! {
    /// Hours of broken delivery are charged.
    ChargedOutage of ChargeOutageResponse {
        /// They were charged before: nothing was changed.
        known: bool,
    }
}

view! {
    /// A charge is taken back.
    RevokedOutage of RevokeOutageResponse {
        /// It was taken back before: nothing was changed.
        known: bool,
    }
}

/// Hours of broken delivery to charge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOutage {
    agency: String,
    /// 1,440 hours at most, from first to last.
    from_at: Timestamp,
    until_at: Timestamp,
    /// system: the agency's open clocks move; agency: they do not.
    #[schema(pattern = "^(system|agency)$")]
    to: String,
    reason_fa: String,
}

/// Why something is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyRevoked {
    reason_fa: String,
}

/// Charges hours in which delivery to an agency was broken, and moves the open clocks that this touches. Repeated, it
/// changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/outages/{outage_id}",
    params(("outage_id" = String, Path, description = "A UUID of the caller's, the same on every repeat")),
    request_body = NewOutage,
    responses((status = 200, description = "Charged", body = ChargedOutage), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn charge_outage(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(outage_id): Path<String>,
    Sent(NewOutage { agency, from_at, until_at, to, reason_fa }): Sent<NewOutage>,
) -> Result<Shown<ChargedOutage>, Problem> {
    let to = match to.as_str() {
        "system" => ChargedTo::System,
        "agency" => ChargedTo::Agency,
        _ => return Err(Problem::unknown_word("to", &to, &["system", "agency"])),
    };
    let (from_at, until_at) = (Some(timestamp(from_at)), Some(timestamp(until_at)));
    let request = ChargeOutageRequest { outage_id, agency, from_at, until_at, to: to.into(), reason_fa };
    shown(app.deadlines.clone().charge_outage(on_behalf.ask(request)).await)
}

/// Takes a charge of broken delivery back; the clocks move back. Repeated, it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/outages/{outage_id}/revocation",
    params(("outage_id" = String, Path)),
    request_body = WhyRevoked,
    responses((status = 200, description = "Taken back", body = RevokedOutage), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn revoke_outage(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(outage_id): Path<String>,
    Sent(WhyRevoked { reason_fa }): Sent<WhyRevoked>,
) -> Result<Shown<RevokedOutage>, Problem> {
    let request = RevokeOutageRequest { outage_id, reason_fa };
    shown(app.deadlines.clone().revoke_outage(on_behalf.ask(request)).await)
}

/// Takes a closure back; the clocks that it moved move back. Repeated, it changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/closures/{closure_id}/revocation",
    params(("closure_id" = String, Path)),
    request_body = WhyRevoked,
    responses((status = 200, description = "Taken back", body = RevokedClosure), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn revoke_closure(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(closure_id): Path<String>,
    Sent(WhyRevoked { reason_fa }): Sent<WhyRevoked>,
) -> Result<Shown<RevokedClosure>, Problem> {
    let request = RevokeClosureRequest { closure_id, reason_fa };
    shown(app.deadlines.clone().revoke_closure(on_behalf.ask(request)).await)
}
