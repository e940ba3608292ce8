//! How an adapter says that it is well: `/healthz`, `/readyz` and `/metrics` on an address of its own.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::admin::{self, Readiness};

use crate::Desk;

/// How often the adapter looks at itself.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Says on `address`, as long as `life` lasts, whether the broker is reached and whether referrals are pulled.
///
/// # Errors
/// When the address is taken.
pub(crate) async fn serve(address: SocketAddr, desk: &Desk, life: &Life) -> Result<()> {
    let readiness = Readiness::default();
    let (broker, success) =
        (readiness.need("the broker"), readiness.need("a success after failures in a row"));
    let (desk, ending) = (desk.clone(), life.clone());
    life.spawn("health", async move {
        loop {
            broker.set(desk.bus().is_connected());
            success.set(desk.circuit().is_closed());
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = ending.stopping() => return Ok(()),
            }
        }
    });
    admin::serve(life, address, admin::routes(readiness)).await.map(drop)
}
