//! `samad listen`: facts as they are stated, readable.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use bus::{Bus, Envelope, Login};
use clap::Args;
use futures_util::StreamExt;
use serde_json::json;

use super::Context;
use crate::given;
use crate::keyring::Keyring;
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
    /// A broker elsewhere.
    #[arg(long, env = "SAMAD_NATS_URL")]
    nats_url: Option<String>,
    /// End after so many facts.
    #[arg(long)]
    count: Option<usize>,
}

impl Listen {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let url = self.nats_url.unwrap_or_else(|| context.ports.nats_url());
        let login = Login::operations(given::operations(&url, &Keyring::load(&self.data)?)?);
        let bus = Bus::connect(&url, "samad listen", &login).await?;
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
