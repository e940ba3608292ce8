//! Where the broker is and who we are there.

use anyhow::{Context, Result, ensure};
use bus::{Bus, Login};
use chassis::clock::Clock;

/// The environment variable with the path of the file that holds the seed of the agency's nkey.
const SEED_FILE: &str = "SAMAD_AGENCY_SEED_FILE";
/// nkey seeds of users: `SU` and 56 more characters of base 32.
const SEED_CHARACTERS: usize = 58;

/// How an adapter reaches Samad. It cannot be printed, for it holds the seed.
#[derive(Clone)]
pub struct Connection {
    /// The broker's address.
    pub nats_url: String,
    /// The agency's code, as Samad registered it.
    pub agency: String,
    /// The seed (`SU…`) the agency signs in with; absent only on a broker for tests, where there are no accounts.
    pub nkey_seed: Option<String>,
    /// The time by which actions are dated: the machine's, except in rehearsals and replays.
    pub clock: Clock,
}

impl Connection {
    /// The agency `agency` at `nats_url`, on the machine's time.
    #[must_use]
    pub fn new(nats_url: impl Into<String>, agency: impl Into<String>, nkey_seed: Option<String>) -> Self {
        Connection { nats_url: nats_url.into(), agency: agency.into(), nkey_seed, clock: Clock::live() }
    }

    /// From `SAMAD_NATS_URL`, `SAMAD_AGENCY` and `SAMAD_AGENCY_SEED_FILE`.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong, never the seed.
    pub fn from_env() -> Result<Self> {
        let path = required(SEED_FILE).ok();
        let seed = path.map(std::fs::read_to_string).transpose();
        let seed = seed.with_context(|| format!("the file that {SEED_FILE} names cannot be read"))?;
        let seed = seed.map(|seed| seed.trim().to_owned());
        Ok(Self::new(required("SAMAD_NATS_URL")?, required("SAMAD_AGENCY")?, seed))
    }

    /// Connects, and goes on trying while the broker is away.
    pub(crate) async fn open(&self) -> Result<Bus> {
        let plain = self.agency.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        ensure!(plain && !self.agency.is_empty(), "{:?} is not an agency's code", self.agency);
        if let Some(seed) = &self.nkey_seed {
            let sound = seed.starts_with("SU") && seed.chars().count() == SEED_CHARACTERS;
            ensure!(sound, "the seed is not that of a user's nkey (SU and 56 more characters)");
        }
        let name = format!("adapter of {}", self.agency);
        // Without accounts there is no agency's view of the hub, and the hub's own is used.
        let agency = self.nkey_seed.is_some().then(|| self.agency.clone());
        Bus::connect(&self.nats_url, &name, &Login { nkey_seed: self.nkey_seed.clone(), agency }).await
    }

    /// The subject of actions on a referral. In its own account an agency does not name itself: the broker does.
    pub(crate) fn action_subject(&self, referral: contracts::ReferralId) -> String {
        match self.nkey_seed {
            Some(_) => format!("agency.action_published.{referral}"),
            None => format!("agency.v1.{}.action_published.{referral}", self.agency),
        }
    }
}

fn required(name: &str) -> Result<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).with_context(|| format!("set {name}"))
}
