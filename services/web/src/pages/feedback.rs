//! `/track/feedback`: the citizen says whether the answer solved the matter, and sees what follows (rule 8).

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use contracts::TrackingCode;
use contracts::intake::FeedbackOutcome;
use serde::Deserialize;

use super::track;
use crate::api::{NotFound, give, verdict};
use crate::lang::Lang;
use crate::limits::Client;
use crate::state::App;

/// What the form sends. The code stays in the body, as everywhere.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FeedbackForm {
    code: String,
    verdict: String,
    text: String,
}

/// Takes the citizen's word and shows the case as it now stands.
pub(crate) async fn say(
    State(app): State<App>,
    client: Client,
    lang: Lang,
    form: Result<Form<FeedbackForm>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let (Ok(code), Some(verdict)) = (form.code.parse::<TrackingCode>(), verdict(&form.verdict)) else {
        return track::show(&app, client, lang, &form.code, "").await;
    };
    // Browsers send line breaks as two characters.
    let text = form.text.replace("\r\n", "\n");
    let note = match give(&app, client, code, (verdict, text, 0)).await {
        Ok(heard) => heard_of(lang, heard.outcome()),
        Err(NotFound::Refused(status)) if status.code() == tonic::Code::FailedPrecondition => lang.say(
            "دربارهٔ این پاسخ پیش‌تر چیز دیگری گفته شده، یا مهلت آن گذشته است. با ۱۱۱ تماس بگیرید.",
            "Something else was said of this answer before, or the time for it is over. Please call 111.",
        ),
        Err(NotFound::Refused(status)) if status.code() == tonic::Code::InvalidArgument => lang.say(
            "نوشته بیش از ۴۰۰۰ نویسه است؛ کوتاه‌ترش کنید.",
            "The text has more than 4,000 characters: shorten it.",
        ),
        // The case cannot be shown either, and its page says why.
        Err(_) => "",
    };
    track::show(&app, client, lang, &form.code, note).await
}

fn heard_of(lang: Lang, outcome: FeedbackOutcome) -> &'static str {
    match outcome {
        FeedbackOutcome::Reopened => lang.say(
            "پروندهٔ شما دوباره باز شد و با گفتهٔ شما به دستگاه پاسخ‌دهنده بازمی‌گردد.",
            "Your case is open again and goes back with your words to the agency that answered.",
        ),
        FeedbackOutcome::Arbiter => lang.say(
            "پروندهٔ شما دوباره باز شد و داور استان دربارهٔ آن تصمیم می‌گیرد.",
            "Your case is open again, and the province's arbiter decides on it.",
        ),
        FeedbackOutcome::Complaint => lang.say(
            "شکایت از عدم اقدام دستگاه ثبت شد؛ کد رهگیری آن پیامک می‌شود.",
            "The agency's inaction is complained of; the complaint's tracking code is sent to you.",
        ),
        FeedbackOutcome::Kept | FeedbackOutcome::Unspecified => {
            lang.say("گفتهٔ شما ثبت شد. سپاس.", "Your word is recorded. Thank you.")
        }
    }
}
