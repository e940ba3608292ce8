//! Pages of the staff: Persian only, for whoever is signed in.

mod decide;
mod desk;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};

use crate::state::App;

/// The staff's pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff", get(desk::show))
        .route("/staff/decide", post(decide::take))
        .route("/staff/sign-in", get(sign_in::ask).post(sign_in::answer))
        .route("/staff/sign-out", post(sign_in::leave))
}
