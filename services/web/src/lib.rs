//! The HTTP door: pages for people, REST for programs. Keeps nothing: it asks the services over gRPC.

pub mod accounts;
mod api;
mod calendar;
mod config;
mod feed;
mod http;
mod ical;
mod lang;
mod limits;
mod names;
mod open311;
mod pages;
mod session;
mod state;
mod upstream;

use std::net::SocketAddr;

use anyhow::Result;
use axum::Router;
use chassis::Life;
use chassis::admin::{self, Readiness};
use chassis::grpc::Badge;

pub use config::Config;
pub use limits::Limits;

use crate::feed::Feed;
use crate::names::Names;
use crate::state::App;

/// Where the service listens, real ports.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Pages and REST.
    pub web: SocketAddr,
    /// Health and metrics.
    pub admin: SocketAddr,
}

/// Runs the service until its life ends.
///
/// # Errors
/// When a port or an address of a service cannot be used.
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(config, &life).await.map(drop)
}

/// Starts the service in `life`; it serves also while the services behind it are away, and says so.
///
/// # Errors
/// When a port or an address of a service cannot be used.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let readiness = Readiness::default();
    let nobody = config.certified(Badge::none())?;
    upstream::watch_health(&config.intake_url, &nobody, readiness.need("intake"), life)?;
    let feed = Feed::spawn(&config, life)?;
    let names = Names::spawn(&config.routing_url, &config.badge()?, life)?;
    let app = App::new(&config, feed, names, readiness.clone())?;
    let web = admin::serve(life, config.listen, routes(app)).await?;
    let admin = admin::serve(life, config.admin, admin::routes(readiness)).await?;
    tracing::info!(%web, %admin, "web listens");
    Ok(Running { web, admin })
}

fn routes(app: App) -> Router {
    let routes = api::routes().merge(open311::routes()).merge(pages::routes());
    http::guarded(routes.method_not_allowed_fallback(pages::trouble::method).with_state(app))
}
