//! So many in a span of time, for each client, in memory that does not grow.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::TooMany;

/// Half a MiB a budget. Clients that fall into one cell share it: one in 65,536 for each other client that is busy
/// in the same span, and nobody can choose whom to meet, since the hash is keyed anew at every start.
const CELLS: usize = 1 << 16;

/// The generic cell rate algorithm: a cell holds when its client's debt is paid, in nanoseconds since the start.
pub(super) struct Budget {
    paid_at_ns: Box<[AtomicU64]>,
    hasher: RandomState,
    start: Instant,
    /// What one takes.
    cost_ns: u64,
    /// The debt that is let stand.
    span_ns: u64,
}

impl Budget {
    /// `count` in `span`, all at once or spread.
    pub fn new(count: NonZeroU32, span: Duration) -> Self {
        let span_ns = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Budget {
            paid_at_ns: (0..CELLS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            start: Instant::now(),
            cost_ns: span_ns / u64::from(count.get()),
            span_ns,
        }
    }

    /// Takes one, or says when one is free.
    pub fn take(&self, client: IpAddr, now: Instant) -> Result<(), TooMany> {
        let now_ns = self.ns(now);
        let cell = self.cell(client);
        let taken = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |paid_at_ns| {
            self.after_one(paid_at_ns, now_ns).ok()
        });
        taken.map(drop).map_err(|paid_at_ns| self.after_one(paid_at_ns, now_ns).err().unwrap_or(NOW))
    }

    /// Whether one could be taken.
    pub fn check(&self, client: IpAddr, now: Instant) -> Result<(), TooMany> {
        self.after_one(self.cell(client).load(Ordering::Relaxed), self.ns(now)).map(drop)
    }

    fn after_one(&self, paid_at_ns: u64, now_ns: u64) -> Result<u64, TooMany> {
        let next_ns = paid_at_ns.max(now_ns).saturating_add(self.cost_ns);
        match next_ns.saturating_sub(now_ns).saturating_sub(self.span_ns) {
            0 => Ok(next_ns),
            wait_ns => Err(TooMany { wait: Duration::from_nanos(wait_ns) }),
        }
    }

    fn cell(&self, client: IpAddr) -> &AtomicU64 {
        // The remainder is below CELLS.
        let place = self.hasher.hash_one(network(client)) % CELLS as u64;
        &self.paid_at_ns[usize::try_from(place).unwrap_or_default()]
    }

    fn ns(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.start).as_nanos()).unwrap_or(u64::MAX)
    }
}

const NOW: TooMany = TooMany { wait: Duration::ZERO };

/// A household or a server has 64 bits of IPv6 to itself: its addresses are one client.
fn network(client: IpAddr) -> u64 {
    match client.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => u64::try_from(v6.to_bits() >> 64).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn budget(count: u32) -> Budget {
        Budget::new(NonZeroU32::new(count).unwrap(), Duration::from_secs(3_600))
    }

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn a_used_budget_says_when_to_come_again_and_then_lets_one_in() {
        let budget = budget(20);
        let now = budget.start + Duration::from_secs(9);
        for _ in 0..20 {
            budget.take(ONE, now).unwrap();
        }
        let refused = budget.take(ONE, now).unwrap_err();
        assert_eq!(refused.wait, Duration::from_secs(180));
        assert_eq!(refused.wait_s(), 181);
        assert_eq!(budget.check(ONE, now), Err(refused));
        let later = now + refused.wait;
        budget.check(ONE, later).unwrap();
        budget.take(ONE, later).unwrap();
        budget.take(ONE, later).unwrap_err();
    }

    #[test]
    fn a_check_takes_nothing() {
        let budget = budget(1);
        let now = budget.start;
        budget.check(ONE, now).unwrap();
        budget.check(ONE, now).unwrap();
        budget.take(ONE, now).unwrap();
        budget.check(ONE, now).unwrap_err();
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_a_mapped_address_is_ipv4() {
        let address = |text: &str| network(text.parse().unwrap());
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    }

    #[test]
    fn other_clients_have_budgets_of_their_own() {
        let budget = budget(1);
        let free =
            (1..=200).filter(|last| budget.take([192, 0, 2, *last].into(), budget.start).is_ok()).count();
        // Two of 200 may share one of 65,536 cells; more than a few would mean that they all do.
        assert!(free > 190, "{free}");
    }

    proptest! {
        #[test]
        fn never_more_than_twice_the_count_in_one_span(
            count in 1_u32..50, mut steps in proptest::collection::vec(0_u64..3_600_000, 1..300)
        ) {
            let budget = budget(count);
            steps.sort_unstable();
            let took = |ms: &u64| budget.take(ONE, budget.start + Duration::from_millis(*ms)).is_ok();
            let taken = steps.iter().filter(|step| took(step)).count();
            prop_assert!(taken as u64 <= 2 * u64::from(count));
        }
    }
}
