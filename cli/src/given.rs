//! A NATS server that runs already: what must be true of it before a system is started on it.

use anyhow::{Context, Result, ensure};

use crate::broker::connect;
use crate::keyring::Keyring;

/// The credentials that whoever runs the deployment has at `url`: the installation's, unless the URL itself names a
/// user. A server that asks for nothing ignores them.
///
/// # Errors
/// When a key is damaged.
pub fn operations(url: &str, keyring: &Keyring) -> Result<Option<String>> {
    if names_a_user(url) { Ok(None) } else { keyring.operations().map(Some) }
}

/// Whether the URL itself says who signs in.
#[must_use]
pub fn names_a_user(url: &str) -> bool {
    url.contains('@')
}

/// Checks the server and tells whether it believes this installation, so that services and agencies sign in each as
/// themselves; if not, whoever reaches it may do everything.
///
/// # Errors
/// With the remedy, when it cannot be reached, refuses us, is too old or has no JetStream.
pub async fn check(url: &str, keyring: &Keyring) -> Result<bool> {
    let credentials = operations(url, keyring)?;
    let client = connect(url, credentials.as_deref()).await?;
    ensure!(
        client.is_server_compatible(2, 12, 0),
        "the given nats-server is version {}, 2.12 is needed",
        client.server_info().version
    );
    async_nats::jetstream::new(client.clone()).query_account().await.context(
        "the given NATS server has no JetStream for the services: switch it on in its configuration",
    )?;
    Ok(credentials.is_some() && client.server_info().auth_required)
}
