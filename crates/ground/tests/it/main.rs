//! The ground on its own: real servers started, stopped, killed and emptied.

mod nats;
mod orphans;
mod postgres;

use std::time::Duration;

/// Longer than anything here takes on a busy machine; reached only by a fault.
const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until `holds`; panics with `what` when it never does.
async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what}");
}
