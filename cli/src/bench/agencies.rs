//! Agencies that answer at once, and remember when sampled referrals reached them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use chassis::clock::Clock;
use sdk::{Agency, Answer, Desk, Outcome, Referral, Retry};
use tokio::time::Instant;

use crate::system::System;

pub const CODES: [&str; 3] = ["bench-one", "bench-two", "bench-three"];
/// Contacts whose reference begins so are timed.
pub const SAMPLED: &str = "sample-";

/// When sampled referrals came to their adapter, by the contact's reference.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Mutex<HashMap<String, Instant>>>);

impl Arrivals {
    /// Connects the agencies.
    ///
    /// # Errors
    /// When the system was not started for them.
    pub fn start(system: &System) -> Result<Self> {
        let arrivals = Arrivals::default();
        for code in CODES {
            let connection = system.adapter(code, &Clock::live())?;
            let (agency, stop) = (arrivals.clone(), system.life.token());
            system
                .life
                .spawn("bench agency", async move { sdk::serve_until(connection, agency, stop).await });
        }
        Ok(arrivals)
    }

    /// Takes what has arrived so far.
    pub fn take(&self) -> HashMap<String, Instant> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Agency for Arrivals {
    async fn act(&self, referral: Referral, _desk: &Desk) -> Result<Outcome, Retry> {
        if referral.source_reference.starts_with(SAMPLED) {
            let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            arrived.entry(referral.source_reference).or_insert_with(Instant::now);
        }
        Ok(Answer::done("انجام شد و نتیجه به شهروند اعلام می‌شود.").into())
    }
}

/// The topic of the case with this number.
pub fn topic(number: u64) -> String {
    format!("bench.{}", CODES[usize::try_from(number).unwrap_or(0) % CODES.len()])
}
