//! What went wrong: a page for people, a problem for programs. No error leaves without words.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::page;
use crate::api::problem::Problem;
use crate::lang::Lang;
use crate::open311;

#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble {
    lang: Lang,
    status: u16,
    title: &'static str,
    advice: &'static str,
}

/// Nothing is under this address.
pub(crate) async fn missing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// What is here does not take this method.
pub(crate) async fn method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// Gives errors their words: those of this service's own routes, and those of the layers around them (too long, too
/// many at once, a panic). Answers for probes stay as they are.
pub(crate) async fn put_in_words(request: Request, next: Next) -> Response {
    let lang = Lang::of_query(request.uri().query());
    let path = request.uri().path();
    let open311 = open311::Format::of_path(path);
    let (api, probe) = (path.starts_with("/api/"), matches!(path, "/healthz" | "/readyz"));
    let bare = next.run(request).await;
    let status = bare.status();
    if probe || !(status.is_client_error() || status.is_server_error()) {
        return bare;
    }
    let worded = if api { "application/problem+json" } else { "text/html" };
    let worded = open311.map_or(worded, open311::Format::media_type);
    if is(bare.headers(), worded) {
        return bare;
    }
    let mut response = match open311 {
        Some(format) => open311::Fault::of(status).written(format),
        None if api => Problem::of(status).into_response(),
        None => page(status, &Trouble::new(lang, status)),
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn is(headers: &HeaderMap, kind: &str) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(kind.as_bytes()))
}

impl Trouble {
    fn new(lang: Lang, status: StatusCode) -> Self {
        let (fa, en) = match status {
            StatusCode::NOT_FOUND => (
                ("این صفحه پیدا نشد", "شاید نشانی درست نوشته نشده باشد."),
                ("This page was not found", "The address may be mistyped."),
            ),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                (
                    (
                        "اکنون نمی‌توانیم پاسخ دهیم",
                        "سامانه شلوغ است. چند لحظهٔ دیگر دوباره تلاش کنید؛ پرونده‌های شما محفوظ است.",
                    ),
                    (
                        "We cannot answer just now",
                        "The system is busy. Please try again in a moment: your cases are safe.",
                    ),
                )
            }
            _ if status.is_client_error() => (
                ("این درخواست پذیرفته نشد", "از خانه دوباره آغاز کنید یا با ۱۱۱ تماس بگیرید."),
                ("This request was not taken", "Start again from the home page, or call 111."),
            ),
            _ => (
                (
                    "کار به سرانجام نرسید",
                    "خطا از ماست و ثبت شد. چند دقیقهٔ دیگر دوباره تلاش کنید؛ پرونده‌های شما محفوظ است.",
                ),
                (
                    "Something failed",
                    "The fault is ours and was recorded. Please try again in a few minutes: your cases are safe.",
                ),
            ),
        };
        let (title, advice) = match lang {
            Lang::Fa => fa,
            Lang::En => en,
        };
        Trouble { lang, status: status.as_u16(), title, advice }
    }
}
