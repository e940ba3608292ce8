//! One connection to the broker that never gives up.

use std::time::Duration;

use anyhow::{Context, Result};
use async_nats::jetstream;
use async_nats::{ConnectOptions, Event};

/// Under this prefix an agency sees the hub's JetStream; its own account has none.
const HUB_API: &str = "GOV.API";

/// Messages that wait in this process for whoever subscribed: enough for a burst, little enough to be held when each
/// is as large as an agency may send. More are dropped: what must not be lost is pulled, or asked again.
const SUBSCRIPTION_CAPACITY: usize = 8_192;

/// How a client proves who it is. The default is nobody: for servers that ask nothing.
#[derive(Clone, Default)]
pub struct Login {
    /// Claims and seed, as in a `.creds` file.
    credentials: Option<String>,
    /// Whose inbox answers come to; nobody else may listen there.
    inbox: Option<String>,
    /// Whether the hub is seen from outside, as an agency sees it.
    from_outside: bool,
}

impl Login {
    /// A service; `None` where the server asks for no credentials.
    #[must_use]
    pub fn service(name: &str, credentials: Option<String>) -> Self {
        let inbox = credentials.is_some().then(|| name.to_owned());
        Login { credentials, inbox, from_outside: false }
    }

    /// Whoever runs the deployment; `None` where the server asks for no credentials.
    #[must_use]
    pub fn operations(credentials: Option<String>) -> Self {
        Login { credentials, ..Login::default() }
    }

    /// An agency, in its own account.
    #[must_use]
    pub fn agency(code: &str, credentials: String) -> Self {
        Login { credentials: Some(credentials), inbox: Some(code.to_owned()), from_outside: true }
    }
}

/// A connection to NATS and its JetStream. Copies share it.
#[derive(Clone)]
pub struct Bus {
    pub(crate) client: async_nats::Client,
    pub(crate) jetstream: jetstream::Context,
}

impl Bus {
    /// Connects as `name`; waits and goes on trying when the server is away.
    pub async fn connect(url: &str, name: &str, login: &Login) -> Result<Self> {
        let mut options = ConnectOptions::new()
            .name(name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .subscription_capacity(SUBSCRIPTION_CAPACITY)
            .reconnect_delay_callback(|attempt| {
                // Short: a restarted broker must not wait for its clients; jitter: nor be stormed by them.
                let jitter = chassis::clock::random_u64() % 100;
                Duration::from_millis((50 * attempt as u64).min(400) + jitter)
            })
            .event_callback(|event| async move {
                match event {
                    Event::ServerError(error) => tracing::warn!(%error, "the broker refused something"),
                    Event::SlowConsumer(id) => tracing::warn!(id, "a subscription is too slow"),
                    event => tracing::debug!(%event, "broker connection"),
                }
            });
        if let Some(credentials) = &login.credentials {
            options = options.credentials(credentials).context("the broker's credentials are damaged")?;
        }
        if let Some(inbox) = &login.inbox {
            options = options.custom_inbox_prefix(format!("_INBOX_{inbox}"));
        }
        let client =
            options.connect(url).await.with_context(|| format!("cannot use the NATS address {url}"))?;
        let jetstream = if login.from_outside {
            jetstream::with_prefix(client.clone(), HUB_API)
        } else {
            let context = jetstream::context::ContextBuilder::new()
                .timeout(Duration::from_secs(10))
                .max_ack_inflight(2_000)
                .backpressure_on_inflight(true);
            context.build(client.clone())
        };
        Ok(Bus { client, jetstream })
    }

    /// Whether the connection stands at this moment.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// How often it was connected so far: another number than before means that the server was away meanwhile.
    #[must_use]
    pub fn connects(&self) -> u64 {
        self.client.statistics().connects.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Waits until what was sent has left for the server: before a process ends.
    pub async fn flush(&self) -> Result<()> {
        Ok(self.client.flush().await?)
    }

    /// Sends a request and waits for its answer, at most `patience`. Fails at once when nobody listens.
    pub async fn request(
        &self,
        subject: String,
        content_type: &str,
        body: Vec<u8>,
        at: Option<jiff::Timestamp>,
        patience: Duration,
    ) -> Result<async_nats::Message> {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("ce-datacontenttype", content_type);
        if let Some(at) = at {
            headers.insert("ce-time", at.to_string());
        }
        let request =
            async_nats::Request::new().headers(headers).payload(body.into()).timeout(Some(patience));
        Ok(self.client.send_request(subject, request).await?)
    }

    /// Messages of a core subscription, for tools that watch and for tests; not for what must not be lost.
    pub async fn watch(&self, subject: String) -> Result<async_nats::Subscriber> {
        Ok(self.client.subscribe(subject).await?)
    }
}
