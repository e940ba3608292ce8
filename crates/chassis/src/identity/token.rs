//! Tokens: a caller and an end, signed with the deployment's key (PASETO v4.public: Ed25519 and nothing to choose).

use std::fmt;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use jiff::{SignedDuration, Timestamp};
use pasetors::Public;
use pasetors::keys::{AsymmetricKeyPair, AsymmetricPublicKey, AsymmetricSecretKey, Generate};
use pasetors::token::UntrustedToken;
use pasetors::version4::{PublicToken, V4};
use serde::{Deserialize, Serialize};

use super::Caller;

/// How long a token is taken: whoever lost their office keeps it for no longer.
pub const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long a key is taken that a program keeps in its configuration, while its account is open.
pub const KEY_LIFE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// Longer than any token of ours.
const LONGEST_TOKEN: usize = 2_048;

/// What a token is for: one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Calls to services.
    Call,
    /// A browser's session.
    Session,
    /// A form that was shown to the caller.
    Form,
    /// A program that keeps its key for long; who asks for the account decides.
    Key,
}

impl Purpose {
    /// Signed beside the token and not written in it.
    fn assertion(self) -> &'static [u8] {
        match self {
            Purpose::Call => b"samad call v1",
            Purpose::Session => b"samad session v1",
            Purpose::Form => b"samad form v1",
            Purpose::Key => b"samad key v1",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    caller: Caller,
    exp: Timestamp,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not signed by this deployment for this purpose.
    Foreign,
    /// Its time is over.
    Expired,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unfit::Foreign => "the token was not signed by this deployment: ask for one here",
            Unfit::Expired => "the token has expired: ask for a new one",
        })
    }
}

/// Makes tokens; only where people and programs sign in.
#[derive(Clone)]
pub struct Signer(Arc<AsymmetricSecretKey<V4>>);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// A key that nobody has had before.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate() -> Result<Self> {
        let pair = AsymmetricKeyPair::<V4>::generate().map_err(|_| anyhow!("no signing key can be made"))?;
        Ok(Signer(Arc::new(pair.secret)))
    }

    /// The key as [`Signer::spelling`] writes it.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(hex: &str) -> Result<Self> {
        let bytes = bytes_of(hex).context("the signing key is not hexadecimal")?;
        let key =
            AsymmetricSecretKey::<V4>::from(&bytes).map_err(|_| anyhow!("the signing key is damaged"))?;
        Ok(Signer(Arc::new(key)))
    }

    /// The key in hexadecimal digits: a secret.
    #[must_use]
    pub fn spelling(&self) -> String {
        hex_of(self.0.as_bytes())
    }

    /// What services check its tokens by; no secret.
    ///
    /// # Errors
    /// When the key is damaged.
    pub fn verify_key(&self) -> Result<String> {
        let public = AsymmetricPublicKey::<V4>::try_from(self.0.as_ref());
        Ok(hex_of(public.map_err(|_| anyhow!("the signing key is damaged"))?.as_bytes()))
    }

    /// A token that says that `caller` calls, until `until`.
    ///
    /// # Errors
    /// When the key is damaged.
    pub fn sign(&self, purpose: Purpose, caller: &Caller, until: Timestamp) -> Result<String> {
        let claims = serde_json::to_vec(&Claims { caller: caller.clone(), exp: until })?;
        PublicToken::sign(&self.0, &claims, None, Some(purpose.assertion()))
            .map_err(|_| anyhow!("the signing key is damaged"))
    }
}

/// Checks tokens.
#[derive(Clone)]
pub struct Verifier(AsymmetricPublicKey<V4>);

impl Verifier {
    /// By the key that [`Signer::verify_key`] names.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(hex: &str) -> Result<Self> {
        ensure!(
            !hex.is_empty(),
            "the verify_key is missing: nobody could be let in (secrets.toml has sign_key)"
        );
        let bytes = bytes_of(hex).context("the verify_key is not hexadecimal")?;
        Ok(Verifier(
            AsymmetricPublicKey::<V4>::from(&bytes).map_err(|_| anyhow!("the verify_key is damaged"))?,
        ))
    }

    /// Who calls with this token, and until when it holds.
    ///
    /// # Errors
    /// See [`Unfit`].
    pub fn verify(
        &self,
        purpose: Purpose,
        token: &str,
        now: Timestamp,
    ) -> Result<(Caller, Timestamp), Unfit> {
        if token.len() > LONGEST_TOKEN {
            return Err(Unfit::Foreign);
        }
        let untrusted = UntrustedToken::<Public, V4>::try_from(token).map_err(|_| Unfit::Foreign)?;
        let trusted = PublicToken::verify(&self.0, &untrusted, None, Some(purpose.assertion()));
        let trusted = trusted.map_err(|_| Unfit::Foreign)?;
        let claims: Claims = serde_json::from_str(trusted.payload()).map_err(|_| Unfit::Foreign)?;
        if claims.exp <= now { Err(Unfit::Expired) } else { Ok((claims.caller, claims.exp)) }
    }
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Result<Vec<u8>> {
    ensure!(hex.is_ascii() && hex.len().is_multiple_of(2), "an odd number of digits");
    let pairs = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
    Ok(pairs.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity::Role;

    fn caller() -> Caller {
        Caller { province: "fars".to_owned(), ..Caller::of_deployment(Role::Arbiter, "مریم") }
    }

    fn moment(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_token_says_who_calls_until_it_ends() {
        let signer = Signer::read(&Signer::generate().unwrap().spelling()).unwrap();
        let verifier = Verifier::read(&signer.verify_key().unwrap()).unwrap();
        let token = signer.sign(Purpose::Call, &caller(), moment(600)).unwrap();
        assert_eq!(verifier.verify(Purpose::Call, &token, moment(599)), Ok((caller(), moment(600))));
        assert_eq!(verifier.verify(Purpose::Call, &token, moment(600)), Err(Unfit::Expired));
        assert_eq!(verifier.verify(Purpose::Session, &token, moment(0)), Err(Unfit::Foreign));
    }

    #[test]
    fn keys_and_tokens_of_others_are_not_taken() {
        let (ours, theirs) = (Signer::generate().unwrap(), Signer::generate().unwrap());
        let verifier = Verifier::read(&ours.verify_key().unwrap()).unwrap();
        let token = theirs.sign(Purpose::Call, &caller(), moment(600)).unwrap();
        let long = format!("v4.public.{}", "A".repeat(LONGEST_TOKEN));
        for foreign in [token.as_str(), "", "v4.public.", "v4.local.AAAA", "eyJhbGciOiJub25lIn0.e30.", &long]
        {
            assert_eq!(verifier.verify(Purpose::Call, foreign, moment(0)), Err(Unfit::Foreign), "{foreign}");
        }
        for bad in ["", "zz", "abc", "ab"] {
            assert!(Verifier::read(bad).is_err() && Signer::read(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_changed_token_is_not_taken(at in 0..400_usize, to in "[A-Za-z0-9_-]") {
            let signer = Signer::generate().unwrap();
            let verifier = Verifier::read(&signer.verify_key().unwrap()).unwrap();
            let token = signer.sign(Purpose::Call, &caller(), moment(600)).unwrap();
            let at = at % token.len();
            let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
            prop_assume!(changed != token);
            prop_assert_eq!(verifier.verify(Purpose::Call, &changed, moment(0)), Err(Unfit::Foreign));
        }
    }
}
