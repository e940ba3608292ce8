//! Which faults strike, and in which order.

use super::Chance;
use crate::ports::SERVICES;

/// So many more rows, one more round of faults before the unreadable message.
const ROWS_A_ROUND: usize = 10_000;

/// What happens to a part of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One of the replicas of this service ends without warning (SIGKILL) and is started again.
    ServiceKilled(&'static str),
    /// NATS ends without warning and is started again.
    BrokerKilled,
    /// NATS ends without warning and comes back without its data.
    BrokerEmptied,
    /// PostgreSQL is stopped and started again.
    DatabaseRestarted,
    /// An adapter ends when an action of it is committed and its referral is not acknowledged.
    AdapterCrashed,
    /// A message that no one can read is put on a stream.
    UnreadablePut,
}

/// Every fault at least once, in the order that `chance` gives: each service is killed twice at least.
pub fn plan(rows: usize, chance: &mut Chance) -> Vec<Fault> {
    let killed = SERVICES.map(Fault::ServiceKilled);
    let rounds = 1 + rows / ROWS_A_ROUND;
    let others = [Fault::BrokerKilled, Fault::DatabaseRestarted, Fault::AdapterCrashed];
    let mut early: Vec<_> = (0..rounds).flat_map(|_| killed.into_iter().chain(others)).collect();
    early.push(Fault::BrokerEmptied);
    chance.shuffle(&mut early);
    // What no one can read is in no outbox, so a broker that is killed or emptied after it loses it for good.
    let mut late: Vec<_> = killed.into_iter().chain([Fault::DatabaseRestarted]).collect();
    chance.shuffle(&mut late);
    early.into_iter().chain([Fault::UnreadablePut]).chain(late).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_strikes_and_nothing_takes_the_unreadable_away() {
        for seed in 0..50 {
            let plan = plan(20_000, &mut Chance::of(seed));
            for service in SERVICES {
                assert_eq!(plan.iter().filter(|fault| **fault == Fault::ServiceKilled(service)).count(), 4);
            }
            let place = |fault| plan.iter().rposition(|planned| *planned == fault).unwrap();
            let put = place(Fault::UnreadablePut);
            assert!(place(Fault::BrokerKilled) < put && place(Fault::BrokerEmptied) < put);
            assert!(place(Fault::AdapterCrashed) < put && place(Fault::DatabaseRestarted) > put);
        }
    }
}
