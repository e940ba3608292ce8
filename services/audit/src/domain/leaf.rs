//! What the ledger keeps of a fact: metadata and a commitment, nothing of a citizen.

use jiff::Timestamp;
use ring::hmac;
use tlog_tiles::{Hash, record_hash};
use uuid::Uuid;

/// First line of every leaf: its form and the version of it.
pub const SCHEMA: &str = "samad-leaf/1";

/// Bytes of a salt.
pub const SALT_BYTES: usize = 32;

/// One fact as the Merkle tree sees it. Equal leaves have equal canonical bytes for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The fact's id (`ce-id`).
    pub fact_id: Uuid,
    /// Owner, version and name as in the subject: `intake.v1.case_registered`.
    pub fact: String,
    /// When the fact was stated (`ce-time`), in whole microseconds: what PostgreSQL can hold.
    pub at: Timestamp,
    /// The case; the contact or referral of a fact without a case; nil for facts about nobody.
    pub about: Uuid,
    /// HMAC-SHA256 of the payload, keyed by the salt of `about`.
    pub commitment: [u8; 32],
}

impl Leaf {
    /// The bytes that are hashed: six lines of text, each ended by a line feed, so that an auditor needs no decoder.
    #[must_use]
    pub fn canonical(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(256);
        // Writing to a String cannot fail.
        let _ = write!(text, "{SCHEMA}\n{}\n{}\n{:.6}\n{}\n", self.fact_id, self.fact, self.at, self.about);
        for byte in self.commitment {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        text
    }

    /// The RFC 6962 leaf hash of the canonical bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        record_hash(self.canonical().as_bytes())
    }
}

/// What a leaf holds in place of the payload. Without the salt it tells nothing: erasing a citizen's data is
/// dropping salt and payload, and the tree stays whole.
#[must_use]
pub fn commit(salt: &[u8], payload: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), payload);
    let mut commitment = [0; 32];
    commitment.copy_from_slice(tag.as_ref());
    commitment
}

/// The moment in whole microseconds, as a leaf holds it.
#[must_use]
pub fn whole_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Leaf {
        Leaf {
            fact_id: "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001".parse().unwrap(),
            fact: "intake.v1.case_registered".into(),
            at: "2025-09-23T07:30:00.123456Z".parse().unwrap(),
            about: "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002".parse().unwrap(),
            commitment: commit(&[7; SALT_BYTES], b"payload"),
        }
    }

    /// Golden bytes: a change here is a new schema version, never a correction.
    #[test]
    fn canonical_bytes_are_golden() {
        let want = "samad-leaf/1\n0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001\nintake.v1.case_registered\n\
                    2025-09-23T07:30:00.123456Z\n0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002\n\
                    3edb2ff2999b660a1a2c8659d65745afb24d7bb5924855188740fcffd6de8f1b\n";
        assert_eq!(sample().canonical(), want);
        assert_eq!(sample().hash().to_string(), "IiS3nwhXtoH+B0/9KUjgp2W9qewLhkd9/luDwssIo8Q=");
    }

    #[test]
    fn whole_seconds_keep_six_digits() {
        let mut leaf = sample();
        leaf.at = "2025-09-23T07:30:00Z".parse().unwrap();
        assert!(leaf.canonical().contains("\n2025-09-23T07:30:00.000000Z\n"));
    }

    proptest! {
        #[test]
        fn another_salt_or_payload_is_another_commitment(salt: [u8; 32], payload: Vec<u8>, at in 0usize..32, bit in 0u8..8) {
            let mut other = salt;
            other[at] ^= 1 << bit;
            prop_assert_ne!(commit(&salt, &payload), commit(&other, &payload));
            let mut longer = payload.clone();
            longer.push(bit);
            prop_assert_ne!(commit(&salt, &payload), commit(&salt, &longer));
        }

        #[test]
        fn nanoseconds_never_reach_the_leaf(nanos in 0i128..4_000_000_000_000_000_000) {
            let at = Timestamp::from_nanosecond(nanos).unwrap();
            let whole = whole_micros(at);
            prop_assert_eq!(whole.as_microsecond(), at.as_microsecond());
            prop_assert_eq!(whole.subsec_nanosecond() % 1_000, 0);
        }
    }
}
