//! The header `Idempotency-Key`: what is repeated under the same key is done once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::state::App;

/// The key of a request: as sent, or inside quotes as the IETF draft's structured string.
pub(crate) struct IdempotencyKey(pub String);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let value = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let value = value.unwrap_or_default().trim();
        match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value) {
            "" => Err(Problem::bad_request(
                "The header Idempotency-Key is required: at most 128 characters, unique to what this request does.",
            )),
            key => Ok(IdempotencyKey(key.to_owned())),
        }
    }
}
