//! Knowing when the other side is down, and not running against it.

use std::time::Duration;

use tokio::sync::watch;

/// This many failures in a row are no accident.
const OPENS_AFTER: u32 = 5;
/// How long nothing is pulled before one more try.
const PAUSE: Duration = Duration::from_secs(5);
const FIRST_DELAY_MS: u64 = 100;
const LONGEST_DELAY_MS: u64 = 5_000;

/// How long to wait after the `attempt`th failure (from 0), with jitter so that adapters do not come all at once.
pub(crate) fn back_off(attempt: u32) -> Duration {
    let delay_ms = (FIRST_DELAY_MS << attempt.min(6)).min(LONGEST_DELAY_MS);
    Duration::from_millis(delay_ms / 2 + chassis::clock::random_u64() % (delay_ms / 2))
}

/// Who failed. Each side is counted by itself: Samad taking an action says nothing of the agency's own systems.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Samad,
    Agency,
}

/// Counts failures in a row: while there are too many of either side, nothing new is pulled.
#[derive(Debug, Default)]
pub(crate) struct Circuit(watch::Sender<[u32; 2]>);

impl Circuit {
    pub(crate) fn failed(&self, side: Side) {
        self.0.send_modify(|failures| {
            let failures = &mut failures[side as usize];
            *failures = failures.saturating_add(1);
            if *failures == OPENS_AFTER {
                tracing::warn!(
                    ?side,
                    "{OPENS_AFTER} failures in a row: no referrals are pulled until something succeeds"
                );
            }
        });
    }

    pub(crate) fn succeeded(&self, side: Side) {
        self.0.send_if_modified(|failures| std::mem::take(&mut failures[side as usize]) > 0);
    }

    /// Whether referrals are pulled.
    pub(crate) fn is_closed(&self) -> bool {
        few(&self.0.borrow())
    }

    /// Returns when referrals may be pulled: at once, after a success, or for one more try.
    pub(crate) async fn closed(&self) {
        let mut failures = self.0.subscribe();
        // A timeout is the one more try.
        let _ = tokio::time::timeout(PAUSE, failures.wait_for(few)).await;
    }
}

fn few(failures: &[u32; 2]) -> bool {
    failures.iter().all(|failures| *failures < OPENS_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_a_row_open_it_and_one_success_closes_it() {
        let circuit = Circuit::default();
        (1..OPENS_AFTER).for_each(|_| circuit.failed(Side::Agency));
        assert!(circuit.is_closed());
        circuit.failed(Side::Agency);
        circuit.succeeded(Side::Samad);
        assert!(!circuit.is_closed(), "the other side's success is none of ours");
        circuit.succeeded(Side::Agency);
        assert!(circuit.is_closed());
    }

    #[test]
    fn delays_grow_and_stay_bounded() {
        assert!(back_off(0) < Duration::from_millis(FIRST_DELAY_MS));
        assert!((0..100).all(|attempt| back_off(attempt) < Duration::from_millis(LONGEST_DELAY_MS)));
        assert!(back_off(9) >= Duration::from_millis(LONGEST_DELAY_MS / 2));
    }
}
