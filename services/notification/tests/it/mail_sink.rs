//! A small SMTP server that keeps what it is given.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The mails that arrived, as written on the wire.
#[derive(Clone, Default)]
pub struct MailSink(Arc<Mutex<Vec<String>>>);

impl MailSink {
    /// Listens on a free port until the test ends.
    pub async fn start() -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (sink, address) = (Self::default(), listener.local_addr().unwrap());
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        (sink, address)
    }

    pub fn mails(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    async fn talk(self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 sink\r\n").await.ok()?;
        let (mut line, mut mail, mut in_mail) = (String::new(), String::new(), false);
        while stream.read_line(&mut line).await.ok()? > 0 {
            let answer = match (in_mail, line.trim_end()) {
                (true, ".") => {
                    in_mail = false;
                    self.0.lock().unwrap().push(std::mem::take(&mut mail));
                    "250 kept\r\n"
                }
                (true, _) => {
                    mail.push_str(&line);
                    ""
                }
                (false, "DATA") => {
                    in_mail = true;
                    "354 go on\r\n"
                }
                (false, "QUIT") => "221 bye\r\n",
                // lettre writes UTF-8 bodies as base64 or 8-bit, as offered.
                (false, command) if command.starts_with("EHLO") => "250-sink\r\n250 8BITMIME\r\n",
                (false, command) if command.contains("@refused.ir") => {
                    "550 <someone@refused.ir> is unknown\r\n"
                }
                (false, _) => "250 fine\r\n",
            };
            stream.write_all(answer.as_bytes()).await.ok()?;
            line.clear();
        }
        Some(())
    }
}
