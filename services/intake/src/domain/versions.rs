//! Which of several versions governs. A version begins at its `valid_from` and ends where the next one of its name begins:
//! that is its validity period, and a version adopted for a later day changes nothing before it.

use jiff::Timestamp;

/// One version of something that governs a province.
pub trait Version {
    /// What it is a version of.
    fn name(&self) -> &str;
    /// Counts its changes, from 1.
    fn version(&self) -> u32;
    /// Province code; empty: all.
    fn province(&self) -> &str;
    /// From when on it holds.
    fn valid_from(&self) -> Timestamp;
}

/// The version that holds for a province at a moment. Of each name the newest that has begun counts, which may correct an
/// earlier one; of these the province's own before the general one, the later beginning before the earlier.
#[must_use]
pub fn governing<'a, V: Version>(versions: &'a [V], province: &str, at: Timestamp) -> Option<&'a V> {
    let begun = || versions.iter().filter(|v| v.valid_from() <= at);
    let newest = |v: &&V| !begun().any(|other| other.name() == v.name() && other.version() > v.version());
    let holds = begun().filter(newest).filter(|v| v.province().is_empty() || v.province() == province);
    holds.max_by_key(|v| (!v.province().is_empty(), v.valid_from(), v.version(), v.name()))
}
