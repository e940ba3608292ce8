//! What a program sends: JSON, read whole before a handler sees it.

use axum::Json;
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
            Problem::invalid_fields(vec![FieldError { field: String::new(), detail: refused.body_text() }])
        })
    }
}
