//! Signatures of HTTP messages as [Standard Webhooks](https://www.standardwebhooks.com) has them: whoever holds the
//! secret knows that a message comes from its sender, unaltered, and when it was sent.
//!
//! Headers `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`; what is signed is
//! `id.timestamp.body`. A header may hold several signatures, separated by spaces, so that a secret is changed
//! without a message being refused: [`sign_all`] and [`verify`] take all that are in force.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// The headers of a signed message.
pub const ID: &str = "webhook-id";
/// See [`ID`].
pub const TIMESTAMP: &str = "webhook-timestamp";
/// See [`ID`].
pub const SIGNATURE: &str = "webhook-signature";

/// How far the sender's clock and the receiver's may differ: older messages may be recorded ones, sent again.
pub const TOLERANCE_S: i64 = 5 * 60;

/// What a symmetric secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret, by the standard.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;
/// The version of a symmetric signature.
const VERSION: &str = "v1";
/// Signatures of one header that are looked at: two secrets are in force while one is changed, and some room.
const SIGNATURES: usize = 8;

/// What sender and receiver share. It cannot be printed.
#[derive(Clone)]
pub struct Secret(hmac::Key);

/// Why a message is not believed, or a secret is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a secret of this kind.
    #[error("a secret is whsec_ and the base64 of 24 to 64 bytes, as the sender showed it")]
    NoSecret,
    /// None of the signatures is of this message under one of the secrets.
    #[error(
        "webhook-signature: none of the signatures fits: is the secret the sender's, and is the body read as bytes, \
         before anything parses it?"
    )]
    NotSigned,
    /// Sent too long ago, or in the receiver's future.
    #[error(
        "webhook-timestamp: more than 5 minutes from now: a recorded message, or one of the two clocks is wrong"
    )]
    NotTimely,
}

impl Secret {
    /// The secret that `text` spells, with its `whsec_`.
    ///
    /// # Errors
    /// [`Fault::NoSecret`].
    pub fn read(text: &str) -> Result<Self, Fault> {
        let bytes = text.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let bytes = bytes.filter(|bytes| LENGTHS.contains(&bytes.len())).ok_or(Fault::NoSecret)?;
        Ok(Secret(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// How the secret of these random bytes is spelt.
    #[must_use]
    pub fn spelling(bytes: &[u8; 32]) -> String {
        format!("{PREFIX}{}", STANDARD.encode(bytes))
    }
}

/// The signature of one message, `v1,…`. `timestamp` is in seconds since 1970.
#[must_use]
pub fn sign(id: &str, timestamp: i64, body: &[u8], secret: &Secret) -> String {
    let tag = hmac::sign(&secret.0, &signed(id, timestamp, body));
    format!("{VERSION},{}", STANDARD.encode(tag))
}

/// The value of the header [`SIGNATURE`]: the message signed under each secret in force.
#[must_use]
pub fn sign_all(id: &str, timestamp: i64, body: &[u8], secrets: &[Secret]) -> String {
    let signatures: Vec<String> = secrets.iter().map(|secret| sign(id, timestamp, body, secret)).collect();
    signatures.join(" ")
}

/// Whether the message is signed under one of the secrets and was sent within [`TOLERANCE_S`] of `now`, in seconds
/// since 1970.
///
/// # Errors
/// [`Fault::NotSigned`], [`Fault::NotTimely`].
pub fn verify(
    id: &str,
    timestamp: i64,
    body: &[u8],
    signatures: &str,
    secrets: &[Secret],
    now: i64,
) -> Result<(), Fault> {
    let signed = signed(id, timestamp, body);
    let mut tags = signatures.split(' ').take(SIGNATURES).filter_map(|signature| {
        let (version, tag) = signature.split_once(',')?;
        STANDARD.decode(tag).ok().filter(|_| version == VERSION)
    });
    let fits = |tag: Vec<u8>| secrets.iter().any(|secret| hmac::verify(&secret.0, &signed, &tag).is_ok());
    if !tags.any(fits) {
        return Err(Fault::NotSigned);
    }
    if now.abs_diff(timestamp) > TOLERANCE_S.unsigned_abs() {
        return Err(Fault::NotTimely);
    }
    Ok(())
}

fn signed(id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    signed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The vector that the standard publishes.
    const MESSAGE: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SENT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret(byte: u8) -> Secret {
        Secret::read(&Secret::spelling(&[byte; 32])).ok().unwrap()
    }

    #[test]
    fn the_published_message_has_the_published_signature() {
        let secret = Secret::read(SECRET).ok().unwrap();
        assert_eq!(sign(MESSAGE, SENT, BODY, &secret), SIGNED);
        assert_eq!(verify(MESSAGE, SENT, BODY, SIGNED, &[secret], SENT + 1), Ok(()));
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for text in
            ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw", "whsec_", "whsec_آب", "whsec_c2hvcnQ=", "whsk_AAAA"]
        {
            assert_eq!(Secret::read(text).err(), Some(Fault::NoSecret), "{text}");
        }
    }

    #[test]
    fn while_a_secret_is_changed_both_are_believed_and_a_stranger_is_not() {
        let both = sign_all(MESSAGE, SENT, BODY, &[secret(1), secret(2)]);
        for (known, believed) in [(1, Ok(())), (2, Ok(())), (3, Err(Fault::NotSigned))] {
            assert_eq!(verify(MESSAGE, SENT, BODY, &both, &[secret(known)], SENT), believed);
        }
        let asymmetric_first = format!("v1a,AAAA garbage {SIGNED}");
        let published = Secret::read(SECRET).ok().unwrap();
        assert_eq!(verify(MESSAGE, SENT, BODY, &asymmetric_first, &[published], SENT), Ok(()));
    }

    #[test]
    fn a_recorded_message_is_not_taken_again() {
        let signature = sign(MESSAGE, SENT, BODY, &secret(1));
        let after = |now| verify(MESSAGE, SENT, BODY, &signature, &[secret(1)], now);
        assert_eq!((after(SENT + TOLERANCE_S), after(SENT - TOLERANCE_S)), (Ok(()), Ok(())));
        assert_eq!(after(SENT + TOLERANCE_S + 1), Err(Fault::NotTimely));
        assert_eq!(after(SENT - TOLERANCE_S - 1), Err(Fault::NotTimely));
        assert_eq!(after(i64::MIN), Err(Fault::NotTimely));
    }

    proptest! {
        #[test]
        fn a_change_anywhere_is_noticed(body in prop::collection::vec(any::<u8>(), 1..200), place in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let signature = sign("m", SENT, &body, &secret(1));
            prop_assert_eq!(verify("m", SENT, &body, &signature, &[secret(1)], SENT), Ok(()));
            let mut changed = body.clone();
            changed[place.index(body.len())] ^= 1 << bit;
            prop_assert_eq!(verify("m", SENT, &changed, &signature, &[secret(1)], SENT), Err(Fault::NotSigned));
            prop_assert_eq!(verify("n", SENT, &body, &signature, &[secret(1)], SENT), Err(Fault::NotSigned));
            prop_assert_eq!(verify("m", SENT + 1, &body, &signature, &[secret(1)], SENT), Err(Fault::NotSigned));
        }
    }
}
