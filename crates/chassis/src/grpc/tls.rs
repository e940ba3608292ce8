//! Certificates by which the two ends of a connection know each other, where it leaves the machine.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use tonic::transport::{Certificate, ClientTlsConfig, Identity, ServerTlsConfig, Uri};

/// The PEM files of one end. They are read at the start: new certificates count from the next one on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Its certificate, with those between it and its authority.
    pub cert: PathBuf,
    /// The private key of it.
    pub key: PathBuf,
    /// The authority that the other end's certificate must come from.
    pub ca: PathBuf,
}

impl Tls {
    /// Of a service: who brings no certificate of the authority is not let in.
    pub(super) fn server(&self) -> Result<ServerTlsConfig> {
        Ok(ServerTlsConfig::new().identity(self.identity()?).client_ca_root(self.authority()?))
    }

    /// Of a client.
    pub(super) fn client(&self) -> Result<ClientTlsConfig> {
        Ok(ClientTlsConfig::new().identity(self.identity()?).ca_certificate(self.authority()?))
    }

    fn identity(&self) -> Result<Identity> {
        Ok(Identity::from_pem(read(&self.cert)?, read(&self.key)?))
    }

    fn authority(&self) -> Result<Certificate> {
        Ok(Certificate::from_pem(read(&self.ca)?))
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("the certificate file {} cannot be read", file.display()))
}

/// Whether a service may listen there without certificates: only for its own machine.
pub(super) fn require_for_door(address: SocketAddr, has_tls: bool) -> Result<()> {
    ensure!(
        has_tls || address.ip().is_loopback(),
        "{address} is reached from other machines: name certificates in [common.tls], or listen on 127.0.0.1"
    );
    Ok(())
}

/// Whether a client may call there: tokens leave the machine only where both ends know each other.
pub(super) fn require_for_call(url: &Uri, has_tls: bool) -> Result<()> {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_near = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_secured = url.scheme_str() == Some("https") && has_tls;
    ensure!(
        is_near || is_secured,
        "{url} leaves this machine: begin it with https:// and name certificates in [tls]"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_needs_certificates() {
        for (address, has_tls, may) in [
            ("127.0.0.1:8121", false, true),
            ("[::1]:8121", false, true),
            ("0.0.0.0:8121", false, false),
            ("10.0.0.7:8121", false, false),
            ("10.0.0.7:8121", true, true),
        ] {
            assert_eq!(require_for_door(address.parse().unwrap(), has_tls).is_ok(), may, "{address}");
        }
        for (url, has_tls, may) in [
            ("http://127.0.0.1:8121", false, true),
            ("http://[::1]:8121", false, true),
            ("http://localhost:8121", false, true),
            ("http://intake:8121", true, false),
            ("https://intake:8121", false, false),
            ("https://intake:8121", true, true),
        ] {
            assert_eq!(require_for_call(&url.parse().unwrap(), has_tls).is_ok(), may, "{url}");
        }
    }
}
