//! Signed claims in the form that nats-server reads: JSON web tokens under nkeys.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use nkeys::KeyPair;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// The only form that nats-server takes.
const HEADER: &str = r#"{"typ":"JWT","alg":"ed25519-nkey"}"#;

/// What `by` says of the key `subject`, called `name`, from `now` on.
pub(crate) fn sign(by: &KeyPair, subject: &str, name: &str, nats: &Value, now: Timestamp) -> Result<String> {
    let mut claims =
        json!({"iat": now.as_second(), "iss": by.public_key(), "name": name, "sub": subject, "nats": nats});
    let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, claims.to_string().as_bytes()));
    claims["jti"] = Value::String(id);
    let said = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = by.sign(said.as_bytes())?;
    Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_reads_back_and_a_changed_letter_is_noticed() {
        let (by, now) = (KeyPair::new_operator(), "2025-10-01T08:00:00Z".parse().unwrap());
        let token = sign(&by, "AKEY", "آب", &json!({"type": "account"}), now).unwrap();
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        by.verify(said.as_bytes(), &signature).unwrap();
        assert!(by.verify(said.to_lowercase().as_bytes(), &signature).is_err());
        let claims = URL_SAFE_NO_PAD.decode(said.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["sub"], &claims["iat"]), (&json!("AKEY"), &json!(1_759_305_600)));
    }
}
