//! `samad listen`: facts as they are stated, readable.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use bus::{Bus, Envelope, Login};
use clap::Args;
use futures_util::StreamExt;
use serde_json::json;

use super::Context;
use crate::given;
use crate::secrets::Secrets;
use crate::show::Show;

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
    /// A file with the seed (`SU…`) of the user to sign in as; without it, the key in the data folder is used.
    #[arg(long, env = "SAMAD_NATS_SEED_FILE")]
    seed_file: Option<PathBuf>,
    /// End after so many facts.
    #[arg(long)]
    count: Option<usize>,
}

impl Listen {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let own = || format!("nats://127.0.0.1:{}", context.ports.nats());
        let url = self.nats_url.clone().unwrap_or_else(own);
        let nkey_seed = seed(&url, self.seed_file.as_deref(), &self.data)?;
        given::sign_in(&url, nkey_seed.clone()).await?;
        let bus = Bus::connect(&url, "samad listen", &Login { nkey_seed, agency: None }).await?;
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

/// The seed to sign in with at `url`: the given one, none where the URL names a user, else the installation's.
fn seed(url: &str, file: Option<&Path>, data: &Path) -> Result<Option<String>> {
    if let Some(file) = file {
        let seed = std::fs::read_to_string(file);
        let seed = seed.with_context(|| format!("the seed file {} cannot be read", file.display()))?;
        return Ok(Some(seed.trim().to_owned()));
    }
    if given::names_a_user(url) {
        return Ok(None);
    }
    let secrets = Secrets::load(data).context(
        "no key for the broker: give one with --seed-file FILE, a user in --nats-url nats://USER:PASSWORD@…, or the \
         installation's folder with --data",
    )?;
    Ok(Some(secrets.hub_seed))
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
    use super::*;

    #[test]
    fn a_given_seed_comes_before_a_user_in_the_url_and_that_before_the_installations_key() {
        let folder = tempfile::tempdir().unwrap();
        let (file, nowhere) = (folder.path().join("seed"), folder.path().join("nowhere"));
        std::fs::write(&file, "SUSEED\n").unwrap();
        let (plain, with_user) = ("nats://broker.example:4222", "nats://me:secret@broker.example:4222");
        for url in [plain, with_user] {
            assert_eq!(seed(url, Some(&file), &nowhere).unwrap(), Some("SUSEED".to_owned()));
        }
        assert_eq!(seed(with_user, None, &nowhere).unwrap(), None);
        let error = seed(plain, None, &nowhere).unwrap_err().to_string();
        assert!(error.contains("--seed-file") && error.contains("--data"), "{error}");
        let secrets = Secrets::load_or_make(folder.path(), &[]).unwrap();
        assert_eq!(seed(plain, None, folder.path()).unwrap(), Some(secrets.hub_seed));
    }
}
