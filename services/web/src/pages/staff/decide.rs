//! `/staff/decide`: one decision from the desk, in the name of whoever is signed in.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use contracts::routing::{
    AssignDeskItemRequest, ReviewAnswerRequest, RuleArbitrationRequest, RuleExtensionRequest,
};
use serde::Deserialize;
use tonic::{Code, Status};

use super::desk;
use crate::session::Staff;
use crate::state::App;
use crate::upstream::OnBehalf;

/// What the desk's forms send; each fills its own fields.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    form: String,
    what: String,
    referral: String,
    action: String,
    arbitration: String,
    case: String,
    /// `yes` grants, passes; anything else refuses, gives back.
    verdict: String,
    agency: String,
    days: String,
    reason: String,
    becomes_rule: String,
}

/// Decides, and shows the desk again.
pub(super) async fn take(
    State(app): State<App>,
    staff: Staff,
    form: Result<Form<Decision>, FormRejection>,
) -> Response {
    let decision = form.map(|Form(decision)| decision).unwrap_or_default();
    if !app.sessions.is_form_of(&staff.caller, &decision.form) {
        let note = "این فرم کهنه است؛ دوباره تلاش کنید.";
        return desk::with_note(&app, staff, StatusCode::FORBIDDEN, note).await;
    }
    match decide(&app, &staff, decision).await {
        Ok(()) => Redirect::to("/staff?done=true").into_response(),
        Err(refused) => {
            let (status, note) = said(&refused);
            desk::with_note(&app, staff, status, note).await
        }
    }
}

async fn decide(app: &App, staff: &Staff, decision: Decision) -> Result<(), Status> {
    let on_behalf = OnBehalf(app.sessions.bearer(&staff.caller)?);
    let (mut rulings, mut routing) = (app.rulings.clone(), app.routing.clone());
    let Decision { what, referral, action, arbitration, case, verdict, agency, days, reason, .. } = decision;
    let (referral_id, action_id, yes) = (referral, action, verdict == "yes");
    // Browsers send line breaks as two characters.
    let reason = reason.replace("\r\n", "\n");
    match what.as_str() {
        "extension" => {
            let days = jalali::digits::latin(days.trim());
            let days = if days.is_empty() { Ok(0) } else { days.parse() };
            let days = days.map_err(|_| Status::invalid_argument("days"))?;
            let request = RuleExtensionRequest {
                referral_id,
                action_id,
                grant: yes,
                days,
                reason,
                ..Default::default()
            };
            rulings.rule_extension(on_behalf.ask(request)).await.map(drop)
        }
        "arbitration" => {
            let (arbitration_id, becomes_rule) = (arbitration, !decision.becomes_rule.is_empty());
            let request =
                RuleArbitrationRequest { arbitration_id, agency, reason, becomes_rule, ..Default::default() };
            rulings.rule_arbitration(on_behalf.ask(request)).await.map(drop)
        }
        "answer" => {
            let request =
                ReviewAnswerRequest { referral_id, action_id, pass: yes, reason, ..Default::default() };
            rulings.review_answer(on_behalf.ask(request)).await.map(drop)
        }
        "desk" => {
            let request = AssignDeskItemRequest { case_id: case, agency };
            routing.assign_desk_item(on_behalf.ask(request)).await.map(drop)
        }
        _ => Err(Status::invalid_argument("what")),
    }
}

/// A refusal for the reader.
fn said(refused: &Status) -> (StatusCode, &'static str) {
    match refused.code() {
        Code::InvalidArgument => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "ثبت نشد: دلیل را بنویسید، دستگاه را برگزینید و روزها را بیش از آنچه خواسته شده ننویسید.",
        ),
        Code::FailedPrecondition => {
            (StatusCode::CONFLICT, "ثبت نشد: پیش‌تر دربارهٔ آن تصمیم گرفته شده، یا دیگر به تصمیم نیازی ندارد.")
        }
        Code::PermissionDenied => (StatusCode::FORBIDDEN, "ثبت نشد: این تصمیم در اختیار شما نیست."),
        Code::NotFound => (StatusCode::NOT_FOUND, "ثبت نشد: چنین موردی نیست."),
        code => {
            tracing::warn!(?code, "a decision could not be taken");
            (StatusCode::SERVICE_UNAVAILABLE, "اکنون ثبت نشد؛ چند لحظهٔ دیگر دوباره تلاش کنید.")
        }
    }
}
