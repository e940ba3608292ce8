//! A table that comes with a form of the staff.

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::http::StatusCode;
use sheets::Kind;

use crate::api::SentTable;
use crate::session::Staff;
use crate::state::App;

/// What was sent with the form.
#[derive(Default)]
struct Upload {
    form: String,
    name: String,
    bytes: Bytes,
}

/// The table, or what to say instead of taking it.
pub(super) async fn table(
    app: &App,
    staff: &Staff,
    form: Multipart,
) -> Result<SentTable, (StatusCode, &'static str)> {
    let unread = |error: MultipartError| (error.status(), "این پرونده خوانده نشد یا بیش از ۴ مگابایت است.");
    let upload = read(form).await.map_err(unread)?;
    if !app.sessions.is_form_of(&staff.caller, &upload.form) {
        return Err((StatusCode::FORBIDDEN, "این فرم کهنه است؛ دوباره تلاش کنید."));
    }
    match Kind::of(&upload.name) {
        Some(kind) => Ok(SentTable(kind, upload.bytes)),
        None => Err((StatusCode::UNPROCESSABLE_ENTITY, "پروندهٔ ‎.xlsx یا ‎.csv بفرستید.")),
    }
}

async fn read(mut form: Multipart) -> Result<Upload, MultipartError> {
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("form") => upload.form = field.text().await?,
            Some("file") => {
                upload.name = field.file_name().unwrap_or_default().to_owned();
                upload.bytes = field.bytes().await?;
            }
            _ => {}
        }
    }
    Ok(upload)
}
