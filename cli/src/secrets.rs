//! The secrets of an installation: made once, kept in a file that only its owner reads.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};

/// Keys and seeds of one installation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// Seals citizens' data; without it they cannot be read again.
    pub seal_key: String,
    /// The NATS user of the services.
    pub hub_seed: String,
    /// The NATS users of agencies, by agency code.
    pub agencies: BTreeMap<String, String>,
}

impl Secrets {
    /// Those in `folder/secrets.toml`, made if missing; every agency of `agencies` has one afterwards.
    pub fn load_or_make(folder: &Path, agencies: &[String]) -> Result<Self> {
        let file = folder.join("secrets.toml");
        let mut secrets = match fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text).with_context(|| {
                format!(
                    "{} is damaged: restore it from your backup, citizens' data cannot be read without it",
                    file.display()
                )
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Secrets {
                seal_key: chassis::clock::random_bytes::<32>()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect(),
                hub_seed: KeyPair::new_user().seed()?,
                agencies: BTreeMap::new(),
            },
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        };
        for agency in agencies {
            if !secrets.agencies.contains_key(agency) {
                secrets.agencies.insert(agency.clone(), KeyPair::new_user().seed()?);
            }
        }
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let mut options = fs::OpenOptions::new();
        let mut written = options.write(true).create(true).truncate(true).mode(0o600).open(&file)?;
        written.write_all(toml::to_string(&secrets)?.as_bytes())?;
        Ok(secrets)
    }
}

/// The public key of a seed's user.
pub fn public_nkey(seed: &str) -> Result<String> {
    Ok(KeyPair::from_seed(seed)?.public_key())
}
