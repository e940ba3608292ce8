//! `samad listen`: facts as they are stated, readable; with --agency what its adapter is given.

use std::path::Path;

use anyhow::{Context as _, Result};
use bus::{Bus, Envelope, Login};
use clap::Args;
use contracts::AGENCY_HEARS;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::Context;
use crate::forward::Forward;
use crate::keyring::Keyring;
use crate::show::Show;
use crate::{broker, given};

#[derive(Args)]
pub struct Listen {
    /// Only facts of these names, such as `referral_issued,extension_ruled`.
    #[arg(long, visible_alias = "events", value_delimiter = ',')]
    fact: Vec<String>,
    /// Only facts of this province.
    #[arg(long)]
    province: Option<String>,
    /// Only facts that concern this agency: what its adapter is given, unless --fact names others.
    #[arg(long)]
    agency: Option<String>,
    /// In a sandbox: sends each on to this URL, as CloudEvents in JSON signed by Standard Webhooks.
    #[arg(long, value_name = "URL", requires = "agency", conflicts_with = "nats_url")]
    forward_to: Option<String>,
    /// A broker elsewhere; a user and a password may stand in it.
    #[arg(long, env = "SAMAD_NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// End after so many facts.
    #[arg(long)]
    count: Option<usize>,
}

impl Listen {
    pub async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let url = self.nats_url.clone().unwrap_or_else(|| context.ports.nats_url());
        let credentials = credentials(&url, data)?;
        let forward = match (&self.forward_to, &self.agency) {
            (Some(to), Some(agency)) => Some(Forward::new(data, agency, to)?),
            _ => None,
        };
        // Once, to say at once why it cannot be done: who connects to stay goes on trying.
        broker::connect(&url, credentials.as_deref()).await?;
        let bus = Bus::connect(&url, "samad listen", &Login::operations(credentials)).await?;
        let names = self.names();
        let token = |wanted: Option<String>| wanted.unwrap_or_else(|| "*".to_owned());
        let subject = format!("*.v1.*.{}.{}.*", token(self.province), token(self.agency));
        let mut facts = bus.watch(subject).await?;
        bus.flush().await?;
        eprintln!("listening, until Ctrl-C");
        let mut left = self.count.unwrap_or(usize::MAX);
        while left > 0 {
            let Some(message) = facts.next().await else { break };
            match Envelope::read(&message.subject, message.headers.as_ref(), message.payload) {
                Ok(fact) if !names.is_empty() && !names.iter().any(|name| name == fact.name()) => continue,
                Ok(fact) => {
                    let data = json_of(&fact)?;
                    print(context.show, &fact, &data);
                    if let Some(forward) = &forward {
                        forward.send(&fact, &data).await;
                    }
                }
                Err(error) => eprintln!("{}: {error}", message.subject),
            }
            left -= 1;
        }
        Ok(0)
    }

    /// The facts that are wanted, by name; empty: every one. A dot is taken for an underscore: `referral.issued`.
    fn names(&self) -> Vec<String> {
        if self.fact.is_empty() && self.agency.is_some() {
            return AGENCY_HEARS.map(|fact| fact.name.to_owned()).to_vec();
        }
        self.fact.iter().map(|name| name.trim().replace('.', "_")).collect()
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

fn json_of(fact: &Envelope) -> Result<Value> {
    Ok(match fact.content_type.as_str() {
        contracts::json::JSON => {
            serde_json::from_slice(&fact.data).context("a fact in JSON cannot be read")?
        }
        _ => contracts::json::to_json(&fact.message, &fact.data)?,
    })
}

fn print(show: Show, fact: &Envelope, data: &Value) {
    let whole = json!({"id": fact.id.to_string(), "time": fact.time.to_string(), "subject": fact.subject, "data": data});
    show.value(&whole, || format!("{}  {:<20} {data}", fact.time, fact.name()));
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
