//! What every page of the staff has around its own content, and how its forms come back.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::Form;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chassis::Role;
use serde::Deserialize;
use tonic::{Code, Status};

use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;
use crate::upstream::OnBehalf;

/// The rooms, and who has something to do there; the services decide what they may.
const ROOMS: [(&str, &str, &[Role]); 12] = [
    ("/staff", "کارتابل", &Role::STAFF),
    ("/staff/work", "پیام‌ها", &[Role::Operator]),
    ("/staff/deadlines", "موعدها", &Role::STAFF),
    ("/staff/guidance", "راهنما", &Role::STAFF),
    ("/staff/groups", "گروه‌ها", &[Role::Operator, Role::Manager, Role::Ops]),
    ("/staff/recordings", "ضبط‌ها", ACCOUNT),
    ("/staff/attendance", "حضور", &Role::STAFF),
    ("/staff/meetings", "ملاقات‌ها", ACCOUNT),
    ("/staff/trips", "سفرها", &Role::STAFF),
    ("/staff/evaluation", "ارزیابی", ACCOUNT),
    ("/staff/reports", "گزارش‌ها", ACCOUNT),
    (OF_AGENCIES, "ارجاع‌های دستگاه", &[Role::Manager]),
];

/// The one room of those whose office is an agency's.
pub(super) const OF_AGENCIES: &str = "/staff/sheets";

/// Who holds agencies to account.
pub(super) const ACCOUNT: &[Role] = &[Role::Manager, Role::Monitor, Role::Ops];

/// Around a page.
pub(super) struct Frame {
    pub name: String,
    pub office: String,
    /// Goes into each form.
    pub form: String,
    /// What became of the last form; empty: nothing is to be said.
    pub note: &'static str,
    pub rooms: Vec<Room>,
}

/// A way to another page.
pub(super) struct Room {
    pub path: &'static str,
    pub title: &'static str,
    /// It is this page, or above it.
    pub here: bool,
}

impl Frame {
    /// Around the page at `here`.
    pub fn new(app: &App, staff: Staff, here: &'static str, note: &'static str) -> Self {
        let of_agency = !staff.caller.agency.is_empty();
        let rooms = ROOMS.into_iter().filter(|(path, _, roles)| {
            roles.contains(&staff.caller.role) && (of_agency || *path != OF_AGENCIES)
        });
        let rooms = rooms.map(|(path, title, _)| Room { path, title, here: path == here }).collect();
        Frame { office: office(app, &staff), name: staff.caller.name, form: staff.form, note, rooms }
    }
}

/// `مدیر، استان فارس`
fn office(app: &App, staff: &Staff) -> String {
    let role = match staff.caller.role {
        Role::Operator => "کارشناس",
        Role::Manager => "مدیر",
        Role::Reviewer => "بازبین پاسخ‌ها",
        Role::Arbiter => "داور استان",
        Role::Monitor => "ناظر ملی",
        Role::Ops | Role::Service => "پشتیبانی سامانه",
    };
    let place = app.names.place(Lang::Fa, &staff.caller.province, "");
    [role.to_owned(), place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("، ")
}

/// In whose name a page asks the services.
pub(super) fn on_behalf(app: &App, staff: &Staff) -> Result<OnBehalf, Status> {
    app.sessions.bearer(&staff.caller).map(OnBehalf)
}

#[derive(Template)]
#[template(path = "staff_away.html")]
struct Away {
    lang: Lang,
    frame: Frame,
    title: &'static str,
}

/// A page whose content a service does not give.
pub(super) fn away(app: &App, staff: Staff, here: &'static str, why: &Status) -> Response {
    let (status, note) = match why.code() {
        Code::PermissionDenied => (StatusCode::FORBIDDEN, "این بخش در اختیار شما نیست."),
        Code::NotFound => (StatusCode::NOT_FOUND, "چنین موردی نیست."),
        Code::InvalidArgument => (StatusCode::UNPROCESSABLE_ENTITY, "این درخواست درست نیست."),
        Code::FailedPrecondition => (StatusCode::CONFLICT, "اکنون شدنی نیست."),
        code => {
            tracing::warn!(?code, "a page of the staff cannot be shown");
            let note = "اکنون نمی‌توانیم این صفحه را نشان دهیم؛ چند لحظهٔ دیگر دوباره تلاش کنید.";
            (StatusCode::SERVICE_UNAVAILABLE, note)
        }
    };
    let title = ROOMS.iter().find(|(path, ..)| *path == here).map_or("کارتابل", |(_, title, _)| title);
    page(status, &Away { lang: Lang::Fa, frame: Frame::new(app, staff, here, note), title })
}

/// What the last form left in the address: one word.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    said: String,
}

impl Said {
    /// The same for the reader.
    pub fn note(&self) -> &'static str {
        match self.said.as_str() {
            "done" => "ثبت شد.",
            "wrong" => "ثبت نشد: آنچه نوشته‌اید کامل یا درست نیست.",
            "settled" => "ثبت نشد: پیش‌تر ثبت شده است، یا دیگر شدنی نیست.",
            "denied" => "ثبت نشد: این کار در اختیار شما نیست.",
            "missing" => "ثبت نشد: چنین موردی نیست.",
            "away" => "اکنون ثبت نشد؛ چند لحظهٔ دیگر دوباره تلاش کنید.",
            _ => "",
        }
    }
}

/// What became of a form.
pub(super) fn said<T>(done: &Result<T, Status>) -> Said {
    let word = match done.as_ref().map_err(Status::code) {
        Ok(_) => "done",
        Err(Code::InvalidArgument) => "wrong",
        Err(Code::FailedPrecondition | Code::AlreadyExists) => "settled",
        Err(Code::PermissionDenied) => "denied",
        Err(Code::NotFound) => "missing",
        Err(code) => {
            tracing::warn!(?code, "a form of the staff was not done");
            "away"
        }
    };
    Said { said: word.to_owned() }
}

/// Back to the page at `path`, which says what became of the form.
pub(super) fn back<T>(path: &str, done: &Result<T, Status>) -> Response {
    Redirect::to(&format!("{path}?said={}", said(done).said)).into_response()
}

/// A form of who is signed in; one that was not made for them is not taken.
pub(crate) struct Posted {
    pub staff: Staff,
    pub on_behalf: OnBehalf,
    fields: HashMap<String, String>,
}

impl Posted {
    /// What was typed there; browsers send line breaks as two characters.
    pub fn field(&self, name: &str) -> String {
        self.fields.get(name).map(|typed| typed.trim().replace("\r\n", "\n")).unwrap_or_default()
    }

    /// The fields whose names begin with `prefix`, by the rest of their names, in order.
    pub fn fields_of(&self, prefix: &str) -> BTreeMap<String, String> {
        let named = self.fields.keys().filter_map(|name| Some((name.strip_prefix(prefix)?, name)));
        named.map(|(rest, name)| (rest.to_owned(), self.field(name))).collect()
    }

    /// A Jalali day that was typed there, such as ۱۴۰۴/۰۸/۱۰, as services take it; empty where none was.
    pub fn day(&self, name: &'static str) -> Result<String, Status> {
        gregorian(&self.field(name)).ok_or_else(|| Status::invalid_argument(name))
    }
}

fn gregorian(typed: &str) -> Option<String> {
    if typed.is_empty() {
        return Some(String::new());
    }
    let day: jalali::Date = jalali::digits::latin(typed).parse().ok()?;
    Some(day.civil().to_string())
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, app).await?;
        let form = Form::<HashMap<String, String>>::from_request(Request::from_parts(parts, body), app).await;
        let Form(fields) = form.map_err(|refused| refused.status().into_response())?;
        let made_for = fields.get("form").map(String::as_str).unwrap_or_default();
        if !app.sessions.is_form_of(&staff.caller, made_for) {
            return Err(StatusCode::FORBIDDEN.into_response());
        }
        let on_behalf =
            on_behalf(app, &staff).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())?;
        Ok(Posted { staff, on_behalf, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for typed in ["۱۴۰۴/۰۱/۱۵", "1404-01-15", "۱۴۰۴/۱/۱۵"] {
            assert_eq!(gregorian(typed).as_deref(), Some("2025-04-04"), "{typed}");
        }
        assert_eq!(gregorian("").as_deref(), Some(""));
        assert_eq!(gregorian("فردا"), None);
    }
}
