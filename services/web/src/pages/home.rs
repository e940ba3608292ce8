//! `GET /`: what this is and where to go.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::page;
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    lang: Lang,
}

/// The first page.
pub(crate) async fn show(lang: Lang) -> Response {
    page(StatusCode::OK, &Home { lang })
}
