//! A table that somebody sends as the body of a request.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use sheets::Kind;

use crate::api::problem::Problem;
use crate::state::App;

/// Largest table that is taken: 5,000 rows of some hundred letters, or fewer and longer ones.
pub(crate) const TABLE_BYTES: usize = 4 * 1024 * 1024;

/// The body, as its content type says.
pub(crate) struct SentTable(pub Kind, pub Bytes);

impl FromRequest<App> for SentTable {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let kind = stated(request.headers()).ok_or_else(|| {
            let detail = format!("Send it as {} or {}.", Kind::Csv.content_type(), Kind::Xlsx.content_type());
            Problem::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
        })?;
        let bytes = to_bytes(request.into_body(), TABLE_BYTES).await.map_err(|_| {
            Problem::refused(StatusCode::PAYLOAD_TOO_LARGE, "A table has 4 MiB at most: hand it in by parts.")
        })?;
        Ok(SentTable(kind, bytes))
    }
}

/// Without parameters such as the charset: CSV is read as UTF-8.
fn stated(headers: &HeaderMap) -> Option<Kind> {
    let stated = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
    let same = |kind: &Kind| kind.content_type().split(';').next() == Some(stated);
    [Kind::Csv, Kind::Xlsx].into_iter().find(same)
}
