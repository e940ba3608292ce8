//! The keys under which a deployment's broker believes anything.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::claims;
use crate::hub::{self, Service};
use crate::jwt::sign;
use crate::{Agency, credentials};

/// What a deployment is for. Its broker takes only what was signed for it, so that credentials of one are refused by
/// every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Citizens are served.
    Live,
    /// Agencies try their adapters, on a clock that can be moved.
    Sandbox,
}

/// An account as the broker is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its public key.
    pub key: String,
    /// What was signed of it.
    pub claims: String,
}

/// The keys that sign. Whoever holds them can let anyone in: they belong to the `samad` command, never to a service.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// See [`Kind`].
    pub kind: Kind,
    operator: String,
    system: String,
    hub: String,
}

impl Authority {
    /// New keys.
    ///
    /// # Errors
    /// Never in practice: when a fresh key has no seed.
    pub fn generate(kind: Kind) -> Result<Self> {
        let (operator, system) = (KeyPair::new_operator().seed()?, KeyPair::new_account().seed()?);
        Ok(Authority { kind, operator, system, hub: KeyPair::new_account().seed()? })
    }

    /// What the operator says of itself: all that a broker must be told to know whom to believe.
    ///
    /// # Errors
    /// When a key is damaged; so do all others here.
    pub fn operator(&self, now: Timestamp) -> Result<String> {
        let key = pair(&self.operator)?;
        let name = match self.kind {
            Kind::Live => "samad",
            Kind::Sandbox => "samad sandbox",
        };
        let system = pair(&self.system)?.public_key();
        let nats = json!({"type": "operator", "version": 2, "system_account": system});
        sign(&key, &key.public_key(), name, &nats, now)
    }

    /// The account by which the broker is told of agencies.
    pub fn system(&self, now: Timestamp) -> Result<Account> {
        self.account(&self.system, "SYS", &claims::account(), now)
    }

    /// The account that the services share, for a system that starts now.
    pub fn hub(&self, now: Timestamp) -> Result<Account> {
        self.account(&self.hub, "GOV", &hub::account(now), now)
    }

    /// An agency's account.
    pub fn agency(&self, code: &str, agency: &Agency, now: Timestamp) -> Result<Account> {
        let hub = pair(&self.hub)?.public_key();
        self.account(agency.seed(), code, &agency.claims(code, &hub), now)
    }

    /// Credentials by which the broker is told of agencies.
    pub fn registrar(&self, now: Timestamp) -> Result<String> {
        self.user(&self.system, "registrar", claims::user(None, &[]), now)
    }

    /// A service's credentials: its own facts to say, and what it hears.
    pub fn service(&self, service: &Service, now: Timestamp) -> Result<String> {
        self.user(&self.hub, service.name, claims::user(Some(service.permissions()), &[]), now)
    }

    /// Credentials of whoever runs the deployment: every stream, every subject of the hub.
    pub fn operations(&self, now: Timestamp) -> Result<String> {
        self.user(&self.hub, "samad", claims::user(None, &[]), now)
    }

    /// The operator's word that `text` is theirs: their public key, and its signature.
    pub fn vouch(&self, text: &str) -> Result<(String, String)> {
        let operator = pair(&self.operator)?;
        Ok((operator.public_key(), STANDARD.encode(operator.sign(text.as_bytes())?)))
    }

    fn account(&self, seed: &str, name: &str, nats: &serde_json::Value, now: Timestamp) -> Result<Account> {
        let key = pair(seed)?.public_key();
        let claims = sign(&pair(&self.operator)?, &key, name, nats, now)?;
        Ok(Account { key, claims })
    }

    fn user(&self, account: &str, name: &str, nats: serde_json::Value, now: Timestamp) -> Result<String> {
        let user = KeyPair::new_user();
        let claims = sign(&pair(account)?, &user.public_key(), name, &nats, now)?;
        Ok(credentials::text(&claims, &user.seed()?))
    }
}

/// Whether the operator with that public key vouched for `text`.
///
/// # Errors
/// When they did not, or this is no operator's key.
pub fn is_vouched(operator: &str, text: &str, signature: &str) -> Result<()> {
    ensure!(operator.starts_with('O'), "{operator} is no operator's key");
    let signature = STANDARD.decode(signature).context("the signature is damaged")?;
    KeyPair::from_public_key(operator)?
        .verify(text.as_bytes(), &signature)
        .context("the operator did not sign this: it was changed, or signed by another")
}

pub(crate) fn pair(seed: &str) -> Result<KeyPair> {
    KeyPair::from_seed(seed).context("a key of the broker's authority is damaged: restore it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_operator_vouches_for_is_told_from_what_was_changed_or_is_anothers() {
        let (ours, theirs) =
            (Authority::generate(Kind::Sandbox).unwrap(), Authority::generate(Kind::Sandbox).unwrap());
        let (operator, signature) = ours.vouch("passed").unwrap();
        assert!(is_vouched(&operator, "passed", &signature).is_ok());
        assert!(is_vouched(&operator, "failed", &signature).is_err());
        assert!(is_vouched(&theirs.vouch("passed").unwrap().0, "passed", &signature).is_err());
        assert!(
            is_vouched(&operator, "passed", "?").is_err() && is_vouched("", "passed", &signature).is_err()
        );
    }
}
