//! `samad nats-config`: what a NATS server of one's own must be told.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use serde_json::json;
use trust::Kind;

use super::Context;
use crate::keyring::Keyring;
use crate::secrets::Secrets;
use crate::simulate::held_clock;

/// Where the server keeps the accounts that it is told while it runs, below the folder that it is started in.
const ACCOUNTS_FOLDER: &str = "samad-accounts";

#[derive(Args)]
pub struct NatsConfig {
    /// The installation's data folder: its keys are made there if missing.
    #[arg(long, default_value = "var")]
    data: PathBuf,
}

impl NatsConfig {
    pub fn run(self, context: &Context) -> Result<u8> {
        let secrets = Secrets::load_or_make(&self.data)?;
        let kind = if held_clock(&self.data)?.is_some() { Kind::Sandbox } else { Kind::Live };
        let nats_url = context.ports.nats_url();
        let keyring = Keyring::load_or_make(&self.data, kind, &[], &secrets.agencies, &nats_url)?;
        secrets.hand_over(&self.data)?;
        let text = ground::nats_accounts(&keyring.accounts()?, Path::new(ACCOUNTS_FOLDER))?;
        context.show.value(&json!({"include": text}), || text.trim_end().to_owned());
        Ok(0)
    }
}
