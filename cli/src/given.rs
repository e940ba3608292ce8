//! A NATS server that runs already: what must be true of it before a system is started on it.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use async_nats::{Client, ConnectErrorKind, ConnectOptions};

use crate::secrets::Secrets;

const PATIENCE: Duration = Duration::from_secs(5);

/// The seed that the services sign in with at `url`: the installation's, unless the URL itself names a user. A server
/// that asks for nothing ignores it.
#[must_use]
pub fn hub_seed(url: &str, secrets: &Secrets) -> Option<String> {
    (!names_a_user(url)).then(|| secrets.hub_seed.clone())
}

/// Whether the URL itself says who signs in.
#[must_use]
pub fn names_a_user(url: &str) -> bool {
    url.contains('@')
}

/// Signs in once, to say at once why it cannot be done: who connects to stay goes on trying.
///
/// # Errors
/// With the remedy, when the server cannot be reached or refuses us.
pub async fn sign_in(url: &str, seed: Option<String>) -> Result<()> {
    connect(url, seed).await.map(drop)
}

/// Checks the server and tells whether it knows this installation's accounts, so that agencies sign in each to its
/// own; if not, whoever reaches it is the hub.
///
/// # Errors
/// With the remedy, when it cannot be reached, refuses us, is too old or has no JetStream.
pub async fn check(url: &str, secrets: &Secrets) -> Result<bool> {
    let seed = hub_seed(url, secrets);
    let client = connect(url, seed.clone()).await?;
    ensure!(
        client.is_server_compatible(2, 12, 0),
        "the given nats-server is version {}, 2.12 is needed",
        client.server_info().version
    );
    async_nats::jetstream::new(client.clone()).query_account().await.context(
        "the given NATS server has no JetStream for the services: switch it on in its configuration",
    )?;
    let has_accounts = seed.is_some() && client.server_info().auth_required;
    if has_accounts {
        for (agency, seed) in &secrets.agencies {
            connect(url, Some(seed.clone())).await.with_context(|| format!("the agency {agency}"))?;
        }
    }
    Ok(has_accounts)
}

async fn connect(url: &str, seed: Option<String>) -> Result<Client> {
    let options = ConnectOptions::new().connection_timeout(PATIENCE);
    let options = seed.into_iter().fold(options, ConnectOptions::nkey);
    match options.connect(url).await {
        Ok(client) => Ok(client),
        Err(error) if error.kind() == ConnectErrorKind::AuthorizationViolation => bail!(
            "the given NATS server refuses the key: include in its configuration what `samad nats-config` prints, or \
             name a user in the URL"
        ),
        // The URL may hold a password, so it is not repeated.
        Err(error) => {
            Err(error).context("the given NATS server cannot be used: is its URL right, does it run?")
        }
    }
}
