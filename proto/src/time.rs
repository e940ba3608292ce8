//! Between the wire's timestamps and `jiff`.

use jiff::Timestamp;

/// A timestamp that is missing or out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The field must be set.
    #[error("the time is missing")]
    Missing,
    /// Outside the years 1 to 9999.
    #[error("the time is outside the years 1 to 9999")]
    OutOfRange,
}

/// An instant as the wire writes it.
#[must_use]
pub fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    // The wire counts nanoseconds forward from the second also before 1970.
    let nanos = at.as_nanosecond();
    let seconds = nanos.div_euclid(1_000_000_000);
    prost_types::Timestamp {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0),
    }
}

/// An instant that may be absent.
pub fn optional_instant(wire: Option<&prost_types::Timestamp>) -> Result<Option<Timestamp>, TimeError> {
    wire.map(|at| {
        let nanos = i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos);
        Timestamp::from_nanosecond(nanos).map_err(|_| TimeError::OutOfRange)
    })
    .transpose()
}

/// An instant that must be there.
pub fn required_instant(wire: Option<&prost_types::Timestamp>) -> Result<Timestamp, TimeError> {
    optional_instant(wire)?.ok_or(TimeError::Missing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn instants_read_back(nanos in -60_000_000_000_000_000_000_i128..250_000_000_000_000_000_000_i128) {
            let at = Timestamp::from_nanosecond(nanos).unwrap();
            prop_assert_eq!(required_instant(Some(&timestamp(at))), Ok(at));
        }
    }

    #[test]
    fn absent_and_absurd_times_are_named() {
        assert_eq!(required_instant(None), Err(TimeError::Missing));
        let absurd = prost_types::Timestamp { seconds: i64::MAX, nanos: 0 };
        assert_eq!(required_instant(Some(&absurd)), Err(TimeError::OutOfRange));
    }
}
