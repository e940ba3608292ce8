//! `samad nats-config`: what a NATS server of one's own must be told.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::Context;
use crate::demonstration;
use crate::secrets::{Secrets, public_nkey};

#[derive(Args)]
pub struct NatsConfig {
    /// The installation's data folder: its keys are made there if missing.
    #[arg(long, default_value = "var")]
    data: PathBuf,
}

impl NatsConfig {
    pub fn run(self, context: &Context) -> Result<u8> {
        let agencies = demonstration::AGENCIES.map(str::to_owned);
        let secrets = Secrets::load_or_make(&self.data, &agencies)?;
        let text = ground::nats_accounts(&public_nkey(&secrets.hub_seed)?, &secrets.accounts()?)?;
        context.show.value(&json!({"include": text}), || text.trim_end().to_owned());
        Ok(0)
    }
}
