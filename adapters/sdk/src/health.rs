//! How an adapter says that it is well: `/healthz`, `/readyz` and `/metrics` on an address of its own.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::admin::{self, Need, Readiness};

use crate::Desk;

/// How often the adapter looks at itself.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A need, and whether it is met now.
pub type Look = (Need, Box<dyn Fn() -> bool + Send + Sync>);

/// Looks at each need again and again, as long as `life` lasts.
pub fn watch(looks: Vec<Look>, life: &Life) {
    let ending = life.clone();
    life.spawn("health", async move {
        loop {
            for (need, is_met) in &looks {
                need.set(is_met());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = ending.stopping() => return Ok(()),
            }
        }
    });
}

/// Says on `address`, as long as `life` lasts, whether the broker is reached and whether referrals are pulled.
///
/// # Errors
/// When the address is taken.
pub(crate) async fn serve(address: SocketAddr, desk: &Desk, life: &Life) -> Result<()> {
    let readiness = Readiness::default();
    let (reached, closed) = (desk.clone(), desk.clone());
    let looks: Vec<Look> = vec![
        (readiness.need("the broker"), Box::new(move || reached.is_connected())),
        (readiness.need("a success after failures in a row"), Box::new(move || closed.circuit().is_closed())),
    ];
    watch(looks, life);
    admin::serve(life, address, admin::routes(readiness)).await.map(drop)
}
