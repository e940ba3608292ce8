//! Which passed answers are drawn for a call-back: the same whenever it is asked, and unforeseeable without the key.

use contracts::ReferralId;
use ring::hmac;

/// Whether the referral's answer is drawn, when of 1,000 answers `per_mille` are.
#[must_use]
pub fn is_drawn(key: &str, referral: ReferralId, per_mille: u32) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, format!("callback/{referral}").as_bytes());
    let drawn = tag.as_ref().iter().take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    drawn % 1_000 < per_mille
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn about_as_many_are_drawn_as_the_policy_says_and_always_the_same() {
        let drawn = |key: &str, per_mille| -> Vec<u128> {
            (0..2_000).filter(|n| is_drawn(key, ReferralId(Uuid::from_u128(*n)), per_mille)).collect()
        };
        assert!((60..=140).contains(&drawn("k", 50).len()), "{}", drawn("k", 50).len());
        assert_eq!(drawn("k", 50), drawn("k", 50));
        assert_ne!(drawn("k", 50), drawn("l", 50));
        assert_eq!((drawn("k", 0).len(), drawn("k", 1_000).len()), (0, 2_000));
    }
}
