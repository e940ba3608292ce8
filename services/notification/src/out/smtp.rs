//! E-mail through an SMTP server.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::ExposeSecret as _;

use super::Letter;
use crate::config::Smtp;
use crate::domain::notice::Document;

/// A client of the mail server.
pub struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    subject: String,
    timeout: Duration,
}

impl MailServer {
    /// As configured.
    pub fn new(config: &Smtp) -> Result<Self> {
        let timeout = Duration::from_millis(u64::from(config.timeout_ms));
        // The library's error may quote the address, and with it the password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url.expose_secret())
            .ok()
            .context("smtp.url must be smtps://user:password@host or smtp://host:port")?
            .timeout(Some(timeout))
            .build();
        let from = config
            .from
            .parse()
            .context("smtp.from must be an address such as Samad 111 <no-reply@example.ir>")?;
        Ok(Self { transport, from, subject: config.subject.clone(), timeout })
    }

    /// Hands one mail to the server; the error says only how the server answered.
    pub async fn send(&self, letter: &Letter) -> Result<(), String> {
        let mail = self.mail(letter)?;
        let late = || "the mail server did not answer in time".to_owned();
        // The library's own time-out is for each of its steps; the whole must end within the notice's lease.
        let sent = tokio::time::timeout(self.timeout, self.transport.send(mail)).await.map_err(|_| late())?;
        sent.map(drop).map_err(|error| match error.status() {
            Some(code) => format!("the mail server answered {code}"),
            None if error.is_timeout() => late(),
            None => "the mail server is out of reach".to_owned(),
        })
    }

    fn mail(&self, letter: &Letter) -> Result<Message, String> {
        let address =
            letter.contact.email.trim().parse().map_err(|_| "the e-mail address is none".to_owned())?;
        // Mail is dated by the machine: a rehearsal's date would make a server refuse it.
        let date = SystemTime::from(Clock::live().now());
        let mail = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .date(date)
            .message_id(Some(format!("<{}@{}>", letter.notice_id, self.from.email.domain())))
            .subject(self.subject.as_str());
        let mail = if letter.enclosed.is_empty() {
            mail.header(ContentType::TEXT_PLAIN).body(letter.text.clone())
        } else {
            let text = MultiPart::mixed().singlepart(SinglePart::plain(letter.text.clone()));
            mail.multipart(letter.enclosed.iter().fold(text, |parts, one| parts.singlepart(part(one))))
        };
        mail.map_err(|_| "the mail cannot be written".to_owned())
    }
}

fn part(document: &Document) -> SinglePart {
    let kind = match document.name.rsplit_once('.') {
        Some((_, "pdf")) => "application/pdf",
        Some((_, "xlsx")) => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };
    let kind = ContentType::parse(kind).unwrap_or(ContentType::TEXT_PLAIN);
    Attachment::new(document.name.clone()).body(document.bytes.clone(), kind)
}
