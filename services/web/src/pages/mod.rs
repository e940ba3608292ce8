//! Pages for people.

mod assets;
mod attendance;
mod case;
mod feedback;
mod home;
mod river;
mod staff;
mod track;
pub(crate) mod trouble;

use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::state::App;

/// The pages and what they need.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/track", get(track::ask).post(track::answer))
        .route("/track/feedback", post(feedback::say))
        .route("/attendance", get(attendance::show))
        .route("/attendance.ics", get(attendance::feed))
        .route("/river", get(river::show))
        .route("/river/events", get(river::events))
        .route("/assets/{*path}", get(assets::serve))
        .merge(staff::routes())
        .fallback(trouble::missing)
}

/// The page; never kept by browsers or proxies, since it may be about a case.
fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
