//! An agency's account: four ways into the hub that bear its code, limits, and whom it no longer lets in.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use jiff::Timestamp;
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::authority::{Kind, pair};
use crate::hub::{SERVICES, WAYS};
use crate::jwt::sign;
use crate::{claims, credentials};

/// Bytes of one message: 4,000 letters of an answer and as many of its reason, however they are spelt, and no file.
const MAX_PAYLOAD: u32 = 64 * 1024;
/// Several replicas of an adapter, and their successors during a rolling restart.
const MAX_CONNECTIONS: u32 = 16;
/// A pull and a reply inbox per connection, with room.
const MAX_SUBSCRIPTIONS: u32 = 256;
/// A code is also a subject token and a consumer's name.
const CODE_LIMIT_BYTES: usize = 64;
/// Revoking up to this moment, in seconds since 1970, revokes also what is signed meanwhile: the end of 9999.
const FOR_GOOD: i64 = 253_402_300_799;

/// Whether an agency's credentials let it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// They do.
    Active,
    /// Not now; the same will again.
    Suspended,
    /// Never again.
    Revoked,
}

/// An agency on the bus, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The seed of its account, which signs its users.
    account: String,
    /// See [`Standing`].
    pub standing: Standing,
    /// The public key of the user whose credentials its people hold; none while they were given none.
    pub holder: Option<String>,
    /// What letting it in on a live system rested on, in words; none in a sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformance: Option<String>,
    /// Former holders, by public key, with the moment (seconds since 1970) since which they are refused.
    #[serde(default)]
    cut: BTreeMap<String, i64>,
}

impl Agency {
    /// A new one, of which nobody holds credentials.
    ///
    /// # Errors
    /// Never in practice: when a fresh key has no seed.
    pub fn new() -> Result<Self> {
        let account = KeyPair::new_account().seed()?;
        Ok(Agency {
            account,
            standing: Standing::Active,
            holder: None,
            conformance: None,
            cut: BTreeMap::new(),
        })
    }

    /// New credentials for its people. Those they held are refused from now on.
    ///
    /// # Errors
    /// When its key is damaged.
    pub fn hand_out(&mut self, code: &str, kind: Kind, now: Timestamp) -> Result<String> {
        self.hand_to(&KeyPair::new_user(), code, kind, now)
    }

    /// As [`Self::hand_out`], to a user who has a seed already.
    ///
    /// # Errors
    /// When a key is damaged.
    pub fn hand_to_seed(&mut self, seed: &str, code: &str, kind: Kind, now: Timestamp) -> Result<String> {
        self.hand_to(&pair(seed)?, code, kind, now)
    }

    fn hand_to(&mut self, user: &KeyPair, code: &str, kind: Kind, now: Timestamp) -> Result<String> {
        let text = self.credentials(user, code, kind, now)?;
        if let Some(former) = self.holder.replace(user.public_key()) {
            self.cut.insert(former, now.as_second());
        }
        Ok(text)
    }

    /// Credentials for an adapter that ends with this process; nobody keeps them.
    ///
    /// # Errors
    /// When its key is damaged.
    pub fn lend(&self, code: &str, kind: Kind, now: Timestamp) -> Result<String> {
        self.credentials(&KeyPair::new_user(), code, kind, now)
    }

    fn credentials(&self, user: &KeyPair, code: &str, kind: Kind, now: Timestamp) -> Result<String> {
        let (name, tags): (String, &[&str]) = match kind {
            Kind::Live => (code.to_owned(), &[]),
            Kind::Sandbox => (format!("{code} SANDBOX"), &["sandbox"]),
        };
        let nats = claims::user(None, tags);
        let claims = sign(&pair(&self.account)?, &user.public_key(), &name, &nats, now)?;
        Ok(credentials::text(&claims, &user.seed()?))
    }

    pub(crate) fn seed(&self) -> &str {
        &self.account
    }

    /// What the broker is told of its account: what its users may say and hear in it, and the ways out of it to the
    /// account `hub`.
    pub(crate) fn claims(&self, code: &str, hub: &str) -> Value {
        let of = |subject: &str| subject.replace("CODE", code);
        let mut account = claims::account();
        let limits = &mut account["limits"];
        limits["conn"] = json!(MAX_CONNECTIONS);
        limits["subs"] = json!(MAX_SUBSCRIPTIONS);
        limits["payload"] = json!(MAX_PAYLOAD);
        limits["imports"] = json!(WAYS.len());
        limits["exports"] = json!(0);
        limits["leaf"] = json!(0);
        limits["disallow_bearer"] = json!(true);
        account["imports"] = json!(WAYS.map(|(theirs, ours, _)| json!({
            "name": of(theirs), "subject": of(theirs), "local_subject": of(ours), "account": hub, "type": "service",
        })));
        let say = WAYS.map(|(_, ours, _)| of(ours));
        account["default_permissions"] = claims::permissions(&say, &[format!("_INBOX_{code}.>")]);
        account["revocations"] = match self.standing {
            Standing::Active => json!(self.cut),
            Standing::Suspended | Standing::Revoked => json!({"*": FOR_GOOD}),
        };
        account
    }
}

/// Whether this can be an agency's code on the bus.
///
/// # Errors
/// With what it must be: otherwise it could break out of a subject, or name a consumer that is another's.
pub fn check_code(code: &str) -> Result<()> {
    let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    // A consumer of digits only could be taken for a sequence number in an acknowledgement.
    let wordy = code.contains(|c: char| c.is_ascii_alphabetic());
    ensure!(
        plain && wordy && code.len() <= CODE_LIMIT_BYTES,
        "{code:?} cannot be an agency's code on the bus: Latin letters, digits, - and _, not digits only"
    );
    // Services have consumers on routing's stream, too.
    let is_taken = SERVICES.iter().any(|service| service.name.eq_ignore_ascii_case(code));
    ensure!(!is_taken, "{code} is the name of a service, not of an agency");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_out_of_a_subject_is_no_code() {
        check_code("tabriz-water").unwrap();
        for code in ["", "101", "audit", "Routing", "a.b", "a*", "a>", "a\" {", "آب", &"a".repeat(65)] {
            assert!(check_code(code).is_err(), "{code}");
        }
    }

    #[test]
    fn every_way_out_of_an_account_bears_its_code() {
        let claims = Agency::new().unwrap().claims("water", "AHUB");
        let imports = claims["imports"].as_array().unwrap();
        assert_eq!(imports.len(), 4);
        for import in imports {
            let subject = import["subject"].as_str().unwrap();
            assert!(subject.split('.').any(|token| token == "water"), "{subject}");
            assert!(!subject.contains("CODE"), "{subject}");
        }
    }

    #[test]
    fn former_holders_are_cut_one_by_one_and_a_suspension_cuts_all() {
        let now = "2025-10-01T08:00:00Z".parse().unwrap();
        let mut agency = Agency::new().unwrap();
        agency.hand_out("water", Kind::Live, now).unwrap();
        assert_eq!(agency.claims("water", "AHUB")["revocations"], json!({}));
        let first = agency.holder.clone().unwrap();
        agency.hand_out("water", Kind::Live, now).unwrap();
        assert_eq!(agency.claims("water", "AHUB")["revocations"], json!({first: now.as_second()}));
        agency.standing = Standing::Suspended;
        assert_eq!(agency.claims("water", "AHUB")["revocations"], json!({"*": FOR_GOOD}));
    }
}
