//! Which address a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::state::App;

/// The address that limits are counted by. It is never logged.
#[derive(Clone, Copy)]
pub(crate) struct Client(pub IpAddr);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let seen = forwarded(&parts.headers, app.limits.proxies).or(peer);
        Ok(Client(seen.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// What the outermost of `proxies` trusted proxies saw: each appends one address, so that whatever stands further to
/// the left was written by the client itself.
fn forwarded(headers: &HeaderMap, proxies: u8) -> Option<IpAddr> {
    let from_the_end = usize::from(proxies).checked_sub(1)?;
    let values: Vec<_> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    let all = values.join(",");
    all.rsplit(',').nth(from_the_end)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_appended_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "10.9.9.9, 198.51.100.7".parse().unwrap());
        headers.append("x-forwarded-for", "192.0.2.4".parse().unwrap());
        assert_eq!(forwarded(&headers, 0), None);
        assert_eq!(forwarded(&headers, 1), Some([192, 0, 2, 4].into()));
        assert_eq!(forwarded(&headers, 2), Some([198, 51, 100, 7].into()));
        assert_eq!(forwarded(&headers, 9), None);
        headers.insert("x-forwarded-for", "unknown".parse().unwrap());
        assert_eq!(forwarded(&headers, 1), None);
    }
}
