//! The API's own description: OpenAPI 3.1, generated from the handlers.

use axum::handler::Handler;
use axum::http::header;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use crate::state::App;

/// The document's head; paths and schemas come with the routes.
#[derive(utoipa::OpenApi)]
#[openapi(modifiers(&BearerTokens), info(
    title = "Samad",
    version = "1",
    description = "The 111 government contact system: register contacts, ask after cases. \
                   Errors are RFC 9457 problems that say what to do. One address may send 6,000 requests a minute and \
                   ask for 20 codes an hour that name no case; beyond that it hears 429 with Retry-After.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
pub(crate) struct Document;

/// Says how the staff's routes are opened: by a token of `POST /api/v1/tokens`.
struct BearerTokens;

impl utoipa::Modify for BearerTokens {
    fn modify(&self, document: &mut Description) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// A handler that answers `document`, written out once.
pub(crate) fn serve(document: &Description) -> impl Handler<((),), App> + use<> {
    let json = document.to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the OpenAPI document cannot be written");
        "{}".to_owned()
    });
    async move || ([(header::CONTENT_TYPE, "application/json")], json)
}
