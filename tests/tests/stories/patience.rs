//! Waiting for what comes by and by.

use std::time::Duration;

/// What is waited for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(120);

/// What `look` finds; it is asked again and again until it finds something.
pub async fn patiently<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
