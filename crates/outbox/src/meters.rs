//! What is measured of every service: facts stated, published, heard, tried again and given up, and how long commits take.

use std::sync::LazyLock;
use std::time::Instant;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram};

/// Instruments of the process; each measurement bears its service's name.
pub(crate) struct Meters {
    /// Facts that the broker took, without those it had.
    pub published: Counter<u64>,
    /// Facts that wait for the relay, as it saw last.
    pub outbox_waiting: Gauge<u64>,
    /// Facts heard and done, by the stream they came from.
    pub heard: Counter<u64>,
    /// Facts that will be tried again.
    pub retried: Counter<u64>,
    /// Facts that went to the dead letters.
    pub dead: Counter<u64>,
    /// Requests that were committed together with others.
    pub requests: Counter<u64>,
    /// Looks of a sweep that failed.
    pub sweeps_failed: Counter<u64>,
    commit_duration_s: Histogram<f64>,
}

pub(crate) static METERS: LazyLock<Meters> = LazyLock::new(|| {
    let meter = opentelemetry::global::meter("outbox");
    let counter = |name: &'static str| meter.u64_counter(name).build();
    Meters {
        published: counter("samad_facts_published"),
        outbox_waiting: meter.u64_gauge("samad_outbox_waiting").build(),
        heard: counter("samad_facts_heard"),
        retried: counter("samad_facts_retried"),
        dead: counter("samad_dead_letters"),
        requests: counter("samad_requests_committed"),
        sweeps_failed: counter("samad_sweeps_failed"),
        commit_duration_s: meter.f64_histogram("samad_commit_duration").with_unit("s").build(),
    }
});

impl Meters {
    /// A batch of `work` was committed that began then.
    pub fn committed(&self, service: &'static str, work: &'static str, began: Instant) {
        let labels = [of(service), KeyValue::new("work", work)];
        self.commit_duration_s.record(began.elapsed().as_secs_f64(), &labels);
    }
}

/// The label of a service.
pub(crate) fn of(service: &'static str) -> KeyValue {
    KeyValue::new("service", service)
}

/// The labels of a service that hears `stream`.
pub(crate) fn hearing(service: &'static str, stream: &'static str) -> [KeyValue; 2] {
    [of(service), KeyValue::new("stream", stream)]
}
