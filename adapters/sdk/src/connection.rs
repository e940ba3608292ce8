//! Where the broker is and who we are there.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use bus::{Bus, Login};
use chassis::clock::Clock;

/// The environment variable with the path of the file of credentials that the agency was handed.
const FILE: &str = "SAMAD_CREDENTIALS";
/// That with the address at which the adapter says how it is.
const ADMIN: &str = "SAMAD_ADMIN";

/// How an adapter reaches Samad. It cannot be printed, for it holds the agency's key.
#[derive(Clone)]
pub struct Connection {
    /// The broker's address.
    pub nats_url: String,
    /// The agency's code, as Samad registered it.
    pub agency: String,
    /// What the agency signs in with, as its file holds it; absent only on a broker for tests, where there are no
    /// accounts.
    pub credentials: Option<String>,
    /// The time by which actions are dated: the machine's, except in rehearsals and replays.
    pub clock: Clock,
    /// Where the adapter says how it is (`/healthz`, `/readyz`, `/metrics`); nowhere if absent.
    pub admin: Option<SocketAddr>,
}

impl Connection {
    /// The agency `agency` at `nats_url`, on the machine's time.
    #[must_use]
    pub fn new(nats_url: impl Into<String>, agency: impl Into<String>, credentials: Option<String>) -> Self {
        let (nats_url, agency) = (nats_url.into(), agency.into());
        Connection { nats_url, agency, credentials, clock: Clock::live(), admin: None }
    }

    /// From the file that `SAMAD_CREDENTIALS` names; it says how it is at the address in `SAMAD_ADMIN`, if that is set.
    ///
    /// # Errors
    /// As [`Connection::from_file`], and when the variable is not set or the other is no address.
    pub fn from_env() -> Result<Self> {
        let file = std::env::var_os(FILE).filter(|file| !file.is_empty());
        let file =
            file.with_context(|| format!("set {FILE} to the file of credentials that you were handed"))?;
        let admin = std::env::var(ADMIN).ok().filter(|address| !address.is_empty());
        let admin = admin.map(|address| address.parse());
        let admin = admin.transpose().with_context(|| format!("{ADMIN} must be like 127.0.0.1:9000"))?;
        Ok(Connection { admin, ..Self::from_file(Path::new(&file))? })
    }

    /// From the file that the agency was handed: the code, the address and the key are in it.
    ///
    /// # Errors
    /// Names what is missing, never the key.
    pub fn from_file(file: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Self::from_text(text).with_context(|| {
            format!("{} is not a file of credentials as `samad agency onboard` writes it", file.display())
        })
    }

    fn from_text(text: String) -> Result<Self> {
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.map(|value| value.trim().to_owned()).with_context(|| format!("it has no line `{name}: …`"))
        };
        Ok(Self::new(field("address")?, field("agency")?, Some(text)))
    }

    /// Connects, and goes on trying while the broker is away or lets the agency in no more.
    pub(crate) async fn open(&self) -> Result<Bus> {
        let plain = self.agency.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        ensure!(plain && !self.agency.is_empty(), "{:?} is not an agency's code", self.agency);
        // Without accounts there is no agency's view of the hub, and the hub's own is used.
        let login = match &self.credentials {
            Some(credentials) => Login::agency(&self.agency, credentials.clone()),
            None => Login::default(),
        };
        Bus::connect(&self.nats_url, &format!("adapter of {}", self.agency), &login).await
    }

    /// The subject of actions on a referral. In its own account an agency does not name itself: the broker does.
    pub(crate) fn action_subject(&self, referral: contracts::ReferralId) -> String {
        match self.credentials {
            Some(_) => format!("agency.action_published.{referral}"),
            None => format!("agency.v1.{}.action_published.{referral}", self.agency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_address_are_read_from_the_file() {
        let read = Connection::from_text("# kept secret\nagency: ea-gas\naddress: nats://bus:4222\n".into());
        let read = read.ok().unwrap();
        assert_eq!((read.agency.as_str(), read.nats_url.as_str()), ("ea-gas", "nats://bus:4222"));
        let error = Connection::from_text("agency: ea-gas\n".into()).err().unwrap().to_string();
        assert!(error.contains("address"), "{error}");
    }
}
