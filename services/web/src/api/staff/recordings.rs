//! `GET /api/v1/recordings/{recording_id}/sound`: listening to a call, whole or by byte range. Who listened and why is a
//! fact before the first byte leaves intake (rule 2).

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use contracts::intake::{PlayRecordingHead, PlayRecordingRequest};
use futures_util::TryStreamExt as _;
use tonic::Code;

use crate::api::problem::{FieldError, Problem};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Why somebody listens. It may name people, so it stands in a header and never in a URL.
const REASON: &str = "reason";

/// The sound of a call.
#[utoipa::path(
    get,
    path = "/api/v1/recordings/{recording_id}/sound",
    params(
        ("recording_id" = String, Path),
        ("Reason" = String, Header, description = "Why, in percent-encoded UTF-8; 5 to 500 characters. It is kept with who listened"),
        ("Range" = Option<String>, Header, description = "bytes=FIRST-LAST or bytes=FIRST-"),
    ),
    responses(
        (status = 200, description = "The whole sound", body = Vec<u8>, content_type = "audio/wav"),
        (status = 206, description = "The bytes that Range asked for", body = Vec<u8>, content_type = "audio/wav"),
        (status = 401, description = "No token, or one that is not taken", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not in the token's role or scope", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such recording", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "The recording has no such bytes", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn play_recording(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(recording_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reason = headers.get(REASON).and_then(|value| value.to_str().ok()).and_then(decoded);
    let reason = reason.ok_or_else(|| {
        let detail = "say why you listen, in percent-encoded UTF-8".to_owned();
        Problem::invalid_fields(vec![FieldError { field: "Reason".to_owned(), detail }])
    })?;
    sound(&app, &on_behalf, recording_id, reason, &headers).await
}

/// The sound of a call as far as the headers ask for it, for a listener and a reason that are stated before.
pub(crate) async fn sound(
    app: &App,
    on_behalf: &OnBehalf,
    recording_id: String,
    reason: String,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(range);
    let (first_byte, last_byte) = asked.unwrap_or_default();
    let request = PlayRecordingRequest { recording_id, reason, first_byte, last_byte, ..Default::default() };
    let played = app.recordings.clone().play_recording(on_behalf.ask(request)).await.map_err(not_played)?;
    let mut pieces = played.into_inner();
    let head = pieces.message().await?.and_then(|first| first.head);
    let head = head.ok_or_else(|| Problem::of(StatusCode::INTERNAL_SERVER_ERROR))?;
    let sound = Body::from_stream(pieces.map_ok(|piece| piece.data));
    let status = if asked.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = (status, described(&head), sound).into_response();
    if asked.is_some() {
        let PlayRecordingHead { first_byte, last_byte, size_bytes, .. } = head;
        let sent = format!("bytes {first_byte}-{last_byte}/{size_bytes}").parse();
        response.headers_mut().extend(sent.ok().map(|sent| (header::CONTENT_RANGE, sent)));
    }
    Ok(response)
}

fn described(head: &PlayRecordingHead) -> [(header::HeaderName, String); 4] {
    [
        (header::CONTENT_TYPE, head.content_type.clone()),
        (header::CONTENT_LENGTH, (head.last_byte - head.first_byte + 1).to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        // What is listened to again is stated again.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

fn not_played(status: tonic::Status) -> Problem {
    match status.code() {
        Code::OutOfRange => Problem::refused(StatusCode::RANGE_NOT_SATISFIABLE, status.message()),
        _ => status.into(),
    }
}

/// `bytes=FIRST-LAST` or `bytes=FIRST-`; of anything else the whole is sent (RFC 9110).
fn range(header: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let last = if last.is_empty() { None } else { Some(last.parse().ok()?) };
    Some((first.parse().ok()?, last))
}

/// Percent-encoded UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_are_read_and_what_is_none_asks_for_all() {
        assert_eq!(range("bytes=0-99"), Some((0, Some(99))));
        assert_eq!(range("bytes=100-"), Some((100, None)));
        for other in ["bytes=-5", "bytes=1-2,4-5", "items=1-2", "bytes=a-b", ""] {
            assert_eq!(range(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_reason_arrives_as_it_was_written(reason in "\\PC{0,40}") {
            let encoded: String = reason.bytes().map(|byte| format!("%{byte:02x}")).collect();
            prop_assert_eq!(decoded(&encoded), Some(reason.clone()));
            let _ = decoded(&reason);
        }
    }
}
