//! A city's GeoReport endpoint: keeps what is filed, says of it what it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Names with texts: parameters, and items of answers.
pub type Fields = Vec<(String, String)>;

#[derive(Default)]
pub struct Books {
    /// What was posted to `requests`, in order; request `n` has the id `n + 1`.
    pub filed: Vec<Fields>,
    /// What was posted to `servicerequestupdates`.
    pub told: Vec<Fields>,
    /// What `servicerequestupdates` lists.
    pub updates: Vec<Fields>,
    /// Status and notes of requests, by id.
    pub statuses: Vec<(String, &'static str, &'static str)>,
    /// Windows of updates that were asked for.
    pub windows: Vec<(String, String)>,
    /// The next so many requests are filed, and the answer is lost.
    pub lose: usize,
    /// Answers a token instead of an id.
    pub tokens: bool,
    /// No token has an id yet.
    pub pending: bool,
    /// It knows no request of this id any more.
    pub forgotten: String,
}

#[derive(Clone)]
pub struct City {
    pub address: SocketAddr,
    pub books: Arc<Mutex<Books>>,
}

impl City {
    pub async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let city = City { address: listener.local_addr().unwrap(), books: Arc::default() };
        let routes = Router::new()
            .route("/open311/v2/{document}", get(read).post(write))
            .route("/open311/v2/tokens/{document}", get(token))
            .with_state(city.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        city
    }

    pub fn with<T>(&self, books: impl FnOnce(&mut Books) -> T) -> T {
        books(&mut self.books.lock().unwrap())
    }
}

pub fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str()).unwrap_or_default()
}

pub fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The items in the notation of the path's ending, as servers write them.
fn written(document: &str, root: &str, item: &str, items: &[Fields]) -> Response {
    if document.ends_with(".json") {
        let object = |fields: &Fields| fields.iter().cloned().collect::<std::collections::BTreeMap<_, _>>();
        let objects: Vec<_> = items.iter().map(object).collect();
        let json = serde_json::to_string(&objects).unwrap();
        return ([("content-type", "application/json")], json).into_response();
    }
    let element = |(name, text): &(String, String)| {
        format!("    <{name}>{}</{name}>\n", text.replace('&', "&amp;").replace('<', "&lt;"))
    };
    let items = items
        .iter()
        .map(|fields| format!("  <{item}>\n{}  </{item}>\n", fields.iter().map(element).collect::<String>()));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root}>\n{}</{root}>",
        items.collect::<String>()
    );
    ([("content-type", "text/xml; charset=utf-8")], xml).into_response()
}

fn error(document: &str, status: StatusCode, said: &str) -> Response {
    let code = status.as_str().to_owned();
    let body = written(document, "errors", "error", &[fields(&[("code", &code), ("description", said)])]);
    (status, body).into_response()
}

async fn read(
    State(city): State<City>,
    Path(document): Path<String>,
    Query(query): Query<Fields>,
) -> Response {
    if value(&query, "api_key") != "let us in" || value(&query, "jurisdiction_id") != "shiraz.ir" {
        return error(&document, StatusCode::FORBIDDEN, "wrong api_key or jurisdiction_id");
    }
    city.with(|books| match document.split('.').next() {
        Some("requests") => {
            let asked: Vec<&str> =
                value(&query, "service_request_id").split(',').filter(|id| !id.is_empty()).collect();
            if asked.contains(&books.forgotten.as_str()) {
                return error(&document, StatusCode::NOT_FOUND, "service_request_id is not known");
            }
            let ids = (1..).map(|number: usize| number.to_string()).zip(&books.filed);
            let listed =
                ids.filter(|(id, _)| asked.is_empty() || asked.contains(&id.as_str())).map(|(id, filed)| {
                    let status = books
                        .statuses
                        .iter()
                        .find(|(own, ..)| *own == id)
                        .map_or(("open", ""), |(_, s, n)| (s, n));
                    let description = value(filed, "description");
                    fields(&[
                        ("service_request_id", &id),
                        ("status", status.0),
                        ("status_notes", status.1),
                        ("description", description),
                    ])
                });
            written(&document, "service_requests", "request", &listed.collect::<Vec<_>>())
        }
        Some("servicerequestupdates") => {
            books
                .windows
                .push((value(&query, "start_date").to_owned(), value(&query, "end_date").to_owned()));
            written(&document, "service_request_updates", "request_update", &books.updates)
        }
        _ => error(&document, StatusCode::NOT_FOUND, "no such resource"),
    })
}

async fn write(State(city): State<City>, Path(document): Path<String>, Form(form): Form<Fields>) -> Response {
    city.with(|books| match document.split('.').next() {
        Some("requests") => {
            books.filed.push(form);
            if books.lose > 0 {
                books.lose -= 1;
                return error(&document, StatusCode::BAD_GATEWAY, "the answer is lost");
            }
            let id = books.filed.len().to_string();
            let answer =
                if books.tokens { [("token", id.as_str())] } else { [("service_request_id", id.as_str())] };
            written(&document, "service_requests", "request", &[fields(&answer)])
        }
        Some("servicerequestupdates") => {
            books.told.push(form);
            written(&document, "service_request_updates", "request_update", &[fields(&[("update_id", "7")])])
        }
        _ => error(&document, StatusCode::NOT_FOUND, "no such resource"),
    })
}

async fn token(State(city): State<City>, Path(document): Path<String>) -> Response {
    let token = document.split('.').next().unwrap_or_default();
    let id = if city.with(|books| books.pending) { "" } else { token };
    let answer = fields(&[("token", token), ("service_request_id", id)]);
    written(&document, "service_requests", "request", &[answer])
}
