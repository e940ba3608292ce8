//! `/open311/v2`: GeoReport v2 with the extension for updates, where a city's app or another program files cases and reads
//! what became of them. What a program filed nobody else reads.

mod discovery;
mod document;
mod fault;
mod filing;
mod key;
mod params;
mod requests;
mod services;
mod updates;

use axum::Router;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::limits::Client;
use crate::state::App;

pub(crate) use document::{Document, Format, Node};
pub(crate) use fault::Fault;
use params::Params;

/// The routes: the format is the path's ending, so each takes a whole segment.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/open311/v2/{document}", get(read).post(write))
        .route("/open311/v2/services/{document}", get(definition))
        .route("/open311/v2/requests/{document}", get(one))
        .route("/open311/v2/tokens/{document}", get(token))
}

async fn read(
    State(app): State<App>,
    client: Client,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some((name, format)) = Format::of(&document) else {
        return Fault::unknown_document().into_response();
    };
    let params = Params::of_query(query.as_deref());
    let made = match name {
        "discovery" => Ok(discovery::describe(&app, &headers)),
        "services" => services::list(&app, &params),
        "requests" => requests::list(&app, client, &params).await,
        "servicerequestupdates" => updates::list(&app, client, &params).await,
        _ => Err(Fault::unknown_document()),
    };
    answered(made, format)
}

async fn write(
    State(app): State<App>,
    client: Client,
    Path(document): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Some((name, format)) = Format::of(&document) else {
        return Fault::unknown_document().into_response();
    };
    let params = match form {
        Ok(Form(pairs)) => Params::of(pairs),
        Err(refused) => return Fault::unreadable_form(refused.into_response().status()).written(format),
    };
    let made = match name {
        "requests" => filing::file(&app, client, &headers, &params).await,
        "servicerequestupdates" => updates::add(&app, client, &params).await,
        _ => Err(Fault::unknown_document()),
    };
    answered(made, format)
}

async fn definition(
    State(app): State<App>,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some((code, format)) = Format::of(&document) else {
        return Fault::unknown_document().into_response();
    };
    answered(services::define(&app, code, &Params::of_query(query.as_deref())), format)
}

async fn one(
    State(app): State<App>,
    client: Client,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some((id, format)) = Format::of(&document) else { return Fault::unknown_document().into_response() };
    answered(requests::one(&app, client, id, &Params::of_query(query.as_deref())).await, format)
}

async fn token(
    State(app): State<App>,
    client: Client,
    Path(document): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some((token, format)) = Format::of(&document) else {
        return Fault::unknown_document().into_response();
    };
    answered(requests::of_token(&app, client, token, &Params::of_query(query.as_deref())).await, format)
}

fn answered(made: Result<Document, Fault>, format: Format) -> Response {
    match made {
        Ok(document) => document.written(format),
        Err(fault) => fault.written(format),
    }
}
