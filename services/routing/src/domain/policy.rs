//! What rulings are decided by, as versioned data: extensions, arbitration, the quality of answers (rules 4 and 7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::import::is_token;

/// Answers of an agency that one is compared with, at most: what a comparison costs stays bounded.
pub const WINDOW_MOST: u32 = 1_000;
/// Phrases of a policy, at most.
const PHRASES_MOST: usize = 200;
/// Letters of a phrase, at most.
const PHRASE_CHARACTERS: usize = 200;
/// No extension, and no number of anything, is more.
const MOST: u32 = 10_000;

/// One version of a policy. 0 or empty: off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whose cases it governs; empty: those without a policy of their own.
    pub programme: String,
    /// From 1.
    pub version: u32,
    /// Days that one extension may ask for.
    pub extension_days_max: u32,
    /// Extensions that may be asked for on one referral.
    pub extensions_max: u32,
    /// Returns after which a case goes to the arbiter.
    pub returns_before_arbitration: u32,
    /// Answers with fewer letters are held.
    pub answer_letters_min: u32,
    /// Latest answers of the agency that one is compared with.
    pub boilerplate_window: u32,
    /// It is held when so many of them are near-identical.
    pub boilerplate_others: u32,
    /// Bits of 64 in which near-identical fingerprints differ at most.
    pub boilerplate_bits: u32,
    /// Answers with one of these are held.
    pub elsewhere_phrases: Vec<String>,
    /// Of 1,000 passed answers so many are drawn for a call-back.
    pub callback_per_mille: u32,
    /// It governs from then on.
    pub valid_from: Timestamp,
}

impl Policy {
    /// What is wrong with it: the field and the reason.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let checks = [
            (
                self.programme.is_empty() || is_token(&self.programme),
                "programme",
                "must be lower-case letters, digits and hyphens, or empty",
            ),
            (self.extension_days_max <= MOST, "extension_days_max", "must be at most 10,000"),
            (self.extensions_max <= MOST, "extensions_max", "must be at most 10,000"),
            (self.returns_before_arbitration <= MOST, "returns_before_arbitration", "must be at most 10,000"),
            (self.answer_letters_min <= MOST, "answer_letters_min", "must be at most 10,000"),
            (self.boilerplate_window <= WINDOW_MOST, "boilerplate_window", "must be at most 1,000"),
            (
                self.boilerplate_others <= self.boilerplate_window,
                "boilerplate_others",
                "must be at most the window",
            ),
            (self.boilerplate_bits <= 64, "boilerplate_bits", "must be at most 64"),
            (self.callback_per_mille <= 1_000, "callback_per_mille", "must be at most 1,000"),
            (self.elsewhere_phrases.len() <= PHRASES_MOST, "elsewhere_phrases", "must be at most 200"),
            (
                self.elsewhere_phrases.iter().all(|phrase| is_phrase(phrase)),
                "elsewhere_phrases",
                "must each be 1 to 200 characters with a letter",
            ),
        ];
        checks.into_iter().find(|(fine, ..)| !fine).map_or(Ok(()), |(_, field, reason)| Err((field, reason)))
    }

    /// Whether it says the same as another version.
    #[must_use]
    pub fn says_as(&self, other: &Policy) -> bool {
        Policy { version: other.version, ..self.clone() } == *other
    }
}

fn is_phrase(phrase: &str) -> bool {
    phrase.chars().count() <= PHRASE_CHARACTERS
        && phrase.chars().any(char::is_alphabetic)
        && !phrase.contains('\0')
}

/// Every version of every policy.
#[derive(Debug, Default)]
pub struct Policies {
    known: Vec<Policy>,
    nothing: Policy,
}

impl Policies {
    /// These versions.
    #[must_use]
    pub fn new(known: Vec<Policy>) -> Self {
        Policies { known, nothing: Policy::default() }
    }

    /// Every version.
    #[must_use]
    pub fn all(&self) -> &[Policy] {
        &self.known
    }

    /// Every version, to go on with.
    #[must_use]
    pub fn into_all(self) -> Vec<Policy> {
        self.known
    }

    /// The widest window in which any version compares answers; 0: none does.
    #[must_use]
    pub fn widest_window(&self) -> u32 {
        self.known.iter().map(|policy| policy.boilerplate_window).max().unwrap_or_default()
    }

    /// What governs a case of `programme` at `at`: the programme's own policy, else the general one; of several versions
    /// valid then the newest, which may correct an earlier one's validity. Where none is, everything is off.
    #[must_use]
    pub fn governing(&self, programme: &str, at: Timestamp) -> &Policy {
        let of = |programme: &str| {
            let valid = self.known.iter().filter(|p| p.programme == programme && p.valid_from <= at);
            valid.max_by_key(|policy| policy.version)
        };
        of(programme).or_else(|| of("")).unwrap_or(&self.nothing)
    }

    /// The version that adopting `new` makes; none when the newest of its programme says the same.
    #[must_use]
    pub fn adopt(&self, new: &Policy) -> Option<Policy> {
        let newest = self.known.iter().filter(|p| p.programme == new.programme).max_by_key(|p| p.version);
        match newest {
            Some(newest) if new.says_as(newest) => None,
            Some(newest) => Some(Policy { version: newest.version + 1, ..new.clone() }),
            None => Some(Policy { version: 1, ..new.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn policy(programme: &str, version: u32, from: i64) -> Policy {
        Policy { programme: programme.into(), version, valid_from: at(from), ..Policy::default() }
    }

    #[test]
    fn a_programmes_own_policy_wins_and_the_newest_version_valid_then() {
        let known = vec![policy("", 1, 0), policy("", 2, 50), policy("trip", 1, 20)];
        let policies = Policies::new(known);
        let found = |programme: &str, second| {
            let policy = policies.governing(programme, at(second));
            (policy.programme.clone(), policy.version)
        };
        assert_eq!(found("trip", 10), (String::new(), 1));
        assert_eq!(found("trip", 20), ("trip".into(), 1));
        assert_eq!(found("", 49), (String::new(), 1));
        assert_eq!(found("else", 50), (String::new(), 2));
        assert_eq!(Policies::default().governing("", at(9)), &Policy::default());
    }

    #[test]
    fn what_cannot_be_is_named() {
        let fault = |policy: Policy| policy.check().unwrap_err().0;
        assert_eq!(fault(policy("Trip", 0, 0)), "programme");
        assert_eq!(fault(Policy { boilerplate_window: 1_001, ..policy("", 0, 0) }), "boilerplate_window");
        assert_eq!(fault(Policy { boilerplate_others: 1, ..policy("", 0, 0) }), "boilerplate_others");
        assert_eq!(
            fault(Policy { elsewhere_phrases: vec!["…".into()], ..policy("", 0, 0) }),
            "elsewhere_phrases"
        );
        assert_eq!(policy("trip", 0, 0).check(), Ok(()));
    }

    proptest! {
        #[test]
        fn adopting_again_adopts_nothing(days in prop::collection::vec(0..3_u32, 1..12)) {
            let mut policies = Policies::default();
            for days in days {
                let new = Policy { extension_days_max: days, ..policy("", 0, 0) };
                if let Some(adopted) = policies.adopt(&new) {
                    prop_assert_eq!(adopted.version as usize, policies.known.len() + 1);
                    policies.known.push(adopted);
                }
                prop_assert_eq!(policies.adopt(&new), None);
                prop_assert_eq!(policies.governing("", at(1)).extension_days_max, days);
            }
        }
    }
}
