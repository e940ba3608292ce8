//! `/track`: the citizen asks after a case. The code travels in the body of a form: URLs are kept in
//! histories and logs.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use contracts::intake::{Case, Kind};
use contracts::{TrackingCode, TrackingCodeError};
use jiff::Timestamp;
use serde::Deserialize;
use tonic::Code;

use super::{PageQuery, page};
use crate::api::{STAGES, find, stages_reached};
use crate::jalali::Calendar;
use crate::lang::Lang;
use crate::state::App;

#[derive(Template)]
#[template(path = "track.html")]
struct Ask {
    lang: Lang,
    /// As typed, so that one digit can be mended.
    typed: String,
    /// What is wrong, for the citizen; empty at first.
    wrong: &'static str,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    lang: Lang,
    code: String,
    kind: &'static str,
    stages: Vec<StageRow>,
    registered: String,
    promised: String,
    /// How far the promised date is; empty when answered or without one.
    left: String,
    overdue: bool,
    answered: String,
    holders: Vec<HolderRow>,
    answer: String,
}

struct StageRow {
    title: &'static str,
    note: &'static str,
    reached: bool,
    current: bool,
}

struct HolderRow {
    name: String,
    since: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct TrackForm {
    #[serde(default)]
    code: String,
}

/// The form.
pub(crate) async fn ask(Query(query): Query<PageQuery>) -> Response {
    page(StatusCode::OK, &Ask { lang: query.lang(), typed: String::new(), wrong: "" })
}

/// The case, or the form again with what is wrong.
pub(crate) async fn answer(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
    form: Result<Form<TrackForm>, FormRejection>,
) -> Response {
    let lang = query.lang();
    let typed: String = form.map(|Form(form)| form.code).unwrap_or_default().chars().take(40).collect();
    let again = |status, wrong| page(status, &Ask { lang, typed: typed.clone(), wrong });
    let code: TrackingCode = match typed.parse() {
        Ok(code) => code,
        Err(error) => return again(StatusCode::UNPROCESSABLE_ENTITY, wrong_code(lang, error)),
    };
    match find(&app, code).await {
        Ok(case) => page(StatusCode::OK, &CasePage::new(lang, case, &app.calendar, app.clock.now())),
        Err(status) if status.code() == Code::NotFound => again(
            StatusCode::NOT_FOUND,
            lang.say(
                "پرونده‌ای با این کد پیدا نشد. کد را از روی پیامک دوباره وارد کنید یا با ۱۱۱ تماس بگیرید.",
                "No case has this code. Enter it again from your message, or call 111.",
            ),
        ),
        Err(status) => {
            tracing::warn!(code = ?status.code(), "a case cannot be shown");
            again(
                StatusCode::SERVICE_UNAVAILABLE,
                lang.say(
                    "اکنون نمی‌توانیم پرونده را نشان دهیم. پروندهٔ شما محفوظ است؛ چند دقیقهٔ دیگر دوباره تلاش کنید.",
                    "We cannot show the case just now. Your case is safe: please try again in a few minutes.",
                ),
            )
        }
    }
}

fn wrong_code(lang: Lang, error: TrackingCodeError) -> &'static str {
    match error {
        TrackingCodeError::Length => lang.say(
            "کد رهگیری ده رقم است. لطفاً همهٔ رقم‌ها را وارد کنید.",
            "A tracking code has ten digits. Please enter all of them.",
        ),
        TrackingCodeError::Check => lang.say(
            "یکی از رقم‌ها درست نیست یا جای دو رقم عوض شده است. لطفاً کد را یک بار دیگر ببینید.",
            "One digit is wrong or two are swapped. Please look at the code once more.",
        ),
    }
}

impl CasePage {
    fn new(lang: Lang, case: Case, calendar: &Calendar, now: Timestamp) -> Self {
        let instant = |wire: Option<_>| contracts::optional_instant(wire.as_ref()).ok().flatten();
        let date = |wire: Option<_>| instant(wire).map_or_else(String::new, |at| calendar.date(lang, at));
        let reached = stages_reached(&case);
        let open = reached < STAGES.len();
        let days_left = instant(case.due_at).filter(|_| open).map(|due| calendar.days_between(now, due));
        let overdue = instant(case.due_at).is_some_and(|due| open && due < now);
        let mut holders = case.holders;
        holders.sort_by_key(|holder| holder.since.map(|since| since.seconds));
        CasePage {
            lang,
            kind: kind(lang, Kind::try_from(case.kind).unwrap_or_default()),
            code: lang.digits(&case.tracking_code),
            stages: stages(lang, reached),
            registered: date(case.registered_at),
            promised: date(case.due_at),
            left: days_left.map_or_else(String::new, |days| distance(lang, days, overdue)),
            overdue,
            answered: date(case.closed_at),
            holders: holders
                .into_iter()
                .map(|holder| HolderRow { since: date(holder.since), name: holder.name_fa })
                .collect(),
            answer: case.answer,
        }
    }
}

fn stages(lang: Lang, reached: usize) -> Vec<StageRow> {
    let rows = [
        (
            ("ثبت شد", "Registered"),
            ("درخواست شما ثبت و کد رهگیری صادر شد.", "Your matter was recorded and a code issued."),
        ),
        (("ارجاع شد", "Referred"), ("به دستگاه مسئول فرستاده شد.", "Sent to the agency responsible for it.")),
        (
            ("در دست اقدام", "In work"),
            ("دستگاه آن را پذیرفت و در حال رسیدگی است.", "The agency accepted it and is working on it."),
        ),
        (("پاسخ داده شد", "Answered"), ("پاسخ نهایی دستگاه رسید.", "The agency's final answer has arrived.")),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(place, (title, note))| StageRow {
            title: lang.say(title.0, title.1),
            note: lang.say(note.0, note.1),
            reached: place < reached,
            current: place + 1 == reached,
        })
        .collect()
}

fn distance(lang: Lang, days: i64, overdue: bool) -> String {
    let count = lang.number(days.unsigned_abs());
    match (lang, days, overdue) {
        (_, 0, true) => lang.say("موعد امروز گذشت", "due earlier today").to_owned(),
        (_, 0, false) => lang.say("موعد: امروز", "due today").to_owned(),
        (Lang::Fa, _, true) => format!("{count} روز از موعد گذشته است"),
        (Lang::Fa, _, false) => format!("{count} روز مانده"),
        (Lang::En, _, true) => format!("{count} days overdue"),
        (Lang::En, _, false) => format!("{count} days left"),
    }
}

fn kind(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Unspecified => lang.say("پرونده", "Case"),
        Kind::Request => lang.say("درخواست", "Request"),
        Kind::Complaint => lang.say("شکایت", "Complaint"),
        Kind::Suggestion => lang.say("پیشنهاد", "Suggestion"),
        Kind::Criticism => lang.say("انتقاد", "Criticism"),
        Kind::Idea => lang.say("ایده", "Idea"),
        Kind::Report => lang.say("گزارش", "Report"),
    }
}
