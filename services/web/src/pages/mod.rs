//! Pages for people.

mod assets;
mod home;
pub(crate) mod missing;
mod river;
mod track;

use askama::Template;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::lang::Lang;
use crate::state::App;

/// The pages and what they need.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/track", get(track::ask).post(track::answer))
        .route("/river", get(river::show))
        .route("/river/events", get(river::events))
        .route("/assets/{*path}", get(assets::serve))
        .fallback(missing::page_or_problem)
}

/// What every page may be asked: `?lang=en`.
#[derive(Deserialize)]
pub(crate) struct PageQuery {
    lang: Option<String>,
}

impl PageQuery {
    fn lang(&self) -> Lang {
        Lang::of(self.lang.as_deref())
    }
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
