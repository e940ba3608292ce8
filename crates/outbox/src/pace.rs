//! How long facts wait for company, so that many go into one commit or one round trip.

use std::time::Duration;

use chassis::clock::Clock;

/// Every commit and every round trip has its price: they are frequent only where somebody waits for what comes of them.
/// The rest of the machine is left to those who are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// While the clock is held: few facts come at a time, and whoever moves it on waits for all of them.
    Held,
    /// On the way from a call to the agency's hands.
    Prompt,
    /// Everything else.
    Leisurely,
}

impl Pace {
    /// That of whatever says nothing else.
    pub(crate) fn usual(clock: &Clock) -> Self {
        if clock.is_live() { Pace::Leisurely } else { Pace::Held }
    }

    /// That of what somebody waits for.
    pub(crate) fn promptly(self) -> Self {
        if self == Pace::Held { self } else { Pace::Prompt }
    }

    /// From one round of the relay to the next while there are facts: those committed meanwhile go together.
    pub(crate) fn relay(self) -> Duration {
        Duration::from_millis(match self {
            Pace::Held => 2,
            Pace::Prompt => 20,
            Pace::Leisurely => 60,
        })
    }

    /// How long a listener's batch that is not full waits while facts flow.
    pub(crate) fn linger(self) -> Duration {
        match self {
            Pace::Held => bus::LINGER_AFTER_PAUSE,
            Pace::Prompt => bus::LINGER,
            Pace::Leisurely => Duration::from_millis(50),
        }
    }
}
