//! `GET /`: what this is and where to go.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;

use super::{PageQuery, page};
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    lang: Lang,
}

/// The first page.
pub(crate) async fn show(Query(query): Query<PageQuery>) -> Response {
    page(StatusCode::OK, &Home { lang: query.lang() })
}
