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

/// The oldest nats-server that does what the bus needs.
const OLDEST: (u32, u32) = (2, 12);

#[derive(Args)]
pub struct NatsConfig {
    /// The installation's data folder: its keys are made there if missing.
    #[arg(long, default_value = "var")]
    data: PathBuf,
    /// The server's version: what an older one does not know is left out.
    #[arg(long, default_value = "2.12", value_parser = version, value_name = "MAJOR.MINOR")]
    server_version: (u32, u32),
}

fn version(typed: &str) -> Result<(u32, u32), &'static str> {
    let mut numbers = typed.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST => Ok((major, minor)),
        (Some(Ok(_)), Some(Ok(_))) => Err("2.12 is the oldest that Samad uses"),
        _ => Err("must be as 2.12: what `nats-server --version` prints"),
    }
}

impl NatsConfig {
    pub fn run(self, context: &Context) -> Result<u8> {
        let secrets = Secrets::load_or_make(&self.data)?;
        let kind = if held_clock(&self.data)?.is_some() { Kind::Sandbox } else { Kind::Live };
        let nats_url = context.ports.nats_url();
        let keyring = Keyring::load_or_make(&self.data, kind, &[], &secrets.agencies, &nats_url)?;
        secrets.hand_over(&self.data)?;
        let accounts = ground::nats_accounts(&keyring.accounts()?, Path::new(ACCOUNTS_FOLDER))?;
        let text = ground::nats_flags(self.server_version).to_owned() + &accounts;
        context.show.value(&json!({"include": text}), || text.trim_end().to_owned());
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_for_servers_that_know_them() {
        let flags = |typed| version(typed).map(ground::nats_flags);
        for typed in ["2.12", "2.12.4", "v2.13.0"] {
            assert_eq!(flags(typed), Ok(""), "{typed}");
        }
        for typed in ["2.14", "v2.15.1", "3.0"] {
            assert!(flags(typed).unwrap().starts_with("feature_flags"), "{typed}");
        }
        for typed in ["2", "2.11.9", "new", ""] {
            assert!(flags(typed).is_err(), "{typed}");
        }
    }
}
