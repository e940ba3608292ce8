//! One service under watch: what it said last, how fast it states facts, how long it has been silent.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chassis::grpc::Channel;
use contracts::ops::ops_service_client::OpsServiceClient;
use contracts::ops::{GetFlowRequest, GetFlowResponse};

/// Seconds that the curve shows.
pub(super) const CURVE_S: usize = 60;

/// A service and what is known of it.
pub(super) struct Watched {
    pub name: &'static str,
    /// What it said last.
    pub flow: Option<GetFlowResponse>,
    /// Facts a second, the latest last; at most [`CURVE_S`].
    pub rates: VecDeque<f64>,
    client: OpsServiceClient<Channel>,
    answered: Option<Instant>,
    silent: bool,
}

impl Watched {
    pub fn new(name: &'static str, channel: Channel) -> Self {
        Watched {
            name,
            flow: None,
            rates: VecDeque::with_capacity(CURVE_S),
            client: OpsServiceClient::new(channel),
            answered: None,
            silent: true,
        }
    }

    /// Whether it answered in the last round.
    pub fn answers(&self) -> bool {
        !self.silent
    }

    /// Seconds since its last answer; none when it never answered.
    pub fn silent_s(&self) -> Option<u64> {
        self.answered.map(|at| at.elapsed().as_secs())
    }

    /// The latest rate, facts a second.
    pub fn rate(&self) -> f64 {
        self.rates.back().copied().unwrap_or(0.0)
    }

    /// Asks once and keeps the answer.
    pub async fn look(&mut self, within: Duration) {
        let answer = tokio::time::timeout(within, self.client.get_flow(GetFlowRequest::default())).await;
        match answer {
            Ok(Ok(flow)) => self.keep(flow.into_inner(), Instant::now()),
            Ok(Err(_)) | Err(_) => self.silent = true,
        }
    }

    fn keep(&mut self, flow: GetFlowResponse, now: Instant) {
        if let (Some(last), Some(at)) = (&self.flow, self.answered) {
            let facts = u32::try_from(flow.published.saturating_sub(last.published)).unwrap_or(u32::MAX);
            let seconds = now.duration_since(at).as_secs_f64().max(0.001);
            if self.rates.len() == CURVE_S {
                self.rates.pop_front();
            }
            self.rates.push_back(f64::from(facts) / seconds);
        }
        self.flow = Some(flow);
        self.answered = Some(now);
        self.silent = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched() -> Watched {
        let badge = chassis::grpc::Badge::none();
        let channel = chassis::grpc::channel("http://127.0.0.1:1", Duration::from_secs(1), &badge).unwrap();
        Watched::new("intake", channel)
    }

    fn flow(published: u64) -> GetFlowResponse {
        GetFlowResponse { published, ..GetFlowResponse::default() }
    }

    #[tokio::test]
    async fn the_rate_is_facts_over_the_time_between_answers() {
        let (mut service, began) = (watched(), Instant::now());
        service.keep(flow(1_000), began);
        assert_eq!(service.rate(), 0.0, "one look shows no rate");
        service.keep(flow(1_500), began + Duration::from_secs(2));
        assert!((service.rate() - 250.0).abs() < 1e-9);
        service.keep(flow(0), began + Duration::from_secs(3));
        assert_eq!(service.rate(), 0.0, "a service with new data starts anew");
    }

    #[tokio::test]
    async fn the_curve_is_bounded() {
        let (mut service, began) = (watched(), Instant::now());
        for second in 0..200 {
            service.keep(flow(second * second), began + Duration::from_secs(second));
        }
        assert_eq!(service.rates.len(), CURVE_S);
    }

    #[tokio::test]
    async fn a_service_that_is_away_is_silent() {
        let mut service = watched();
        service.look(Duration::from_secs(5)).await;
        assert!(!service.answers());
        assert_eq!(service.silent_s(), None);
    }
}
