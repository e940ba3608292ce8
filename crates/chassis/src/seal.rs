//! Sealing of personal data at rest and on the bus, and the keyed hash to find it by.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;

use crate::clock::random_bytes;

/// The sealed bytes are damaged or were sealed under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealError;

impl std::fmt::Display for SealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sealed data is damaged or was sealed under another key")
    }
}

impl std::error::Error for SealError {}

/// Seals under one deployment key: AES-256-GCM with a random nonce, and HMAC-SHA-256 for look-ups.
#[derive(Clone)]
pub struct Sealer {
    cipher: std::sync::Arc<LessSafeKey>,
    finder: hmac::Key,
}

impl Sealer {
    /// From the deployment's key: any secret text of at least 32 characters.
    pub fn new(secret: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(secret.len() >= 32, "the seal key must have at least 32 characters");
        let master = Salt::new(HKDF_SHA256, b"samad seal v1").extract(secret.as_bytes());
        let derive = |purpose: &[u8]| -> anyhow::Result<[u8; 32]> {
            let mut key = [0; 32];
            master
                .expand(&[purpose], &AES_256_GCM)
                .and_then(|okm| okm.fill(&mut key))
                .map_err(|_| anyhow::anyhow!("the seal key cannot be derived"))?;
            Ok(key)
        };
        let cipher = UnboundKey::new(&AES_256_GCM, &derive(b"cipher")?)
            .map_err(|_| anyhow::anyhow!("the seal key cannot be used"))?;
        Ok(Sealer {
            cipher: std::sync::Arc::new(LessSafeKey::new(cipher)),
            finder: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"finder")?),
        })
    }

    /// `plain` sealed: nonce, ciphertext, tag.
    #[must_use]
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + 16);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .cipher
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut sealed[NONCE_LEN..],
            )
            .expect("AES-GCM seals up to 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// What [`Sealer::seal`] sealed.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut rest = rest.to_vec();
        let plain = self.cipher.open_in_place(nonce, Aad::empty(), &mut rest).map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }

    /// The keyed hash under which a value is looked up without being readable.
    #[must_use]
    pub fn find_by(&self, value: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.finder, value.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(tag.as_ref());
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a test key of more than thirty-two characters";

    #[test]
    fn sealed_data_opens_and_never_looks_the_same() {
        let sealer = Sealer::new(KEY).unwrap();
        let (one, two) = (sealer.seal("۰۹۱۲".as_bytes()), sealer.seal("۰۹۱۲".as_bytes()));
        assert_ne!(one, two);
        assert_eq!(sealer.open(&one).unwrap(), "۰۹۱۲".as_bytes());
    }

    #[test]
    fn every_flipped_bit_and_another_key_are_noticed() {
        let sealer = Sealer::new(KEY).unwrap();
        let sealed = sealer.seal(b"0012345678");
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert_eq!(sealer.open(&damaged), Err(SealError));
        }
        let other = Sealer::new("another key of more than thirty-two characters").unwrap();
        assert_eq!(other.open(&sealed), Err(SealError));
        assert_eq!(sealer.open(b"short"), Err(SealError));
        assert_ne!(sealer.find_by("1"), other.find_by("1"));
        assert!(Sealer::new("short").is_err());
    }
}
