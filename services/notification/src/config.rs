//! What the notification service can be told.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

/// The service's configuration; unknown keys are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What every service is told.
    pub common: chassis::Common,
    /// The deployment's key, under which intake sealed the contact points: at least 32 characters.
    pub seal_key: SecretString,
    /// The SMS gateway; absent: no SMS.
    pub sms: Option<Sms>,
    /// The mail server; absent: no e-mail.
    pub smtp: Option<Smtp>,
    /// Where notices go that no transport is configured for.
    pub outbox_file: PathBuf,
    /// Where citizens reach web, e.g. `https://111.example.ir`: messages link its page `/track`; empty: they only name it.
    pub public_url: String,
    /// Seconds (of the deployment's clock) before the second attempt; each later one waits twice as long.
    pub backoff_s: u32,
    /// Attempts before a notice is given up.
    pub max_attempts: u32,
    /// Milliseconds (of the machine) between two looks at what is to be sent.
    pub sweep_wait_ms: u32,
}

/// A gateway that takes one SMS as one HTTP POST of a JSON object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Where to post.
    pub url: String,
    /// The header that carries the token.
    #[serde(default = "authorization")]
    pub token_header: String,
    /// Its value, e.g. `Bearer …`.
    pub token: SecretString,
    /// The fields of the object.
    #[serde(default)]
    pub fields: Fields,
    /// The sender's number; empty: the field is left out.
    #[serde(default)]
    pub sender: String,
    /// Milliseconds (of the machine) that the gateway may take.
    #[serde(default = "ten_seconds")]
    pub timeout_ms: u32,
}

/// How the gateway calls the fields of its JSON object.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// The recipient's number.
    pub to: String,
    /// The text.
    pub text: String,
    /// The notice's id, by which the gateway knows a repeated request.
    pub id: String,
    /// The sender's number.
    pub sender: String,
}

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// `smtps://user:password@host` or `smtp://host:port?tls=required`; holds a password, so it is a secret.
    pub url: SecretString,
    /// The sender, e.g. `Samad 111 <no-reply@example.ir>`.
    pub from: String,
    /// The subject of every mail.
    #[serde(default = "subject")]
    pub subject: String,
    /// Milliseconds (of the machine) that the server may take.
    #[serde(default = "ten_seconds")]
    pub timeout_ms: u32,
}

fn authorization() -> String {
    "Authorization".to_owned()
}

fn subject() -> String {
    "سامانهٔ ارتباط مردم و دولت (۱۱۱)".to_owned()
}

fn ten_seconds() -> u32 {
    10_000
}

impl Default for Fields {
    fn default() -> Self {
        let [to, text, id, sender] = ["to", "text", "id", "from"].map(str::to_owned);
        Self { to, text, id, sender }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            common: chassis::Common::default(),
            seal_key: SecretString::default(),
            sms: None,
            smtp: None,
            outbox_file: PathBuf::from("var/notification/outbox.jsonl"),
            public_url: String::new(),
            backoff_s: 30,
            max_attempts: 8,
            sweep_wait_ms: 100,
        }
    }
}
