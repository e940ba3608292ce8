//! `/staff/sign-in`: a name and a password for a session of a working day.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chassis::Role;
use contracts::intake::ReleaseItemsRequest;
use serde::Deserialize;

use super::frame::on_behalf;
use crate::lang::Lang;
use crate::limits::Client;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

#[derive(Template)]
#[template(path = "staff_sign_in.html")]
struct SignIn {
    lang: Lang,
    account: String,
    /// What is wrong; empty at first.
    wrong: String,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    account: String,
    password: String,
}

/// What the button to leave sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LeaveForm {
    form: String,
}

/// The form.
pub(super) async fn ask() -> Response {
    again(StatusCode::OK, String::new(), "")
}

/// A session, or the form again with what is wrong. It does not tell which of the two was wrong.
pub(super) async fn answer(
    State(app): State<App>,
    client: Client,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Response {
    let SignInForm { account, password } = form.map(|Form(form)| form).unwrap_or_default();
    let account = account.trim().to_ascii_lowercase();
    if let Err(limit) = app.limits.sign_in(client.0) {
        let wrong = format!(
            "از این نشانی رمزهای نادرست زیادی زده شده است. {} دیگر دوباره تلاش کنید.",
            Lang::Fa.span(limit.wait_s())
        );
        let page = again(StatusCode::TOO_MANY_REQUESTS, account, &wrong);
        return ([(header::RETRY_AFTER, limit.wait_s().to_string())], page).into_response();
    }
    let Some(caller) = app.directory.sign_in(&account, password).await else {
        app.limits.wrong_password(client.0);
        return again(StatusCode::UNAUTHORIZED, account, "نام کاربری یا رمز درست نیست.");
    };
    match app.sessions.begin(&caller) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/staff")).into_response(),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a session cannot begin");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The end of a session; only by the button that was made for it.
pub(super) async fn leave(
    State(app): State<App>,
    staff: Staff,
    form: Result<Form<LeaveForm>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form.form).unwrap_or_default();
    match app.sessions.end() {
        Ok(cookie) if app.sessions.is_form_of(&staff.caller, &form) => {
            put_back(&app, &staff).await;
            ([(header::SET_COOKIE, cookie)], Redirect::to("/staff/sign-in")).into_response()
        }
        _ => StatusCode::FORBIDDEN.into_response(),
    }
}

/// What an operator who leaves has in hand goes back to its place (rule 1). Whoever wants to leave does so in any case: the
/// end of the lease puts it back, too.
async fn put_back(app: &App, staff: &Staff) {
    if ![Role::Operator, Role::Ops].contains(&staff.caller.role) {
        return;
    }
    let released = match on_behalf(app, staff) {
        Ok(on_behalf) => {
            let request = on_behalf.ask(ReleaseItemsRequest::default());
            app.work.clone().release_items(request).await.map(drop)
        }
        Err(status) => Err(status),
    };
    if let Err(status) = released {
        tracing::warn!(code = ?status.code(), "what an operator who left had in hand waits for its lease to end");
    }
}

fn again(status: StatusCode, account: String, wrong: &str) -> Response {
    page(status, &SignIn { lang: Lang::Fa, account, wrong: wrong.to_owned() })
}
