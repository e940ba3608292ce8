//! Adapters that crash between the commit of their action and the acknowledgement of its referral.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Crashes that were ordered: the next adapter with a referral in hand suffers one.
#[derive(Debug, Default)]
pub struct Crashes(AtomicUsize);

impl Crashes {
    /// Orders one.
    pub fn order(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether whoever asks must crash now: once for each order.
    pub fn strike(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ordered| ordered.checked_sub(1)).is_ok()
    }

    /// Those that nobody has suffered yet.
    pub fn outstanding(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}
