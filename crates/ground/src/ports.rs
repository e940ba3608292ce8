//! Ports on loopback.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};

/// Free ports are taken from below the kernel's range for outgoing connections (32768 and up on Linux): a client
/// that keeps dialling a stopped server on a port of that range may end up connected to itself.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
/// Whoever listens on loopback takes a connection, or has so many waiting that it does not answer.
const TIMEOUT: Duration = Duration::from_secs(1);

/// A port on loopback that nothing listens on now. No two calls in a process give the same one until all others
/// have been given.
///
/// # Errors
/// When every port of the range is taken.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Processes start at different places, so that test programs running side by side seldom meet.
    let offset = std::process::id().wrapping_mul(97) % u32::from(COUNT);
    for _ in 0..COUNT {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed) % COUNT);
        let port = FIRST + u16::try_from((offset + step) % u32::from(COUNT))?;
        if is_free(port) {
            return Ok(port);
        }
    }
    bail!("all ports from {FIRST} to {} are taken", FIRST + COUNT - 1)
}

/// Whether nothing listens on this port of loopback now.
#[must_use]
pub fn is_free(port: u16) -> bool {
    // Not by listening there for a moment: a process started at that moment by another thread would hold the port
    // a little longer.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, TIMEOUT)
        .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// Fails with the remedy when something listens on this port already.
///
/// # Errors
/// When the port is taken.
pub fn require_free(port: u16) -> Result<()> {
    if is_free(port) {
        return Ok(());
    }
    bail!("port {port} is taken by another program: stop that one, or choose other ports with --port-base")
}

/// The asked port if it is free, or any free one for 0.
pub(crate) fn pick(asked: u16) -> Result<u16> {
    if asked == 0 {
        return free_port();
    }
    require_free(asked).map(|()| asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_taken_port_is_named_with_a_remedy() {
        let port = free_port().unwrap();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let error = require_free(port).unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port-base"), "{error}");
    }

    #[test]
    fn free_ports_differ_from_each_other() {
        assert_ne!(free_port().unwrap(), free_port().unwrap());
    }
}
