//! REST for programs; the OpenAPI document is made from the same routes.

mod attendance;
mod cases;
mod contacts;
mod feedback;
mod health;
mod idempotency;
mod new_contact;
mod openapi;
pub(crate) mod problem;
mod sent;
mod staff;
mod tokens;
pub(crate) mod view;

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

pub(crate) use cases::{NotFound, STAGES, find, stages_reached};
pub(crate) use feedback::{give, verdict};
pub(crate) use staff::{
    SentTable, TABLE_BYTES, WhichReport, WhichSheet, built, decoded, handed_in, registered, sheet, sound,
};

/// The API, its document at `/api/v1/openapi.json`, and the health routes.
pub(crate) fn routes() -> Router<App> {
    let (router, document) = OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(routes!(contacts::register_contact))
        .routes(routes!(cases::get_case))
        .routes(routes!(feedback::give_feedback))
        .routes(routes!(attendance::list_attendance))
        .routes(routes!(tokens::make_token))
        .merge(staff::routes())
        .split_for_parts();
    router
        .route("/api/v1/openapi.json", get(openapi::serve(&document)))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
}
