//! Tests of the whole system; what several of them need.

use std::path::{Path, PathBuf};

/// The `samad` command as the build before the tests made it, beside the test's own binary.
///
/// # Panics
/// When it was not built: `./samad test` does, or `cargo build --workspace`.
#[must_use]
pub fn samad() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own place");
    let program = test.parent().and_then(Path::parent).map(|folder| folder.join("samad"));
    let program = program.filter(|program| program.exists());
    program.expect("run ./samad test, or first: cargo build --workspace")
}
