//! How long facts wait for company, so that many go into one commit or one round trip.

use std::time::Duration;

use chassis::clock::Clock;

/// Every commit and every round trip has its price: they are frequent only where somebody waits for what comes of them.
/// The rest of the machine is left to those who are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// On the way from a call to the agency's hands.
    Prompt,
    /// Everything else.
    Leisurely,
}

impl Pace {
    /// That of whatever says nothing else. In a rehearsal somebody waits for everything: whoever moves the clock on.
    pub(crate) fn usual(clock: &Clock) -> Self {
        if clock.is_live() { Pace::Leisurely } else { Pace::Prompt }
    }

    /// From one round of the relay to the next while there are facts: those committed meanwhile go together.
    pub(crate) fn relay(self) -> Duration {
        Duration::from_millis(if self == Pace::Prompt { 20 } else { 60 })
    }

    /// How long a listener's batch that is not full waits while facts flow.
    pub(crate) fn linger(self) -> Duration {
        if self == Pace::Prompt { bus::LINGER } else { Duration::from_millis(50) }
    }
}
