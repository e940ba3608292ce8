//! SMS through any gateway that takes one message as an HTTP POST of a JSON object.

use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};

use super::Letter;
use crate::config::{Fields, Sms};

/// A client of the gateway.
pub struct SmsGateway {
    client: Client,
    url: Url,
    fields: Fields,
    sender: String,
}

impl SmsGateway {
    /// As configured.
    pub fn new(config: &Sms) -> Result<Self> {
        // Another part of the process may have chosen it already: it is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut token =
            HeaderValue::from_str(config.token.expose_secret()).context("sms.token is no header's value")?;
        token.set_sensitive(true);
        let header: HeaderName =
            config.token_header.parse().context("sms.token_header is no header's name")?;
        let client = Client::builder()
            .default_headers(HeaderMap::from_iter([(header, token)]))
            .timeout(Duration::from_millis(u64::from(config.timeout_ms)))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the SMS client cannot be made")?;
        let url = config.url.parse().context("sms.url is no address")?;
        Ok(Self { client, url, fields: config.fields.clone(), sender: config.sender.clone() })
    }

    /// Posts one message; the error says only how the gateway answered.
    pub async fn send(&self, letter: &Letter) -> Result<(), String> {
        let id = letter.notice_id.to_string();
        let mut body = Map::new();
        let mut put = |field: &str, value: &str| body.insert(field.to_owned(), Value::from(value));
        put(&self.fields.to, letter.contact.phone.trim());
        put(&self.fields.text, &letter.text);
        put(&self.fields.id, &id);
        if !self.sender.is_empty() {
            put(&self.fields.sender, &self.sender);
        }
        let request = self.client.post(self.url.clone()).header("Idempotency-Key", id).json(&body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the SMS gateway answered {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err("the SMS gateway did not answer in time".to_owned()),
            Err(error) => Err(format!("the SMS gateway is out of reach: {}", error.without_url())),
        }
    }
}
