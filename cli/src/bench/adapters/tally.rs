//! When referrals came to the sound adapters.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use sdk::Referral;
use tokio::time::Instant;

use super::crowd::Temper;

/// What a run has seen so far.
pub struct Tally(Mutex<Seen>);

struct Seen {
    origin: Instant,
    /// Number of the next reference; those of the run before are passed over.
    next: u64,
    first: u64,
    expected: HashSet<u64>,
    latencies_us: Histogram<u64>,
}

impl Tally {
    pub fn new() -> Result<Self> {
        let latencies_us = Histogram::new(3)?;
        let (origin, expected) = (Instant::now(), HashSet::new());
        Ok(Tally(Mutex::new(Seen { origin, next: 0, first: 0, expected, latencies_us })))
    }

    /// A run begins.
    pub fn begin(&self) {
        let mut seen = self.seen();
        seen.first = seen.next;
        seen.expected.clear();
        seen.latencies_us.reset();
    }

    /// The reference of a contact that is sent now, to an adapter of this kind.
    pub fn expect(&self, temper: Temper) -> String {
        let mut seen = self.seen();
        let number = seen.next;
        seen.next += 1;
        if temper == Temper::Sound {
            seen.expected.insert(number);
        }
        format!("{number}@{}", seen.origin.elapsed().as_micros())
    }

    /// A referral is in the hands of a sound adapter.
    pub fn arrived(&self, referral: &Referral) {
        let mut seen = self.seen();
        let Some((number, sent_us)) = referral.source_reference.split_once('@') else { return };
        let (Ok(number), Ok(sent_us)) = (number.parse::<u64>(), sent_us.parse::<u64>()) else { return };
        if number >= seen.first && seen.expected.remove(&number) {
            let now_us = u64::try_from(seen.origin.elapsed().as_micros()).unwrap_or(u64::MAX);
            // It grows with what it is given: every time has its place.
            let _ = seen.latencies_us.record(now_us.saturating_sub(sent_us));
        }
    }

    /// Referrals that have not come to their sound adapter.
    pub fn missing(&self) -> u64 {
        self.seen().expected.len() as u64
    }

    /// So long these parts of all referrals took from the request to the sound adapter's hands.
    pub fn quantiles_ms<const N: usize>(&self, quantiles: [f64; N]) -> Result<[f64; N]> {
        let seen = self.seen();
        (!seen.latencies_us.is_empty()).then_some(()).context("no referral came to a sound adapter")?;
        Ok(quantiles.map(|quantile| seen.latencies_us.value_at_quantile(quantile) as f64 / 1000.0))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
