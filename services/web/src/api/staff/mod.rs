//! REST for the staff: what waits, and what is decided, in the name of who brings the token.

mod agency_actions;
mod agency_referrals;
mod arbitrations;
mod attendance;
mod calls;
mod campaigns;
mod commitments;
mod deadlines;
mod deductions;
mod desk_items;
mod documents;
mod evaluation;
mod extensions;
mod groups;
mod guidance;
mod held_answers;
mod letters;
mod matter;
mod meetings;
mod outages;
mod recordings;
mod referrals;
mod reports;
mod sheets;
mod table;
mod withdrawal;
mod work_list;

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::Deserialize;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::Problem;
use crate::state::App;
use crate::upstream::OnBehalf;

pub(crate) use self::letters::registered;
pub(crate) use self::recordings::{decoded, sound};
pub(crate) use self::sheets::{WhichSheet, handed_in, sheet};
pub(crate) use self::table::{SentTable, TABLE_BYTES};
pub(crate) use reports::{WhichReport, built};

/// Items of an answer, at most.
const PAGE: u32 = 100;

/// The routes, for the document too.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(extensions::list_extensions))
        .routes(routes!(extensions::rule_extension))
        .routes(routes!(arbitrations::list_arbitrations))
        .routes(routes!(arbitrations::rule_arbitration))
        .routes(routes!(held_answers::list_held_answers))
        .routes(routes!(held_answers::review_answer))
        .routes(routes!(desk_items::list_desk_items))
        .routes(routes!(desk_items::assign_desk_item))
        .routes(routes!(work_list::take_item))
        .routes(routes!(work_list::finish_item))
        .routes(routes!(work_list::release_items))
        .routes(routes!(work_list::get_hours))
        .routes(routes!(calls::record_voicemail))
        .routes(routes!(guidance::search_guidance))
        .routes(routes!(guidance::get_guidance))
        .routes(routes!(calls::store_recording))
        .routes(routes!(recordings::play_recording))
        .routes(routes!(calls::get_call_history))
        .routes(routes!(attendance::record_attendance))
        .routes(routes!(attendance::cancel_slot))
        .routes(routes!(meetings::list_meetings))
        .routes(routes!(meetings::call_meeting))
        .routes(routes!(meetings::get_agenda))
        .routes(routes!(meetings::invite_agencies))
        .routes(routes!(commitments::record_meeting))
        .routes(routes!(commitments::list_commitments))
        .routes(routes!(commitments::record_outcome))
        .routes(routes!(campaigns::list_campaigns))
        .routes(routes!(campaigns::open_campaign))
        .routes(routes!(campaigns::get_report))
        .routes(routes!(letters::import_letters))
        .routes(routes!(groups::group_cases))
        .routes(routes!(withdrawal::withdraw_case))
        .routes(routes!(agency_referrals::list_open_referrals))
        .routes(routes!(agency_referrals::get_referral))
        .routes(routes!(agency_actions::hand_in_action))
        .routes(routes!(referrals::list_referrals))
        .routes(routes!(referrals::refer_case))
        .routes(routes!(sheets::export_referrals))
        .routes(routes!(sheets::import_answers))
        .routes(routes!(documents::list_document_requests))
        .routes(routes!(documents::record_documents))
        .routes(routes!(referrals::get_return_figures))
        .routes(routes!(deadlines::explain_deadline))
        .routes(routes!(deadlines::list_overdue))
        .routes(routes!(deadlines::list_closures))
        .routes(routes!(deadlines::announce_closure))
        .routes(routes!(outages::revoke_closure))
        .routes(routes!(outages::charge_outage))
        .routes(routes!(outages::revoke_outage))
        .routes(routes!(evaluation::get_evaluation))
        .routes(routes!(deductions::list_deductions))
        .routes(routes!(deductions::file_rebuttal))
        .routes(routes!(deductions::rule_rebuttal))
        .routes(routes!(evaluation::get_evidence))
        .routes(routes!(reports::build_report))
}

/// Which items of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Province code; absent: all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// `next_page` of the answer before.
    #[serde(default)]
    page: String,
}

impl OptionalFromRequestParts<App> for OnBehalf {
    type Rejection = Problem;

    /// Whoever brings a token asks in its name; who brings none is the public.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        <OnBehalf as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}

impl FromRequestParts<App> for OnBehalf {
    type Rejection = Problem;

    /// The token is not looked at here: each service checks it at its own door.
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(chassis::grpc::bearer_of);
        let needed = || Problem::unauthenticated("Send a token: POST /api/v1/tokens makes one.");
        let worn = format!("Bearer {}", token.ok_or_else(needed)?).parse();
        worn.map(OnBehalf).map_err(|_| needed())
    }
}

/// What every list answers instead, for the document.
struct NotListed;

impl IntoResponses for NotListed {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[NO_TOKEN, NOT_ALLOWED, BUSY])
    }
}

/// What is answered instead of one thing that is asked for, for the document.
struct NotShown;

impl IntoResponses for NotShown {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[NO_TOKEN, NOT_ALLOWED, UNKNOWN, WRONG, BUSY])
    }
}

/// What every decision answers instead, for the document.
struct NotDecided;

impl IntoResponses for NotDecided {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let decided = (StatusCode::CONFLICT, "Decided otherwise before, or it needs no decision any more");
        problems(&[NO_TOKEN, NOT_ALLOWED, UNKNOWN, decided, WRONG, BUSY])
    }
}

const NO_TOKEN: (StatusCode, &str) = (StatusCode::UNAUTHORIZED, "No token, or one that is not taken");
const NOT_ALLOWED: (StatusCode, &str) = (StatusCode::FORBIDDEN, "Not in the token's role or scope");
const UNKNOWN: (StatusCode, &str) = (StatusCode::NOT_FOUND, "There is no such thing");
const WRONG: (StatusCode, &str) = (StatusCode::UNPROCESSABLE_ENTITY, "Fields that cannot be taken");
const BUSY: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "Busy: repeat after Retry-After");

fn problems(of: &[(StatusCode, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let problem = |(status, description): &(StatusCode, &str)| {
        let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
        let response =
            ResponseBuilder::new().description(*description).content("application/problem+json", content);
        (status.as_str().to_owned(), RefOr::T(response.build()))
    };
    of.iter().map(problem).collect()
}
