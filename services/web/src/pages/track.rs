//! `/track`: the citizen asks after a case. The code travels in the body of a form: URLs are kept in
//! histories and logs.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use contracts::{TrackingCode, TrackingCodeError};
use serde::Deserialize;

use super::case::CasePage;
use super::page;
use crate::api::{NotFound, find};
use crate::lang::Lang;
use crate::limits::{Client, TooMany};
use crate::state::App;

/// A code has ten digits; with spaces and dashes it is still shorter than this.
const MAX_TYPED: usize = 40;

#[derive(Template)]
#[template(path = "track.html")]
struct Ask {
    lang: Lang,
    /// As typed, so that one digit can be mended.
    typed: String,
    /// What is wrong, for the citizen; empty at first.
    wrong: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct TrackForm {
    #[serde(default)]
    code: String,
}

/// The form.
pub(crate) async fn ask(lang: Lang) -> Response {
    page(StatusCode::OK, &Ask { lang, typed: String::new(), wrong: String::new() })
}

/// The case, or the form again with what is wrong.
pub(crate) async fn answer(
    State(app): State<App>,
    client: Client,
    lang: Lang,
    form: Result<Form<TrackForm>, FormRejection>,
) -> Response {
    let code = form.map(|Form(form)| form.code).unwrap_or_default();
    show(&app, client, lang, &code, "").await
}

/// The case with the code that was typed and, above it, what is to be said of it.
pub(super) async fn show(app: &App, client: Client, lang: Lang, code: &str, note: &'static str) -> Response {
    let typed: String = code.chars().take(MAX_TYPED).collect();
    let again = |status, wrong| page(status, &Ask { lang, typed: typed.clone(), wrong });
    let code: TrackingCode = match typed.parse() {
        Ok(code) => code,
        Err(error) => return again(StatusCode::UNPROCESSABLE_ENTITY, wrong_code(lang, error)),
    };
    match find(app, client, code).await {
        Ok(case) => page(StatusCode::OK, &CasePage::new(lang, case, app, note)),
        Err(NotFound::TooMany(limit)) => {
            let response = again(StatusCode::TOO_MANY_REQUESTS, too_many(lang, limit));
            ([(header::RETRY_AFTER, limit.wait_s().to_string())], response).into_response()
        }
        Err(NotFound::Refused(status)) if status.code() == tonic::Code::NotFound => {
            let said = lang.say(
                "پرونده‌ای با این کد پیدا نشد. کد را از روی پیامک دوباره وارد کنید یا با ۱۱۱ تماس بگیرید.",
                "No case has this code. Enter it again from your message, or call 111.",
            );
            again(StatusCode::NOT_FOUND, said.to_owned())
        }
        Err(NotFound::Refused(status)) => {
            tracing::warn!(code = ?status.code(), "a case cannot be shown");
            let said = lang.say(
                "اکنون نمی‌توانیم پرونده را نشان دهیم. پروندهٔ شما محفوظ است؛ چند دقیقهٔ دیگر دوباره تلاش کنید.",
                "We cannot show the case just now. Your case is safe: please try again in a few minutes.",
            );
            again(StatusCode::SERVICE_UNAVAILABLE, said.to_owned())
        }
    }
}

fn wrong_code(lang: Lang, error: TrackingCodeError) -> String {
    let said = match error {
        TrackingCodeError::Length => lang.say(
            "کد رهگیری ده رقم است. لطفاً همهٔ رقم‌ها را وارد کنید.",
            "A tracking code has ten digits. Please enter all of them.",
        ),
        TrackingCodeError::Check => lang.say(
            "یکی از رقم‌ها درست نیست یا جای دو رقم عوض شده است. لطفاً کد را یک بار دیگر ببینید.",
            "One digit is wrong or two are swapped. Please look at the code once more.",
        ),
    };
    said.to_owned()
}

fn too_many(lang: Lang, limit: TooMany) -> String {
    let wait = lang.span(limit.wait_s());
    match lang {
        Lang::Fa => format!(
            "از این نشانی کدهای نادرست زیادی پرسیده شده است. {wait} دیگر دوباره تلاش کنید یا با ۱۱۱ تماس بگیرید."
        ),
        Lang::En => format!(
            "Too many codes were asked for from this address. Please try again in {wait}, or call 111."
        ),
    }
}
