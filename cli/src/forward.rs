//! Sending what an agency's adapter would be given to a developer's URL, as it happens: CloudEvents 1.0 in structured
//! JSON, signed as Standard Webhooks has it. A tool for trying; what must not be lost goes by the webhook adapter.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bus::Envelope;
use chassis::clock::random_bytes;
use reqwest::Client;
use serde_json::Value;
use signature::{ID, SIGNATURE, Secret, TIMESTAMP, sign};

use crate::keyring::now;
use crate::sandbox;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// See the module.
pub struct Forward {
    client: Client,
    to: String,
    secret: Secret,
}

impl Forward {
    /// To that URL, signed with the secret that the sandbox in `data` keeps for the agency; a new one is made at the
    /// first time and shown then.
    ///
    /// # Errors
    /// When the installation is live, or the URL is none.
    pub fn new(data: &Path, agency: &str, to: &str) -> Result<Self> {
        sandbox::require(data).context("--forward-to")?;
        trust::check_code(agency)?;
        ensure!(
            to.starts_with("http://") || to.starts_with("https://"),
            "--forward-to: {to:?} must be a URL such as http://127.0.0.1:8000/samad"
        );
        let file = data.join(format!("{agency}.whsec"));
        if !file.exists() {
            let secret = Secret::spelling(&random_bytes());
            chassis::write_private(&file, &secret)
                .with_context(|| format!("{} cannot be written", file.display()))?;
            eprintln!(
                "signed with the secret {secret}: your receiver needs it, once; it stays in {}",
                file.display()
            );
        }
        let secret = Secret::read(std::fs::read_to_string(&file)?.trim())
            .with_context(|| format!("{}: delete it, and another is made", file.display()))?;
        // Whoever came first in this process has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Forward { client, to: to.to_owned(), secret })
    }

    /// Sends the fact once and says on the terminal what became of it.
    pub async fn send(&self, fact: &Envelope, data: &Value) {
        let body = fact.structured(data).to_string();
        let (id, sent) = (fact.id.to_string(), now().as_second());
        let request = self
            .client
            .post(&self.to)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header(ID, &id)
            .header(TIMESTAMP, sent)
            .header(SIGNATURE, sign(&id, sent, body.as_bytes(), &self.secret))
            .body(body);
        match request.send().await {
            Ok(answer) => eprintln!("  {} <- {} {id}", answer.status(), self.to),
            // The URL may hold a password, so the error's own text is not repeated.
            Err(error) => {
                let why =
                    if error.is_timeout() { "no answer in 15 s" } else { "no connection: does it listen?" };
                eprintln!("  not taken ({why}) {id}; it is not sent again: trigger another");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use trust::Kind;

    use super::*;
    use crate::keyring::Keyring;

    fn installation(kind: Kind) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        Keyring::load_or_make(folder.path(), kind, &[], &BTreeMap::new(), "nats://127.0.0.1:1").unwrap();
        folder
    }

    #[test]
    fn the_secret_is_made_once_and_only_in_a_sandbox() {
        let (sandbox, live) = (installation(Kind::Sandbox), installation(Kind::Live));
        let new = |folder: &tempfile::TempDir, to| Forward::new(folder.path(), "ea-gas", to).err();
        assert!(new(&sandbox, "http://127.0.0.1:1/").is_none());
        let made = std::fs::read_to_string(sandbox.path().join("ea-gas.whsec")).unwrap();
        assert!(new(&sandbox, "http://127.0.0.1:1/").is_none());
        assert_eq!(std::fs::read_to_string(sandbox.path().join("ea-gas.whsec")).unwrap(), made);
        assert!(new(&sandbox, "127.0.0.1").unwrap().to_string().contains("must be a URL"));
        assert!(format!("{:#}", new(&live, "http://127.0.0.1:1/").unwrap()).contains("live"));
    }
}
