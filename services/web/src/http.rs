//! What holds for every request: limits, security headers, compression, spans and metrics.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram};
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

use crate::api::problem::Problem;
use crate::pages::trouble;

/// A contact's text has at most 4,000 characters; with the rest of its fields this is ample.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// Longer than any call upstream may take, so that the caller hears what went wrong.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Requests in work at once; those beyond are told to come again.
const MAX_IN_WORK: usize = 1_024;

/// Everything from this origin only, nothing inline, no frames.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts the limits, headers and measurements around `routes`.
pub(crate) fn guarded(routes: Router) -> Router {
    let shed = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(|_| async { Problem::busy() }))
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(MAX_IN_WORK));
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(shed)
        .layer(middleware::from_fn(trouble::put_in_words))
        .layer(middleware::from_fn(observe))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ))
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

struct Meters {
    requests: Counter<u64>,
    duration_s: Histogram<f64>,
}

static METERS: LazyLock<Meters> = LazyLock::new(|| {
    let meter = opentelemetry::global::meter("web");
    Meters {
        requests: meter.u64_counter("samad_http_requests").build(),
        duration_s: meter.f64_histogram("samad_http_request_duration").with_unit("s").build(),
    }
});

/// Measures by route, never by path: a path may hold a tracking code.
async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("http", %method, route);
    let began = Instant::now();
    let response = next.run(request).instrument(span).await;
    let labels = [
        KeyValue::new("method", method.to_string()),
        KeyValue::new("route", route),
        KeyValue::new("status", i64::from(response.status().as_u16())),
    ];
    METERS.requests.add(1, &labels);
    METERS.duration_s.record(began.elapsed().as_secs_f64(), &labels);
    response
}
