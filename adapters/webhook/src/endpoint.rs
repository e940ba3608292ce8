//! The agency's endpoint: one signed POST a message.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url};
use secrecy::ExposeSecret as _;
use signature::Secret;

use crate::config::Agency;

/// How long an endpoint may take: whoever needs longer answers 202 and works afterwards.
const TIMEOUT: Duration = Duration::from_secs(15);
/// One secret, and the former one while it is changed.
const SECRETS: std::ops::RangeInclusive<usize> = 1..=2;
/// CloudEvents' own media type.
const CLOUD_EVENT: &str = "application/cloudevents+json";

/// Where an agency takes its messages.
pub(crate) struct Endpoint {
    client: Client,
    url: Url,
    secrets: Vec<Secret>,
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Any 2xx.
    Taken,
    /// 410: the endpoint is no more.
    Gone,
    /// 429, 502 or 504: too much, and perhaps for how long.
    Overloaded(u16, Option<SignedDuration>),
    /// Anything else, in words for the log.
    Failed(String),
}

impl Endpoint {
    /// As configured.
    ///
    /// # Errors
    /// When the address or a secret cannot be used.
    pub fn new(agency: &Agency) -> Result<Self> {
        let url: Url = agency.url.parse().context("url is no address")?;
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && is_here),
            "url must be https: what citizens said travels there"
        );
        ensure!(
            SECRETS.contains(&agency.secrets.len()),
            "secrets holds one secret, or two while it is changed; one is made by: echo whsec_$(openssl rand -base64 32)"
        );
        let secrets = agency.secrets.iter().map(|secret| Secret::read(secret.expose_secret()));
        let secrets = secrets.collect::<Result<_, _>>()?;
        // Another part of the process may have chosen it already: it is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Endpoint { client, url, secrets })
    }

    /// Posts one message.
    pub async fn post(&self, id: &str, body: String) -> Answer {
        // By the machine's time, also in rehearsals: the receiver compares it with its own.
        let now = Clock::live().now();
        let sent = now.as_second();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, CLOUD_EVENT)
            .header(signature::ID, id)
            .header(signature::TIMESTAMP, sent)
            .header(signature::SIGNATURE, signature::sign_all(id, sent, body.as_bytes(), &self.secrets));
        match request.body(body).send().await {
            Ok(answer) => read(answer.status(), answer.headers(), now),
            Err(error) if error.is_timeout() => Answer::Failed(format!("no answer within {TIMEOUT:?}")),
            Err(error) => Answer::Failed(format!("out of reach: {}", error.without_url())),
        }
    }
}

fn read(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Answer {
    match status.as_u16() {
        200..=299 => Answer::Taken,
        410 => Answer::Gone,
        busy @ (429 | 502 | 504) => {
            let after = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            Answer::Overloaded(busy, after.and_then(|after| retry_after(after, now)))
        }
        other => Answer::Failed(format!("answered {other}")),
    }
}

/// Seconds, or a moment (RFC 9110).
fn retry_after(value: &str, now: Timestamp) -> Option<SignedDuration> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(SignedDuration::from_secs(i64::from(seconds)));
    }
    let moment = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
    Some(moment.duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(url: &str, secrets: &[&str]) -> Agency {
        let secrets = secrets.iter().map(|secret| (*secret).into()).collect();
        Agency { credentials: "a.creds".into(), url: url.into(), secrets }
    }

    #[test]
    fn what_cannot_be_used_is_refused_before_anything_is_sent() {
        let secret = Secret::spelling(&[7; 32]);
        let secret = secret.as_str();
        let complaint = |url: &str, secrets: &[&str]| {
            Endpoint::new(&agency(url, secrets)).err().map(|error| format!("{error:#}")).unwrap_or_default()
        };
        assert_eq!(complaint("https://gas.example.ir/samad", &[secret, secret]), "");
        assert_eq!(complaint("http://127.0.0.1:8080/", &[secret]), "");
        assert!(complaint("http://gas.example.ir/samad", &[secret]).contains("https"));
        assert!(complaint("gas", &[secret]).contains("address"));
        assert!(complaint("https://gas.example.ir/", &[]).contains("openssl"));
        assert!(complaint("https://gas.example.ir/", &["hunter2"]).contains("whsec_"));
    }

    #[test]
    fn an_answer_says_whether_and_when_to_come_again() {
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        let after = |status: u16, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            read(StatusCode::from_u16(status).unwrap(), &headers, now)
        };
        assert_eq!(after(204, "1"), Answer::Taken);
        assert_eq!(after(410, "1"), Answer::Gone);
        assert_eq!(after(429, "120"), Answer::Overloaded(429, Some(SignedDuration::from_mins(2))));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(after(504, date), Answer::Overloaded(504, Some(SignedDuration::from_secs(37))));
        assert_eq!(after(502, "soon"), Answer::Overloaded(502, None));
        assert_eq!(after(302, "1"), Answer::Failed("answered 302".into()));
    }
}
