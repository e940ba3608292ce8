//! `/api/v1/agency/referrals`: what the agency of the token has to act on.

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use contracts::intake::{Channel, Kind};
use contracts::routing::{
    GetReferralRequest, GetReferralResponse, ListOpenReferralsRequest, ListOpenReferralsResponse,
    ReferralIssued,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::referrals::{ActionView, state};
use super::{NotListed, NotShown, PAGE};
use crate::api::problem::Problem;
use crate::api::view::{Shown, each, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

/// A call in the name of the agency that the token is of; the services check the token at their own doors.
pub(crate) struct OfAgency {
    pub agency: String,
    pub on_behalf: OnBehalf,
}

impl FromRequestParts<App> for OfAgency {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let on_behalf = OnBehalf::from_request_parts(parts, app).await?;
        let token = on_behalf.0.to_str().ok().and_then(chassis::grpc::bearer_of).unwrap_or_default();
        let caller =
            app.sessions.caller(token).map_err(|unfit| Problem::unauthenticated(unfit.to_string()))?;
        if caller.agency.is_empty() {
            return Err(Problem::not_yours(
                "This is for an agency's own account: samad staff add … --agency CODE",
            ));
        }
        Ok(OfAgency { agency: caller.agency, on_behalf })
    }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichPage {
    /// `next_page` of the answer before.
    #[serde(default)]
    page: String,
}

view! {
    /// What an agency still has to act on, oldest first.
    OpenReferrals of ListOpenReferralsResponse {
        referrals: Vec<IssuedView> = each(referrals),
        /// Absent on the last page.
        next_page: Option<String> = some(next_page_token),
    }
}

view! {
    /// A referral as its agency knows it.
    OwnReferral of GetReferralResponse {
        /// issued, accepted, answered, returned, withdrawn or held.
        state: String = state(state),
        /// Of a referral that was returned or withdrawn neither statement nor place.
        referral: IssuedView = whole(issued),
        /// What was recorded on it, oldest first.
        actions: Vec<ActionView> = each(actions),
    }
}

view! {
    /// What the agency was given. It never says who the citizen is.
    IssuedView of ReferralIssued {
        referral_id: String,
        /// The same in every round.
        case_id: String,
        /// 1 for the first agency of the case, one more after each return.
        round: u32,
        agency: String,
        province: String,
        county: String,
        topic: String,
        /// request, complaint, suggestion, criticism, idea or report.
        kind: String = kind(kind),
        /// phone, voicemail, letter, web, sms or in_person.
        channel: String = channel(channel),
        statement: String,
        place: String,
        /// Stands for the citizen: the same for one case and agency, another for every other agency.
        pseudonym: String,
        programme: String,
        source_reference: String,
        issued_at: Option<Timestamp> = moment(issued_at),
        /// When the citizen was promised an answer.
        promised_at: Option<Timestamp> = moment(promised_at),
        /// By when the programme wants it, where it wants it sooner than promised.
        target_at: Option<Timestamp> = moment(target_at),
    }
}

fn kind(number: i32) -> String {
    word(Kind::try_from(number).unwrap_or_default().as_str_name(), "KIND_")
}

fn channel(number: i32) -> String {
    word(Channel::try_from(number).unwrap_or_default().as_str_name(), "CHANNEL_")
}

/// What the agency of the token still has to act on.
#[utoipa::path(
    get,
    path = "/api/v1/agency/referrals",
    params(WhichPage),
    responses((status = 200, description = "Oldest first", body = OpenReferrals), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_open_referrals(
    State(app): State<App>,
    OfAgency { agency, on_behalf }: OfAgency,
    Query(WhichPage { page: page_token }): Query<WhichPage>,
) -> Result<Shown<OpenReferrals>, Problem> {
    let request = ListOpenReferralsRequest { agency, page_token, page_size: PAGE };
    shown(app.routing.clone().list_open_referrals(on_behalf.ask(request)).await)
}

/// One referral of the agency of the token, open or ended.
#[utoipa::path(
    get,
    path = "/api/v1/agency/referrals/{referral_id}",
    params(("referral_id" = String, Path, description = "As the referral gave it")),
    responses((status = 200, description = "The referral", body = OwnReferral), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_referral(
    State(app): State<App>,
    OfAgency { agency, on_behalf }: OfAgency,
    Path(referral_id): Path<String>,
) -> Result<Shown<OwnReferral>, Problem> {
    let request = GetReferralRequest { agency, referral_id };
    shown(app.agencies.clone().get_referral(on_behalf.ask(request)).await)
}
