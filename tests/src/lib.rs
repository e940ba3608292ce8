//! Tests of the whole system; what several of them need.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is waited for comes much sooner, also on a busy machine; reached only by a fault.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The `samad` command as the build before the tests made it, beside the test's own binary.
///
/// # Panics
/// When it was not built: `./samad test` does, or `cargo build --workspace`.
#[must_use]
pub fn samad() -> PathBuf {
    built("samad").expect("run ./samad test, or first: cargo build --workspace")
}

/// The SDK's demonstration adapter, likewise.
///
/// # Panics
/// When it was not built: `./samad test` does, or `cargo build --workspace --examples`.
#[must_use]
pub fn demonstration_adapter() -> PathBuf {
    built("examples/water").expect("run ./samad test, or first: cargo build --workspace --examples")
}

fn built(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let program = test.parent().and_then(Path::parent)?.join(name);
    program.exists().then_some(program)
}

/// What `look` finds; it is asked again and again until it finds something.
///
/// # Panics
/// When it has found nothing for long.
pub async fn patiently<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
