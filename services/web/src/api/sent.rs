//! What a program sends: JSON, read whole before a handler sees it.

use std::error::Error;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::problem::{FieldError, Problem};
use crate::state::App;

/// The body of a request.
pub(crate) struct Sent<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let body = Json::<T>::from_request(request, app).await;
        body.map(|Json(sent)| Sent(sent)).map_err(|refused| {
            let (field, detail) = (field(&refused).unwrap_or_default(), refused.body_text());
            Problem::invalid_fields(vec![FieldError { field, detail }])
        })
    }
}

/// The field at fault, with dots into objects; none where it is the whole.
fn field(refused: &JsonRejection) -> Option<String> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(refused);
    while let Some(error) = cause {
        if let Some(at) = error.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>() {
            return Some(at.path().to_string()).filter(|path| ![".", "?"].contains(&path.as_str()));
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_at_fault_is_named() {
        #[derive(Debug, serde::Deserialize)]
        struct Action {
            #[expect(dead_code, reason = "only read")]
            extension_days: u32,
        }
        let of = |body: &[u8]| field(&Json::<Action>::from_bytes(body).err().unwrap());
        assert_eq!(of(br#"{"extension_days": "three"}"#).as_deref(), Some("extension_days"));
        assert_eq!((of(b"{}"), of(b"{")), (None, None));
    }
}
