//! The text of nats-server's configuration: the whole file of a server of ours, or what another's includes.
//!
//! The suite's own services share the account `GOV`. Every agency has an account of its own, which imports exactly
//! four services from `GOV`, each bound to the agency's code; the server writes that code into the subject, so what
//! an agency asks for always bears its own name. Permissions inside one shared account would be no such wall: the
//! server does not check them on reply subjects.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Result, ensure};

/// Bytes; the bus itself allows less.
const MAX_PAYLOAD: &str = "1MB";
/// For an agency, in bytes: an answer with its explanation, not a file.
const AGENCY_MAX_PAYLOAD: &str = "256KB";
/// Several replicas of an adapter, and their successors during a rolling restart.
const AGENCY_MAX_CONNECTIONS: u32 = 16;
/// A pull and a reply inbox per connection, with room.
const AGENCY_MAX_SUBSCRIPTIONS: u32 = 256;
/// An agency's code is also a subject token, an account and a consumer.
const CODE_LIMIT_BYTES: usize = 64;
/// nkeys of users: a `U` and 55 more characters of base 32.
const NKEY_BYTES: usize = 56;
/// The first version that knows the flags below.
const KNOWS_FEATURE_FLAGS: (u32, u32) = (2, 14);
/// Acknowledgements keep their first form, which the agencies' imports name, also when a later server would prefer
/// the second.
const FEATURE_FLAGS: &str = "feature_flags { js_ack_fc_v2: false, js_api_reply_v2: false }\n";

/// An agency's door to the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyAccount {
    /// The agency's code: the name of its NATS account, of its consumer on the stream `ROUTING`, and the token of
    /// its subjects. Latin letters, digits, `-` and `_`, not digits only.
    pub agency: String,
    /// The public nkey (`U…`) its adapter signs in with.
    pub public_nkey: String,
}

/// What the configuration is made from.
pub(crate) struct Config<'a> {
    pub version: (u32, u32),
    pub port: u16,
    pub monitor_port: u16,
    pub store: &'a Path,
    pub durable: bool,
    pub hub_public_nkey: Option<&'a str>,
    pub agencies: &'a [AgencyAccount],
}

/// Writes the configuration.
///
/// # Errors
/// When a code or key is malformed or given twice: it would break the file, or open a door to the wrong one.
pub(crate) fn config(config: &Config<'_>) -> Result<String> {
    let Config { port, monitor_port, hub_public_nkey, agencies, .. } = config;
    let store = quoted(&config.store.to_string_lossy());
    let (sync, room) = if config.durable { ("always", "50GB") } else { ("\"2m\"", "2GB") };
    let flags = nats_flags(config.version);
    let (hub_user, no_auth) = match hub_public_nkey {
        Some(key) => (format!("{{nkey: {key}}}"), ""),
        None => ("{user: hub, password: hub}".to_owned(), "no_auth_user: hub\n"),
    };
    let accounts = accounts(&hub_user, *hub_public_nkey, agencies)?;
    Ok(format!(
        r#"# Written by Samad at every start: edits are lost.
server_name: samad
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: {MAX_PAYLOAD}
{flags}jetstream {{ store_dir: {store}, domain: hub, sync_interval: {sync}, max_file_store: {room}, max_memory_store: 64MB }}
{no_auth}{accounts}"#
    ))
}

/// What a nats-server of that version (major, minor) must be told beside the accounts: an older one refuses to start with
/// flags that it does not know.
#[must_use]
pub fn nats_flags(version: (u32, u32)) -> &'static str {
    if version >= KNOWS_FEATURE_FLAGS { FEATURE_FLAGS } else { "" }
}

/// What the configuration of a nats-server that others run must include, for the services and these agencies to sign in
/// each with a key and an account of its own.
///
/// # Errors
/// When a code or key is malformed or given twice.
pub fn nats_accounts(hub_public_nkey: &str, agencies: &[AgencyAccount]) -> Result<String> {
    accounts(&format!("{{nkey: {hub_public_nkey}}}"), Some(hub_public_nkey), agencies)
}

fn accounts(hub_user: &str, hub_public_nkey: Option<&str>, agencies: &[AgencyAccount]) -> Result<String> {
    check(hub_public_nkey, agencies)?;
    let mut text = format!(
        r#"system_account: SYS
accounts {{
  SYS {{ users: [] }}
  GOV {{
    jetstream: enabled
    users: [ {hub_user} ]
    exports: [
      {{service: "agency.v1.*.action_published.*", account_token_position: 3}}
      {{service: "$JS.API.CONSUMER.MSG.NEXT.ROUTING.*", account_token_position: 7, response_type: stream}}
      {{service: "$JS.API.CONSUMER.INFO.ROUTING.*", account_token_position: 6}}
      {{service: "$JS.ACK.ROUTING.*.>", account_token_position: 4}}
    ]
  }}
"#
    );
    for agency in agencies {
        text.push_str(&account(agency));
    }
    text.push_str("}\n");
    Ok(text)
}

/// One agency: its limits, what its adapter may say and hear inside the account, and the four ways out of it.
fn account(AgencyAccount { agency, public_nkey }: &AgencyAccount) -> String {
    format!(
        r#"  "{agency}" {{
    limits: {{ max_connections: {AGENCY_MAX_CONNECTIONS}, max_subscriptions: {AGENCY_MAX_SUBSCRIPTIONS}, max_payload: {AGENCY_MAX_PAYLOAD}, max_leafnodes: 0 }}
    users: [ {{nkey: {public_nkey}, permissions: {{
      publish: {{allow: [
        "agency.action_published.*"
        "GOV.API.CONSUMER.MSG.NEXT.ROUTING.{agency}"
        "GOV.API.CONSUMER.INFO.ROUTING.{agency}"
        "$JS.ACK.ROUTING.{agency}.>"
      ]}}
      subscribe: {{allow: ["_INBOX_{agency}.>"]}}
    }}}} ]
    imports: [
      {{service: {{account: GOV, subject: "agency.v1.{agency}.action_published.*"}}, to: "agency.action_published.*"}}
      {{service: {{account: GOV, subject: "$JS.API.CONSUMER.MSG.NEXT.ROUTING.{agency}"}}, to: "GOV.API.CONSUMER.MSG.NEXT.ROUTING.{agency}"}}
      {{service: {{account: GOV, subject: "$JS.API.CONSUMER.INFO.ROUTING.{agency}"}}, to: "GOV.API.CONSUMER.INFO.ROUTING.{agency}"}}
      {{service: {{account: GOV, subject: "$JS.ACK.ROUTING.{agency}.>"}}}}
    ]
  }}
"#
    )
}

fn check(hub_public_nkey: Option<&str>, agencies: &[AgencyAccount]) -> Result<()> {
    let mut codes = HashSet::new();
    let mut keys = HashSet::new();
    if let Some(key) = hub_public_nkey {
        check_nkey(key)?;
        keys.insert(key);
    }
    for AgencyAccount { agency, public_nkey } in agencies {
        let plain = agency.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        // A consumer of digits only could be taken for a sequence number in an acknowledgement.
        let wordy = agency.contains(|c: char| c.is_ascii_alphabetic());
        ensure!(
            plain && wordy && agency.len() <= CODE_LIMIT_BYTES,
            "{agency:?} cannot be an agency's code on the bus: Latin letters, digits, - and _, not digits only"
        );
        ensure!(
            !["GOV", "SYS"].contains(&agency.as_str()),
            "{agency} is a name of the hub, not of an agency"
        );
        check_nkey(public_nkey)?;
        ensure!(codes.insert(agency), "the agency {agency} is given twice");
        ensure!(keys.insert(public_nkey), "the agency {agency} has the key of another user");
    }
    Ok(())
}

fn check_nkey(key: &str) -> Result<()> {
    let base32 = key.chars().all(|c| c.is_ascii_uppercase() || ('2'..='7').contains(&c));
    ensure!(
        key.len() == NKEY_BYTES && key.starts_with('U') && base32,
        "{key:?} is not the public nkey of a user (U and 55 more characters)"
    );
    Ok(())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    fn try_agency(agency: &str, public_nkey: &str) -> Result<String> {
        let agencies = [AgencyAccount { agency: agency.into(), public_nkey: public_nkey.into() }];
        config(&Config {
            version: (2, 15),
            port: 4222,
            monitor_port: 8222,
            store: Path::new("/tmp/x"),
            durable: true,
            hub_public_nkey: None,
            agencies: &agencies,
        })
    }

    #[test]
    fn what_could_break_out_of_the_file_is_refused() {
        try_agency("tabriz-water", KEY).unwrap();
        for code in ["", "101", "GOV", "SYS", "a.b", "a*", "a>", "a\" {", "آب", &"a".repeat(65)] {
            assert!(try_agency(code, KEY).is_err(), "{code}");
        }
        for key in ["", "UABC", &KEY.to_lowercase(), &KEY.replace('U', "A"), &format!("{}}}", &KEY[1..])] {
            assert!(try_agency("water", key).is_err(), "{key}");
        }
    }

    #[test]
    fn an_agency_imports_only_subjects_that_bear_its_code() {
        let text = try_agency("water", KEY).unwrap();
        let imports: Vec<&str> = text.lines().filter(|line| line.contains("account: GOV")).collect();
        assert_eq!(imports.len(), 4);
        assert!(imports.iter().all(|line| line.contains(".water")), "{imports:#?}");
    }
}
