//! How much one client may ask for: requests of the API and the citizen's page, codes that name no case, and passwords
//! that are wrong.
//!
//! A tracking code has nine free digits, so a guess costs little and a hit shows a stranger's case. Wrong keys are
//! caught by the check digit before anything is looked up; what is looked up and not found is almost always a guess,
//! and is counted apart, by the hour.

mod budget;
mod client;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use serde::Deserialize;

use budget::Budget;
pub(crate) use client::Client;

/// The limits of one client address (of an IPv6 network of 64 bits).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Registrations and look-ups together, also at once. The default is far above what the largest centre needs:
    /// whole provinces come from one address, and so do thousands of telephones behind one provider.
    pub requests_per_minute: NonZeroU32,
    /// Codes in order that name no case.
    pub misses_per_hour: NonZeroU32,
    /// Passwords that are wrong: a whole centre may come from one address.
    pub wrong_passwords_per_hour: NonZeroU32,
    /// Reverse proxies in front, each of which appends the address it saw to `X-Forwarded-For`; with 0 that header
    /// is not believed.
    pub proxies: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            requests_per_minute: NonZeroU32::new(6_000).unwrap_or(NonZeroU32::MAX),
            misses_per_hour: NonZeroU32::new(20).unwrap_or(NonZeroU32::MAX),
            wrong_passwords_per_hour: NonZeroU32::new(30).unwrap_or(NonZeroU32::MAX),
            proxies: 0,
        }
    }
}

/// A client has used up what it may; it may come again after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub wait: Duration,
}

impl TooMany {
    /// For `Retry-After`: whole seconds, never too early.
    pub fn wait_s(self) -> u64 {
        self.wait.as_secs() + 1
    }
}

/// What clients have left.
pub(crate) struct Gauge {
    pub proxies: u8,
    requests: Budget,
    misses: Budget,
    wrong_passwords: Budget,
}

impl Gauge {
    pub fn new(limits: Limits) -> Self {
        let minute = Duration::from_secs(60);
        Gauge {
            proxies: limits.proxies,
            requests: Budget::new(limits.requests_per_minute, minute),
            misses: Budget::new(limits.misses_per_hour, 60 * minute),
            wrong_passwords: Budget::new(limits.wrong_passwords_per_hour, 60 * minute),
        }
    }

    /// Counts a registration.
    pub fn register(&self, client: IpAddr) -> Result<(), TooMany> {
        self.requests.take(client, Instant::now())
    }

    /// Counts a look-up; refused also to a client that has guessed too often.
    pub fn look_up(&self, client: IpAddr) -> Result<(), TooMany> {
        let now = Instant::now();
        self.misses.check(client, now)?;
        self.requests.take(client, now)
    }

    /// Whether a client may try to sign in: not once it has guessed too often.
    pub fn sign_in(&self, client: IpAddr) -> Result<(), TooMany> {
        let now = Instant::now();
        self.wrong_passwords.check(client, now)?;
        self.requests.take(client, now)
    }

    /// Counts a name or a password that was wrong.
    pub fn wrong_password(&self, client: IpAddr) {
        // Used up by other tries of the same moment: this one was answered before.
        let _ = self.wrong_passwords.take(client, Instant::now());
    }

    /// Counts a look-up that found nothing.
    pub fn miss(&self, client: IpAddr) {
        // Used up by other look-ups of the same moment: this one was answered before.
        let _ = self.misses.take(client, Instant::now());
    }
}
