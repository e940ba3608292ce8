//! Answering requests that come over the bus: one of the replicas takes each.

use anyhow::Result;
use async_nats::HeaderMap;
use bytes::Bytes;
use futures_util::StreamExt;

use crate::Bus;
use crate::envelope::header;

/// The requests on one subject pattern, shared with the other replicas of the same queue.
pub struct Requests(async_nats::Client, async_nats::Subscriber);

/// One request; answer it, or its sender will try again.
pub struct Request {
    /// The subject it came on, as the broker stamped it.
    pub subject: String,
    /// Its body.
    pub data: Bytes,
    headers: Option<HeaderMap>,
    reply: Option<async_nats::Subject>,
    client: async_nats::Client,
}

impl Bus {
    /// Listens for requests as one of the replicas called `queue`.
    pub async fn requests(&self, subject: &str, queue: &str) -> Result<Requests> {
        let subscriber = self.client.queue_subscribe(subject.to_owned(), queue.to_owned()).await?;
        Ok(Requests(self.client.clone(), subscriber))
    }
}

impl Requests {
    /// The next request; `None` when the connection was closed for good.
    pub async fn next(&mut self) -> Option<Request> {
        let message = self.1.next().await?;
        Some(Request {
            subject: message.subject.to_string(),
            data: message.payload,
            headers: message.headers,
            reply: message.reply,
            client: self.0.clone(),
        })
    }

    /// Hears no new requests; those already here can still be taken with [`Requests::next`].
    pub async fn close(&mut self) -> Result<()> {
        Ok(self.1.drain().await?)
    }
}

impl Request {
    /// A header's value, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.as_ref().and_then(|headers| header(headers, name))
    }

    /// Sends the answer. A sender that waits no longer asks again.
    pub async fn answer(&self, content_type: &str, body: Vec<u8>) {
        let Some(reply) = self.reply.clone() else { return };
        let mut headers = HeaderMap::new();
        headers.insert("ce-datacontenttype", content_type);
        if let Err(error) = self.client.publish_with_headers(reply, headers, body.into()).await {
            tracing::debug!(%error, "an answer was not sent");
        }
    }
}
