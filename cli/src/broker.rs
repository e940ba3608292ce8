//! Telling a running broker whom to let in.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, RequestErrorKind};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use trust::{Account, Standing};

use crate::keyring::Keyring;

/// How long a broker may take to let somebody in or to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Where a broker takes accounts, from the system's account only.
const UPDATE: &str = "$SYS.REQ.CLAIMS.UPDATE";
/// Accounts on their way at once.
const AT_ONCE: usize = 64;

/// Tells the broker at `url` of these accounts. When this returns it acts by them: whoever they no longer let in has
/// been cut.
///
/// # Errors
/// With the remedy, when it cannot be reached, does not know this installation, or refuses an account.
pub async fn tell(url: &str, keyring: &Keyring, accounts: Vec<Account>) -> Result<()> {
    let client = connect(url, Some(&keyring.registrar()?)).await?;
    stream::iter(accounts)
        .map(|account| tell_one(&client, account))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// As [`tell`], of one agency about whom something was just written down.
///
/// # Errors
/// As [`tell`].
pub async fn tell_of(url: &str, keyring: &Keyring, code: &str) -> Result<()> {
    tell(url, keyring, keyring.told([code])?).await.context(
        "it is written down, but the broker did not hear of it and goes on as before: mend that and repeat the command, \
         or start ./samad up again",
    )
}

/// Writes down in `data` how an agency stands from now on, and tells the broker at `url`.
///
/// # Errors
/// As [`tell`], and when no such agency was let in or it was revoked for good.
pub async fn stand(url: &str, data: &Path, code: &str, standing: Standing) -> Result<()> {
    let (keyring, ()) = Keyring::change(data, |keyring| {
        let agency = keyring.known(code)?;
        ensure!(
            agency.standing != Standing::Revoked || standing == Standing::Revoked,
            "{code} was revoked for good: `samad agency onboard {code}` lets it in anew"
        );
        agency.standing = standing;
        Ok(())
    })?;
    tell_of(url, &keyring, code).await
}

async fn tell_one(client: &Client, account: Account) -> Result<()> {
    let answer = match client.request(UPDATE, account.claims.into()).await {
        Ok(answer) => answer,
        Err(error) if error.kind() == RequestErrorKind::NoResponders => {
            bail!(
                "the broker has no accounts, so nothing keeps agencies apart there: see docs/how-to/use-your-own-servers.md"
            )
        }
        Err(error) => return Err(error).context("the broker did not answer"),
    };
    let answer: Value =
        serde_json::from_slice(&answer.payload).context("the broker's answer cannot be read")?;
    if answer["data"]["code"] != 200 {
        bail!("the broker refuses the account {}: {}", account.key, answer["error"]["description"]);
    }
    Ok(())
}

/// Connects with these credentials; a server that asks for none ignores them.
///
/// # Errors
/// With the remedy, when it cannot be reached or refuses them.
pub(crate) async fn connect(url: &str, credentials: Option<&str>) -> Result<Client> {
    let mut options = ConnectOptions::new().connection_timeout(PATIENCE);
    if let Some(credentials) = credentials {
        options = options.credentials(credentials)?;
    }
    match options.connect(url).await {
        Ok(client) => Ok(client),
        Err(error) if error.kind() == ConnectErrorKind::AuthorizationViolation => bail!(
            "the NATS server refuses this installation: include in its configuration what `samad nats-config` prints, \
             or name a user in the URL"
        ),
        // The URL may hold a password, so it is not repeated.
        Err(error) => {
            Err(error).context("the given NATS server cannot be used: is its URL right, does it run?")
        }
    }
}
