//! `GET /river`: the live page, and its events.

use std::convert::Infallible;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;

use super::page;
use crate::api::problem::Problem;
use crate::lang::Lang;
use crate::state::App;

#[derive(Template)]
#[template(path = "river.html")]
struct River<'a> {
    lang: Lang,
    panel: &'a str,
}

/// The page with what was seen last; the script keeps it current.
pub(crate) async fn show(State(app): State<App>, lang: Lang) -> Response {
    let seen = app.feed.latest();
    page(StatusCode::OK, &River { lang, panel: seen.html(lang) })
}

/// The panel once a second, for as long as the viewer looks.
pub(crate) async fn events(State(app): State<App>, lang: Lang) -> Result<impl IntoResponse, Problem> {
    let seat = app.viewers.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let events = app.feed.stream().map(move |seen| {
        let _held = &seat;
        Ok::<_, Infallible>(Event::default().event("panel").data(seen.html(lang)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
