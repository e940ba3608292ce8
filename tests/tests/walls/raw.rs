//! A connection without a client's manners.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};

/// The broker ends what misbehaves much sooner.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Raw {
    stream: BufReader<TcpStream>,
    nonce: String,
}

impl Raw {
    /// Connects and hears the broker's greeting.
    pub fn open(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("nats://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream = BufReader::new(stream);
        let mut greeting = String::new();
        stream.read_line(&mut greeting).unwrap();
        let info: Value = serde_json::from_str(greeting.trim_start_matches("INFO ")).unwrap();
        Raw { stream, nonce: info["nonce"].as_str().unwrap().to_owned() }
    }

    /// Signs in with the text of credentials, as any client does.
    pub fn sign_in(&mut self, credentials: &str) {
        let mut parts = credentials.lines().filter(|line| !line.starts_with('-') && !line.is_empty());
        let (claims, seed) = (parts.next().unwrap(), parts.next().unwrap());
        let signature = KeyPair::from_seed(seed).unwrap().sign(self.nonce.as_bytes()).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let connect = json!({"jwt": claims, "sig": signature, "verbose": false, "pedantic": false});
        self.send(format!("CONNECT {connect}\r\nPING\r\n").as_bytes());
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // The broker may have ended it already: what it said then is what counts.
        let _ = self.stream.get_mut().write_all(bytes);
    }

    /// What the broker says until it ends the connection.
    pub fn hear_all(&mut self) -> String {
        let mut said = Vec::new();
        let _ = self.stream.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    }
}
