//! What the rows say the figures must be.

use serde_json::{Map, Value};

use super::Row;

/// The figures that follow from the rows alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    pub cases: u64,
    pub answered: u64,
    pub open: u64,
    /// Closed by their target, or without one; only where the rows' own times were kept.
    pub on_time: Option<u64>,
}

impl Expected {
    /// Counted from the rows.
    #[must_use]
    pub fn of(rows: &[Row], times_kept: bool) -> Self {
        let answered = rows.iter().filter(|row| row.closed.is_some()).count() as u64;
        let in_time = |row: &&Row| match (&row.closed, row.target_at) {
            (Some((closed_at, _)), Some(target_at)) => *closed_at <= target_at,
            (Some(_), None) => true,
            (None, _) => false,
        };
        Expected {
            cases: rows.len() as u64,
            answered,
            open: rows.len() as u64 - answered,
            on_time: times_kept.then(|| rows.iter().filter(in_time).count() as u64),
        }
    }
}

/// Where the system's figures differ from what the rows say: anything here was lost or doubled.
#[must_use]
pub fn faults(figures: &Map<String, Value>, expected: Expected) -> Vec<String> {
    let Expected { cases, answered, open, on_time } = expected;
    let mut wanted = vec![
        ("contacts", cases),
        ("cases", cases),
        ("referrals", cases),
        ("answered", answered),
        ("open", open),
        // Each referral is accepted once, and answered once when its row was closed.
        ("actions", cases + answered),
        ("notices_failed", 0),
        ("dead_letters", 0),
        ("in_flight", 0),
    ];
    wanted.extend(on_time.map(|on_time| ("on_time", on_time)));
    let value = |name: &str| figures.get(name).and_then(Value::as_u64);
    let differs = wanted.into_iter().filter(|(name, wanted)| value(name) != Some(*wanted));
    differs.map(|(name, wanted)| format!("{name}: {:?} instead of {wanted}", value(name))).collect()
}
