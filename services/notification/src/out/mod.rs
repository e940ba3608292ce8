//! The ways out: an SMS gateway, a mail server, or a file that stands for both. Never called inside a transaction,
//! and no error names an address or a text.

mod outbox_file;
mod sms_gateway;
mod smtp;

use contracts::NoticeId;
use contracts::intake::ContactPoint;
use contracts::notification::Transport;
use futures_util::{StreamExt as _, stream};

use crate::Config;
use crate::domain::reach::{Ways, transport};
use outbox_file::OutboxFile;
use sms_gateway::SmsGateway;
use smtp::MailServer;

/// Messages on their way at once to a gateway or a mail server.
const AT_ONCE: usize = 16;

/// A rendered message for one citizen.
pub struct Letter {
    /// Which notice; known to the gateway, so that a repeated request is sent once.
    pub notice_id: NoticeId,
    /// Whom to tell.
    pub contact: ContactPoint,
    /// What.
    pub text: String,
}

/// What became of a message: by which way, and why not, if not.
pub type Fate = (NoticeId, Transport, Result<(), String>);

/// The configured ways.
pub struct Out {
    sms: Option<SmsGateway>,
    smtp: Option<MailServer>,
    file: OutboxFile,
}

impl Out {
    /// As configured.
    ///
    /// # Errors
    /// When an address or a header of the configuration cannot be used.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Out {
            sms: config.sms.as_ref().map(SmsGateway::new).transpose()?,
            smtp: config.smtp.as_ref().map(MailServer::new).transpose()?,
            file: OutboxFile::new(&config.outbox_file),
        })
    }

    /// Sends all of them, each by its way; those for the file in one write.
    pub async fn send(&self, letters: Vec<Letter>) -> Vec<Fate> {
        let ways = Ways { sms: self.sms.is_some(), email: self.smtp.is_some() };
        let (for_file, for_net): (Vec<_>, Vec<_>) =
            letters.into_iter().partition(|letter| transport(&letter.contact, ways) == Transport::File);
        let mut fates: Vec<Fate> = stream::iter(for_net)
            .map(|letter| self.send_one(letter))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        if !for_file.is_empty() {
            let written = self.file.append(&for_file).await;
            fates.extend(for_file.iter().map(|letter| (letter.notice_id, Transport::File, written.clone())));
        }
        fates
    }

    async fn send_one(&self, letter: Letter) -> Fate {
        let ways = Ways { sms: self.sms.is_some(), email: self.smtp.is_some() };
        let way = transport(&letter.contact, ways);
        let sent = match (way, &self.sms, &self.smtp) {
            (Transport::Sms, Some(gateway), _) => gateway.send(&letter).await,
            (Transport::Email, _, Some(server)) => server.send(&letter).await,
            _ => Err("no way leads there".to_owned()),
        };
        (letter.notice_id, way, sent)
    }
}
