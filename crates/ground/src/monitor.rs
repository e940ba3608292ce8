//! Reads nats-server's monitoring pages.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TIMEOUT: Duration = Duration::from_secs(5);
/// No page asked for here comes near this.
const PAGE_LIMIT_BYTES: u64 = 1 << 20;

/// Gets a JSON page (as `/healthz`) from the monitoring port on loopback.
///
/// # Errors
/// When the server does not answer in 5 s, or answers anything but 200 with JSON.
pub(crate) async fn page(port: u16, path: &str) -> Result<Value> {
    tokio::time::timeout(TIMEOUT, get(port, path))
        .await
        .context("the monitoring port did not answer in time")?
}

/// One HTTP/1.0 request, which the server answers in one piece and closes.
async fn get(port: u16, path: &str) -> Result<Value> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.take(PAGE_LIMIT_BYTES).read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the monitoring port did not speak HTTP")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "{path} answered with status {status}");
    Ok(serde_json::from_str(body)?)
}
