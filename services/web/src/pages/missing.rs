//! What is not there: a page for people, a problem for programs.

use askama::Template;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::page;
use crate::api::problem::Problem;
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    lang: Lang,
}

/// 404.
pub(crate) async fn page_or_problem(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return Problem::not_found("There is no such resource.").into_response();
    }
    page(StatusCode::NOT_FOUND, &Missing { lang: Lang::Fa })
}

/// 405.
pub(crate) async fn method() -> Problem {
    Problem::refused(StatusCode::METHOD_NOT_ALLOWED, "This resource does not take this method.")
}
