//! `samad listen`: facts as they are stated, readable.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use bus::{Bus, Envelope, Login};
use clap::Args;
use futures_util::StreamExt;
use serde_json::json;

use super::Context;
use crate::keyring::Keyring;
use crate::show::Show;
use crate::{broker, given};

#[derive(Args)]
pub struct Listen {
    /// Only facts of this name, e.g. `referral_issued`.
    #[arg(long)]
    fact: Option<String>,
    /// Only facts of this province.
    #[arg(long)]
    province: Option<String>,
    /// Only facts that concern this agency.
    #[arg(long)]
    agency: Option<String>,
    /// The installation's data folder: its key opens the broker.
    #[arg(long, default_value = "var")]
    data: PathBuf,
    /// A broker elsewhere; a user and a password may stand in it.
    #[arg(long, env = "SAMAD_NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// End after so many facts.
    #[arg(long)]
    count: Option<usize>,
}

impl Listen {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let url = self.nats_url.clone().unwrap_or_else(|| context.ports.nats_url());
        let credentials = credentials(&url, &self.data)?;
        // Once, to say at once why it cannot be done: who connects to stay goes on trying.
        broker::connect(&url, credentials.as_deref()).await?;
        let bus = Bus::connect(&url, "samad listen", &Login::operations(credentials)).await?;
        let token = |wanted: Option<String>| wanted.unwrap_or_else(|| "*".to_owned());
        let subject = format!("*.v1.{}.{}.{}.*", token(self.fact), token(self.province), token(self.agency));
        let mut facts = bus.watch(subject).await?.take(self.count.unwrap_or(usize::MAX));
        while let Some(message) = facts.next().await {
            match Envelope::read(&message.subject, message.headers.as_ref(), message.payload) {
                Ok(fact) => print(context.show, &fact)?,
                Err(error) => eprintln!("{}: {error}", message.subject),
            }
        }
        Ok(0)
    }
}

/// The credentials to sign in with at `url`: none where the URL names a user, else the installation's.
fn credentials(url: &str, data: &Path) -> Result<Option<String>> {
    if given::names_a_user(url) {
        return Ok(None);
    }
    let keyring = Keyring::load(data).context(
        "no key for the broker: name the installation's folder with --data, or a user in --nats-url \
         nats://USER:PASSWORD@…",
    )?;
    keyring.operations().map(Some)
}

fn print(show: Show, fact: &Envelope) -> Result<()> {
    let value = match fact.content_type.as_str() {
        contracts::json::JSON => {
            serde_json::from_slice(&fact.data).context("a fact in JSON cannot be read")?
        }
        _ => contracts::json::to_json(&fact.message, &fact.data)?,
    };
    let whole = json!({"id": fact.id.to_string(), "time": fact.time.to_string(), "subject": fact.subject, "data": value});
    show.value(&whole, || format!("{}  {:<20} {value}", fact.time, fact.name()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use trust::Kind;

    use super::*;

    #[test]
    fn a_user_in_the_url_comes_before_the_installations_key_and_without_either_it_says_what_to_give() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, with_user) = ("nats://broker.example:4222", "nats://me:secret@broker.example:4222");
        assert_eq!(credentials(with_user, folder.path()).unwrap(), None);
        let error = credentials(plain, folder.path()).unwrap_err().to_string();
        assert!(error.contains("--nats-url") && error.contains("--data"), "{error}");
        Keyring::load_or_make(folder.path(), Kind::Live, &[], &BTreeMap::new(), plain).unwrap();
        assert!(credentials(plain, folder.path()).unwrap().is_some());
    }
}
