//! Where the service is and how a key is had.

use axum::http::{HeaderMap, header};
use chassis::Profile;

use super::{Document, Node};
use crate::state::App;

/// When what is described here last changed.
const CHANGESET: &str = "2025-10-01T00:00:00+03:30";

/// The document, as seen from the address that the caller used.
pub(super) fn describe(app: &App, headers: &HeaderMap) -> Document {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    // Behind proxies, which speak TLS to callers.
    let scheme = if app.limits.proxies > 0 { "https" } else { "http" };
    let kind = if app.profile == Profile::Production { "production" } else { "test" };
    let formats = ["text/xml", "application/json"].map(Node::text);
    let endpoint = Node::Fields(vec![
        ("specification", Node::text("http://wiki.open311.org/GeoReport_v2")),
        ("url", Node::text(format!("{scheme}://{host}/open311/v2/"))),
        ("changeset", Node::text(CHANGESET)),
        ("type", Node::text(kind)),
        ("formats", Node::Each("format", formats.into())),
    ]);
    let content = Node::Fields(vec![
        ("changeset", Node::text(CHANGESET)),
        ("contact", Node::text("سامانهٔ ارتباط مردم و دولت (سامد)، تلفن ۱۱۱")),
        ("key_service", Node::text("کلید را از متولیان سامد در استان بخواهید.")),
        ("endpoints", Node::Each("endpoint", vec![endpoint])),
    ]);
    Document { root: "discovery", content }
}
