//! The ways out: an SMS gateway, a mail server, or a file that stands for both. Never called inside a transaction,
//! and no error names an address or a text.

mod outbox_file;
mod sms_gateway;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

use contracts::NoticeId;
use contracts::intake::ContactPoint;
use contracts::notification::Transport;
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use crate::Config;
use crate::domain::notice::Document;
use crate::domain::reach::{Ways, transport};
use outbox_file::OutboxFile;
use sms_gateway::SmsGateway;
use smtp::MailServer;

/// Messages on their way at once to a gateway or a mail server.
const AT_ONCE: usize = 16;

/// A rendered message for one citizen or one of the staff.
pub struct Letter {
    /// Which notice; known to the gateway, so that a repeated request is sent once.
    pub notice_id: NoticeId,
    /// Whom to tell.
    pub contact: ContactPoint,
    /// What.
    pub text: String,
    /// What goes with it.
    pub enclosed: Arc<[Document]>,
    /// Whether it was tried before, and may have arrived.
    pub is_repeated: bool,
}

impl Letter {
    fn transport(&self, ways: Ways) -> Transport {
        transport(&self.contact, ways, !self.enclosed.is_empty())
    }
}

/// What became of a message: by which way, and why not, if not.
pub type Fate = (NoticeId, Transport, Result<(), String>);

/// The configured ways.
pub struct Out {
    sms: Option<SmsGateway>,
    smtp: Option<MailServer>,
    file: OutboxFile,
    longest_send: Duration,
}

impl Out {
    /// As configured.
    ///
    /// # Errors
    /// When an address or a header of the configuration cannot be used.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let timeouts_ms =
            [config.sms.as_ref().map(|sms| sms.timeout_ms), config.smtp.as_ref().map(|s| s.timeout_ms)];
        let longest_ms = timeouts_ms.into_iter().flatten().max().unwrap_or_default();
        Ok(Out {
            sms: config.sms.as_ref().map(SmsGateway::new).transpose()?,
            smtp: config.smtp.as_ref().map(MailServer::new).transpose()?,
            file: OutboxFile::new(&config.outbox_file),
            longest_send: Duration::from_millis(u64::from(longest_ms)),
        })
    }

    /// How long one message may take at most: then it failed.
    pub fn longest_send(&self) -> Duration {
        self.longest_send
    }

    /// Sends the letters, each by its way, and says of each what became of it as soon as that is known; those for
    /// the file go in one write. A letter that `may_begin` forbids when its turn comes is left.
    pub async fn send(&self, letters: Vec<Letter>, may_begin: impl Fn() -> bool, fates: mpsc::Sender<Fate>) {
        let ways = Ways { sms: self.sms.is_some(), email: self.smtp.is_some() };
        let (for_file, for_net): (Vec<_>, Vec<_>) =
            letters.into_iter().partition(|letter| letter.transport(ways) == Transport::File);
        // Who hears the fates ended, if they cannot be said: then the letters are sent again under the same ids.
        if !for_file.is_empty() && may_begin() {
            let written = self.file.append(&for_file).await;
            for letter in for_file {
                let _ = fates.send((letter.notice_id, Transport::File, written.clone())).await;
            }
        }
        let (may_begin, fates) = (&may_begin, &fates);
        let send_one = |letter| async move {
            if may_begin() {
                let _ = fates.send(self.send_one(letter, ways).await).await;
            }
        };
        stream::iter(for_net).for_each_concurrent(AT_ONCE, send_one).await;
    }

    async fn send_one(&self, letter: Letter, ways: Ways) -> Fate {
        let way = letter.transport(ways);
        let sent = match (way, &self.sms, &self.smtp) {
            (Transport::Sms, Some(gateway), _) => gateway.send(&letter).await,
            (Transport::Email, _, Some(server)) => server.send(&letter).await,
            _ => Err("no way leads there".to_owned()),
        };
        (letter.notice_id, way, sent)
    }
}
