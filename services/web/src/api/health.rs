//! Liveness and readiness on the public port, for load balancers.

use axum::extract::State;
use axum::http::StatusCode;

use crate::state::App;

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Intake answers, so that contacts can be registered.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, String) {
    match app.readiness.missing()[..] {
        [] => (StatusCode::OK, "ready\n".to_owned()),
        ref missing => (StatusCode::SERVICE_UNAVAILABLE, format!("waiting for {}\n", missing.join(", "))),
    }
}
