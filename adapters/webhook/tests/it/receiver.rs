//! An agency's endpoint: keeps what is posted to it and answers as it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use chassis::clock::Clock;
use jiff::Timestamp;
use serde_json::Value;
use signature::Secret;

/// One message as it came.
#[derive(Debug, Clone)]
pub struct Posted {
    pub id: String,
    pub signatures: String,
    pub sent: i64,
    pub content_type: String,
    pub body: Bytes,
    /// What the clock showed.
    pub at: Timestamp,
}

impl Posted {
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether it is signed under `secret`, as an agency checks it.
    pub fn is_signed(&self, secret: &str) -> bool {
        let secrets = [Secret::read(secret).ok().unwrap()];
        let now = Clock::live().now().as_second();
        signature::verify(&self.id, self.sent, &self.body, &self.signatures, &secrets, now).is_ok()
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    posted: Arc<Mutex<Vec<Posted>>>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    clock: Clock,
}

impl Receiver {
    pub async fn new(clock: &Clock) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver =
            Receiver { address, posted: Arc::default(), answers: Arc::default(), clock: clock.clone() };
        let routes = Router::new().route("/samad", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    /// What the next messages are answered: a status, and a `Retry-After` that is left out when empty. Then 204.
    pub fn answer(&self, answers: impl IntoIterator<Item = (u16, &'static str)>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// What came so far.
    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    receiver.posted.lock().unwrap().push(Posted {
        id: header(signature::ID),
        signatures: header(signature::SIGNATURE),
        sent: header(signature::TIMESTAMP).parse().unwrap(),
        content_type: header("content-type"),
        body,
        at: receiver.clock.now(),
    });
    let (status, after) = receiver.answers.lock().unwrap().pop_front().unwrap_or((204, ""));
    let mut headers = HeaderMap::new();
    if !after.is_empty() {
        headers.insert("retry-after", after.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers)
}
