//! The text of nats-server's configuration: the whole file of a server of ours, or what another's includes.
//!
//! The server is told one operator, under which it believes signed accounts. Those of its services are in its file;
//! further ones it is told while it runs, and keeps in a folder.

use std::path::Path;

use anyhow::{Result, ensure};

/// Bytes; the bus itself allows less.
const MAX_PAYLOAD: &str = "1MB";
/// The first version that knows the flags below.
const KNOWS_FEATURE_FLAGS: (u32, u32) = (2, 14);
/// Acknowledgements keep their first form, which the agencies' imports name, also when a later server would prefer
/// the second.
const FEATURE_FLAGS: &str = "feature_flags { js_ack_fc_v2: false, js_api_reply_v2: false }\n";
/// Where accounts are kept that the server is told while it runs.
const ACCOUNTS_FOLDER: &str = "accounts";

/// Whom a server believes. Keys are public nkeys, the rest is signed text (JSON web tokens).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// What the operator says of itself.
    pub operator: String,
    /// The key of the account by which the server is told of others.
    pub system: String,
    /// Accounts that the server knows from the start: key and what is signed of it; that of `system` among them.
    pub known: Vec<(String, String)>,
}

/// What the configuration is made from.
pub(crate) struct Config<'a> {
    pub version: (u32, u32),
    pub port: u16,
    pub monitor_port: u16,
    pub data: &'a Path,
    pub durable: bool,
    pub accounts: Option<&'a Accounts>,
}

/// Writes the configuration.
///
/// # Errors
/// When a key or a signed text is malformed: it would break the file.
pub(crate) fn config(config: &Config<'_>) -> Result<String> {
    let Config { port, monitor_port, data, .. } = config;
    let store = quoted(data);
    let (sync, room) = if config.durable { ("always", "50GB") } else { ("\"2m\"", "2GB") };
    let flags = nats_flags(config.version);
    let accounts = match config.accounts {
        Some(accounts) => nats_accounts(accounts, &data.join(ACCOUNTS_FOLDER))?,
        None => String::new(),
    };
    Ok(format!(
        r#"# Written by Samad at every start: edits are lost.
server_name: samad
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: {MAX_PAYLOAD}
{flags}jetstream {{ store_dir: {store}, domain: hub, sync_interval: {sync}, max_file_store: {room}, max_memory_store: 64MB }}
{accounts}"#
    ))
}

/// What a nats-server of that version (major, minor) must be told beside the accounts: an older one refuses to start with
/// flags that it does not know.
#[must_use]
pub fn nats_flags(version: (u32, u32)) -> &'static str {
    if version >= KNOWS_FEATURE_FLAGS { FEATURE_FLAGS } else { "" }
}

/// What the configuration of a nats-server must include, also of one that others run, to let in whom these accounts vouch
/// for. `folder` is where it keeps the accounts that it is told while it runs.
///
/// # Errors
/// When a key or a signed text is malformed.
pub fn nats_accounts(accounts: &Accounts, folder: &Path) -> Result<String> {
    let Accounts { operator, system, known } = accounts;
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let mut preload = String::new();
    for (key, claims) in known {
        ensure!(plain(key) && plain(claims), "an account's key or claims are no nkey and no signed text");
        preload.push_str(&format!("  {key}: \"{claims}\"\n"));
    }
    ensure!(plain(operator) && plain(system), "the operator's claims or the system's key are malformed");
    let folder = quoted(folder);
    Ok(format!(
        r#"operator: "{operator}"
system_account: {system}
resolver {{ type: full, dir: {folder} }}
resolver_preload {{
{preload}}}
"#
    ))
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_out_of_the_file_is_refused() {
        let sound = Accounts {
            operator: "eyJ0.eyJh.s-_1".to_owned(),
            system: "ASYS".to_owned(),
            known: vec![("AHUB".to_owned(), "eyJ0.eyJi.x".to_owned())],
        };
        nats_accounts(&sound, Path::new("accounts")).unwrap();
        for bad in ["a\"", "a b", "a}", "a\n"] {
            let bad = || bad.to_owned();
            for broken in [
                Accounts { operator: bad(), ..sound.clone() },
                Accounts { system: bad(), ..sound.clone() },
                Accounts { known: vec![(bad(), String::new())], ..sound.clone() },
                Accounts { known: vec![("AHUB".to_owned(), bad())], ..sound.clone() },
            ] {
                assert!(nats_accounts(&broken, Path::new("accounts")).is_err(), "{broken:?}");
            }
        }
    }
}
