//! The agency's GeoReport endpoint.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, Url};
use sdk::{Referral, ReferralId};
use secrecy::ExposeSecret as _;

use crate::config::{Agency, Format};
use crate::notation::{Item, field, items};

/// How long an endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is read of an answer at most: a thousand requests with long descriptions.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// A description has at most so many characters, as GeoReport says.
const DESCRIPTION: usize = 4_000;

/// Where an agency's requests are filed.
pub(crate) struct Endpoint {
    client: Client,
    agency: Agency,
    base: Url,
}

/// What came of filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filed {
    /// The request's id.
    Id(String),
    /// It will have an id.
    Token(String),
}

/// An answer that is none.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint answered {status}: {said}")]
pub(crate) struct Faulty {
    /// By HTTP.
    pub status: u16,
    said: String,
}

impl Endpoint {
    /// As configured.
    ///
    /// # Errors
    /// When its address cannot be used.
    pub fn new(agency: &Agency) -> Result<Self> {
        // Without a slash at its end the last step would be replaced by what follows.
        let base: Url =
            format!("{}/", agency.url.trim_end_matches('/')).parse().context("url is no address")?;
        let is_here = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        ensure!(
            base.scheme() == "https" || (base.scheme() == "http" && is_here),
            "url must be https: what citizens said travels there"
        );
        // Another part of the process may have chosen it already: it is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Endpoint { client, agency: agency.clone(), base })
    }

    /// Files a referral. The last line of its description names it, so that it is found again.
    pub async fn file(&self, referral: &Referral) -> Result<Filed> {
        let mark = mark(referral.id);
        let room = DESCRIPTION - mark.chars().count() - 1;
        let statement: String = referral.statement.chars().take(room).collect();
        let place = if referral.place.is_empty() { &referral.county } else { &referral.place };
        let fields = [
            ("service_code", self.agency.service(&referral.topic).to_owned()),
            ("description", format!("{statement}\n{mark}")),
            // A place is required; where none was said, the province is one.
            ("address_string", if place.is_empty() { referral.province.clone() } else { place.clone() }),
        ];
        let filed = self.post("requests", &fields).await?;
        let filed = filed.first().context("the endpoint's answer has no request in it")?;
        match (field(filed, "service_request_id"), field(filed, "token")) {
            ("", "") => bail!("the endpoint's answer has neither a service_request_id nor a token"),
            ("", token) => Ok(Filed::Token(token.to_owned())),
            (id, _) => Ok(Filed::Id(id.to_owned())),
        }
    }

    /// The request of a referral that was perhaps filed, if it was, since that moment.
    pub async fn find(&self, referral: ReferralId, since: Timestamp) -> Result<Option<String>> {
        let window = [("start_date", since.to_string())];
        let listed = self.get("requests", &window).await?;
        let mark = mark(referral);
        let found = listed.iter().find(|request| field(request, "description").contains(&mark));
        Ok(found.map(|request| field(request, "service_request_id").to_owned()).filter(|id| !id.is_empty()))
    }

    /// The id behind a token; none: not yet.
    pub async fn id_of(&self, token: &str) -> Result<Option<String>> {
        let answered = self.get(&format!("tokens/{token}"), &[]).await?;
        let id = answered.first().map(|answer| field(answer, "service_request_id")).unwrap_or_default();
        Ok(Some(id.to_owned()).filter(|id| !id.is_empty()))
    }

    /// These requests as they now are.
    pub async fn requests(&self, ids: &[String]) -> Result<Vec<Item>> {
        self.get("requests", &[("service_request_id", ids.join(","))]).await
    }

    /// The updates of a window.
    pub async fn updates(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Item>> {
        let window = [("start_date", from.to_string()), ("end_date", until.to_string())];
        self.get("servicerequestupdates", &window).await
    }

    /// Tells the endpoint what people decided of a request.
    pub async fn update(&self, fields: &[(&str, String)]) -> Result<()> {
        self.post("servicerequestupdates", fields).await.map(drop)
    }

    async fn get(&self, document: &str, query: &[(&str, String)]) -> Result<Vec<Item>> {
        let mut url = self.url(document)?;
        url.query_pairs_mut().extend_pairs(self.common()).extend_pairs(query);
        self.ask(self.client.get(url)).await
    }

    async fn post(&self, document: &str, fields: &[(&str, String)]) -> Result<Vec<Item>> {
        let mut form = self.url(document)?;
        // The form is written as a query is.
        form.query_pairs_mut().extend_pairs(self.common()).extend_pairs(fields);
        let body = form.query().unwrap_or_default().to_owned();
        let request = self.client.post(self.url(document)?);
        self.ask(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    }

    fn url(&self, document: &str) -> Result<Url> {
        let ending = match self.agency.format {
            Format::Xml => "xml",
            Format::Json => "json",
        };
        Ok(self.base.join(&format!("{document}.{ending}"))?)
    }

    /// What every request bears.
    fn common(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = [
            ("api_key", self.agency.api_key.expose_secret()),
            ("jurisdiction_id", self.agency.jurisdiction_id.as_str()),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty())
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Vec<Item>> {
        let mut answer = request.send().await.map_err(reqwest::Error::without_url)?;
        let (status, mut body) = (answer.status(), Vec::new());
        while let Some(part) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            ensure!(body.len() + part.len() <= MOST_BYTES, "the endpoint's answer is longer than 16 MiB");
            body.extend_from_slice(&part);
        }
        let read = items(self.agency.format, &String::from_utf8_lossy(&body));
        if status.is_success() {
            return read;
        }
        let errors = read.unwrap_or_default();
        let said: Vec<&str> = errors.iter().map(|error| field(error, "description")).collect();
        Err(Faulty { status: status.as_u16(), said: said.join("; ") }.into())
    }
}

/// What names a referral in a description.
fn mark(referral: ReferralId) -> String {
    format!("سامد: {referral}")
}
