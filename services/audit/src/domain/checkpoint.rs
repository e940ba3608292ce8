//! Signed checkpoints (C2SP tlog-checkpoint in a C2SP signed note, Ed25519).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList, is_key_name_valid, key_id};
use thiserror::Error;
use tlog_tiles::{Checkpoint, Hash};

/// Signature type Ed25519 of C2SP signed-note.
const ALGORITHM_ED25519: u8 = 1;

/// Why a key or a checkpoint is not taken.
#[derive(Debug, Error)]
pub enum CheckpointFault {
    /// An origin must be non-empty and hold neither spaces nor plus signs.
    #[error("not a usable log origin: {0:?}")]
    Origin(String),
    /// The key's text does not read as a key.
    #[error("not a signing key: {0}")]
    Key(String),
    /// The note is malformed.
    #[error("not a checkpoint: {0}")]
    Malformed(String),
    /// No valid signature by the expected key.
    #[error("bad signature: {0}")]
    Signature(String),
    /// The note is of another log.
    #[error("checkpoint of {found:?}, not of {wanted:?}")]
    OtherLog { found: String, wanted: String },
}

/// The log's private key. Its text form belongs in a secret store, never in the ledger's own database.
#[derive(Clone)]
pub struct LogKey {
    origin: String,
    signer: StandardSigner,
    verifier_key: String,
}

impl LogKey {
    /// A new key's secret text (`PRIVATE+KEY+<origin>+…`) from 32 random bytes.
    ///
    /// # Errors
    /// [`CheckpointFault::Origin`].
    pub fn generate(origin: &str, seed: &[u8; 32]) -> Result<String, CheckpointFault> {
        if !is_key_name_valid(origin) {
            return Err(CheckpointFault::Origin(origin.to_owned()));
        }
        let public = public_key(seed)?;
        let secret = [&[ALGORITHM_ED25519][..], seed].concat();
        Ok(format!("PRIVATE+KEY+{origin}+{:08x}+{}", key_id(origin, &public), BASE64_STANDARD.encode(secret)))
    }

    /// Reads a key's secret text.
    ///
    /// # Errors
    /// [`CheckpointFault::Key`]; the text itself is never in the error.
    pub fn parse(secret: &str) -> Result<Self, CheckpointFault> {
        let secret = secret.trim();
        let signer = StandardSigner::new(secret).map_err(|e| CheckpointFault::Key(e.to_string()))?;
        let malformed = || CheckpointFault::Key("malformed".to_owned());
        let mut parts = secret.splitn(5, '+').skip(2);
        let origin = parts.next().ok_or_else(malformed)?.to_owned();
        let encoded = parts.nth(1).ok_or_else(malformed)?;
        let seed = BASE64_STANDARD.decode(encoded).map_err(|_| malformed())?;
        let seed: &[u8; 32] = seed.get(1..).and_then(|s| s.try_into().ok()).ok_or_else(malformed)?;
        let public = public_key(seed)?;
        let verifier_key =
            format!("{origin}+{:08x}+{}", key_id(&origin, &public), BASE64_STANDARD.encode(&public));
        Ok(Self { origin, signer, verifier_key })
    }

    /// The public verification key (C2SP signed-note vkey).
    #[must_use]
    pub fn verifier_key(&self) -> &str {
        &self.verifier_key
    }

    /// The log's origin line.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The signed note for a tree of `size` leaves with that root.
    ///
    /// # Errors
    /// [`CheckpointFault`] when the note cannot be made; with a parsed key it can.
    pub fn sign(&self, size: u64, root: Hash) -> Result<String, CheckpointFault> {
        let malformed = |e: &dyn std::fmt::Display| CheckpointFault::Malformed(e.to_string());
        let checkpoint = Checkpoint::new(&self.origin, size, root, "").map_err(|e| malformed(&e))?;
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).map_err(|e| malformed(&e))?;
        note.add_sigs(&[&self.signer]).map_err(|e| malformed(&e))?;
        String::from_utf8(note.to_bytes()).map_err(|e| malformed(&e))
    }
}

/// Algorithm byte and public key of a seed.
fn public_key(seed: &[u8; 32]) -> Result<Vec<u8>, CheckpointFault> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|e| CheckpointFault::Key(e.to_string()))?;
    Ok([&[ALGORITHM_ED25519], pair.public_key().as_ref()].concat())
}

/// Checks a note against the log's public key and returns size and root.
///
/// # Errors
/// [`CheckpointFault`] when malformed, badly signed or of another log.
pub fn open(verifier_key: &str, note: &str) -> Result<(u64, Hash), CheckpointFault> {
    let verifier = StandardVerifier::new(verifier_key).map_err(|e| CheckpointFault::Key(e.to_string()))?;
    let wanted = verifier_key.split('+').next().unwrap_or_default();
    let note = Note::from_bytes(note.as_bytes()).map_err(|e| CheckpointFault::Malformed(e.to_string()))?;
    note.verify(&VerifierList::new(vec![Box::new(verifier)]))
        .map_err(|e| CheckpointFault::Signature(e.to_string()))?;
    let checkpoint =
        Checkpoint::from_bytes(note.text()).map_err(|e| CheckpointFault::Malformed(e.to_string()))?;
    if checkpoint.origin() != wanted {
        let found = checkpoint.origin().to_owned();
        return Err(CheckpointFault::OtherLog { found, wanted: wanted.to_owned() });
    }
    Ok((checkpoint.size(), *checkpoint.hash()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tlog_tiles::record_hash;

    fn key(seed: [u8; 32]) -> LogKey {
        LogKey::parse(&LogKey::generate("ledger.example.ir/test", &seed).unwrap()).unwrap()
    }

    /// Golden: Ed25519 is deterministic, so the same seed, size and root give the same note for ever.
    #[test]
    fn the_note_is_golden() {
        let key = key([1; 32]);
        assert_eq!(
            key.verifier_key(),
            "ledger.example.ir/test+dbcb11e2+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
        );
        let note = key.sign(3, record_hash(b"root")).unwrap();
        assert_eq!(
            note,
            "ledger.example.ir/test\n3\nPAb5plclr2BSYfY2ZyyWINQJcx2JpFHXRV/pxK4WeCk=\n\n\
                          — ledger.example.ir/test 28sR4u9SqIpsN/VBqVP9zacQcp1+AvzWRfMVbqY5y0lpJiUEuZ56LblecwNii8ynGERrdGS0T3yAMIlXiek7g1wWsQs=\n"
        );
    }

    #[test]
    fn a_bad_origin_or_key_is_refused() {
        assert!(LogKey::generate("two words", &[0; 32]).is_err());
        assert!(LogKey::generate("a+b", &[0; 32]).is_err());
        assert!(LogKey::parse("PRIVATE+KEY+a+00000000+AAAA").is_err());
        assert!(LogKey::parse("").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn signed_opens_and_no_flipped_byte_does(seed: [u8; 32], size: u64, root: [u8; 32], at in 0.0f64..1.0) {
            let key = key(seed);
            let note = key.sign(size, Hash(root)).unwrap();
            prop_assert_eq!(open(key.verifier_key(), &note).unwrap(), (size, Hash(root)));

            let mut bytes = note.into_bytes();
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] ^= 1;
            let opened = String::from_utf8(bytes).ok().and_then(|n| open(key.verifier_key(), &n).ok());
            // Flipping a bit of base64 padding can decode to the same signature: then nothing was changed.
            prop_assert!(opened.is_none_or(|seen| seen == (size, Hash(root))));
        }

        #[test]
        fn another_key_does_not_open(seed: [u8; 32], other: [u8; 32]) {
            prop_assume!(seed != other);
            let note = key(seed).sign(9, Hash([4; 32])).unwrap();
            prop_assert!(open(key(other).verifier_key(), &note).is_err());
        }
    }
}
