//! How long a batch of notices is one replica's to send.

use std::time::Duration;

use tokio::time::Instant;

/// How long notices stay with a replica that died, beyond what its last message could still take.
const MARGIN: Duration = Duration::from_secs(5);

/// The lease of a batch: long enough that a message begun in its first seconds is over before another replica may
/// take it, and renewed all the time, so that a large batch or a slow gateway loses it no more than a small one.
pub struct Lease {
    longest_send: Duration,
    /// Read before the database was asked, so never later than where its own lease begins.
    since: Instant,
}

impl Lease {
    /// How often it is renewed: some tries fit into the margin.
    pub const RENEWAL: Duration = Duration::from_secs(1);

    /// A lease that is asked for now, for messages that take `longest_send` at most.
    #[must_use]
    pub fn new(longest_send: Duration) -> Self {
        Lease { longest_send, since: Instant::now() }
    }

    /// What to ask the database for.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.longest_send + MARGIN
    }

    /// The same lease, asked for again now.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Lease::new(self.longest_send)
    }

    /// Whether a message begun now ends before another replica may take it.
    #[must_use]
    pub fn allows_to_begin(&self) -> bool {
        self.since.elapsed() < MARGIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_begun_ends_within_the_lease() {
        let lease = Lease::new(Duration::from_secs(10));
        let taken = Instant::now();
        while lease.allows_to_begin() {
            assert!(taken.elapsed() + Duration::from_secs(10) < lease.length());
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        assert!(lease.renewed().allows_to_begin());
    }
}
