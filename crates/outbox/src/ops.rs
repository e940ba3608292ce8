//! What every service tells its operators, over gRPC beside its own API.

use bus::{Bus, Feed};
use chassis::Role;
use chassis::grpc::May;
use contracts::ops::ops_service_server::{OpsService, OpsServiceServer};
use contracts::ops::{
    ConsumerFlow, GetDeadLetterRequest, GetDeadLetterResponse, GetFlowRequest, GetFlowResponse,
    ListDeadLettersRequest, ListDeadLettersResponse, ReplayDeadLetterRequest, ReplayDeadLetterResponse,
    ReplayOutboxRequest, ReplayOutboxResponse,
};
use contracts::{required_instant, timestamp};
use tonic::{Request, Response, Status};

use crate::{Listener, Store, dead, relay};

/// Most dead letters of one page.
const PAGE: u32 = 200;

/// Who runs the deployment.
const OPERATIONS: &[Role] = &[Role::Ops];
/// Who sees what is on its way: also the live page.
const WATCH: &[Role] = &[Role::Ops, Role::Monitor, Role::Service];

/// The operators' door of one service.
pub struct Ops {
    store: Store,
    bus: Bus,
    listeners: Vec<Listener>,
    pending: &'static str,
}

impl Ops {
    /// Who may ask what of it.
    pub const MAY: &[May] = &[
        May::call_unbounded("samad.ops.v1.OpsService/GetFlow", WATCH),
        May::call_unbounded("samad.ops.v1.OpsService/ListDeadLetters", OPERATIONS),
        May::call_unbounded("samad.ops.v1.OpsService/GetDeadLetter", OPERATIONS),
        May::call_unbounded("samad.ops.v1.OpsService/ReplayDeadLetter", OPERATIONS),
        May::call_unbounded("samad.ops.v1.OpsService/ReplayOutbox", OPERATIONS),
    ];

    /// For a service with these ears; `pending` is SQL that counts its own waiting work (`SELECT 0::bigint` if none).
    #[must_use]
    pub fn server(
        store: &Store,
        bus: &Bus,
        listeners: Vec<Listener>,
        pending: &'static str,
    ) -> OpsServiceServer<Self> {
        OpsServiceServer::new(Ops { store: store.clone(), bus: bus.clone(), listeners, pending })
    }

    async fn consumers(&self) -> anyhow::Result<Vec<ConsumerFlow>> {
        let mut flows = Vec::with_capacity(self.listeners.len());
        for listener in &self.listeners {
            let lag = Feed::lag(&self.bus, listener.owner, listener.consumer()).await?;
            flows.push(ConsumerFlow {
                stream: bus::stream_name(listener.owner),
                consumer: listener.consumer().to_owned(),
                waiting: lag.waiting,
                in_hand: lag.in_hand,
            });
        }
        Ok(flows)
    }

    /// Each stage of the service's work is read before the next one: what moves on meanwhile is seen there.
    async fn flow(&self, request: GetFlowRequest) -> anyhow::Result<GetFlowResponse> {
        let count = |sql: &'static str| async move {
            let count: i64 = sqlx::query_scalar(sql).fetch_one(self.store.pool()).await?;
            anyhow::Ok(u64::try_from(count)?)
        };
        let consumers = self.consumers().await?;
        let swept_at = if request.sweep { self.store.sweeps.look().await? } else { None };
        let pending = count(self.pending).await?;
        let outbox_waiting = count(relay::WAITING).await?;
        Ok(GetFlowResponse {
            service: self.store.owner.to_owned(),
            outbox_waiting,
            published: count("SELECT published FROM outbox.cursor").await?,
            consumers,
            dead_letters: count("SELECT count(*) FROM outbox.dead_letter").await?,
            pending,
            swept_at: swept_at.map(timestamp),
        })
    }
}

fn unavailable(error: impl Into<anyhow::Error>) -> Status {
    let error = error.into();
    tracing::debug!(error = format!("{error:#}"), "operations");
    Status::unavailable("the service's database or broker is away: try again shortly")
}

fn number(id: u64) -> Result<i64, Status> {
    i64::try_from(id).map_err(|_| Status::invalid_argument("id: no dead letter has such a number"))
}

#[tonic::async_trait]
impl OpsService for Ops {
    async fn get_flow(&self, request: Request<GetFlowRequest>) -> Result<Response<GetFlowResponse>, Status> {
        Ok(Response::new(self.flow(request.into_inner()).await.map_err(unavailable)?))
    }

    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        let request = request.into_inner();
        let before = match request.page_token.as_str() {
            "" => i64::MAX,
            token => token.parse().map_err(|_| Status::invalid_argument("page_token: not one of ours"))?,
        };
        let size = if request.page_size == 0 { 50 } else { request.page_size.min(PAGE) };
        let letters = dead::list(&self.store, before, i64::from(size)).await.map_err(unavailable)?;
        let full = letters.len() == size as usize;
        let next_page_token = letters.last().filter(|_| full).map(|l| l.id.to_string()).unwrap_or_default();
        Ok(Response::new(ListDeadLettersResponse { letters, next_page_token }))
    }

    async fn get_dead_letter(
        &self,
        request: Request<GetDeadLetterRequest>,
    ) -> Result<Response<GetDeadLetterResponse>, Status> {
        let letter = dead::get(&self.store, number(request.into_inner().id)?).await.map_err(unavailable)?;
        let letter = letter.ok_or_else(|| Status::not_found("no dead letter has this number"))?;
        Ok(Response::new(GetDeadLetterResponse { letter: Some(letter) }))
    }

    async fn replay_dead_letter(
        &self,
        request: Request<ReplayDeadLetterRequest>,
    ) -> Result<Response<ReplayDeadLetterResponse>, Status> {
        let id = number(request.into_inner().id)?;
        let failed = dead::replay(&self.store, &self.listeners, id).await;
        let failed = failed.map_err(|error| Status::failed_precondition(format!("{error:#}")))?;
        Ok(Response::new(ReplayDeadLetterResponse {
            handled: failed.is_none(),
            reason: failed.unwrap_or_default(),
        }))
    }

    async fn replay_outbox(
        &self,
        request: Request<ReplayOutboxRequest>,
    ) -> Result<Response<ReplayOutboxResponse>, Status> {
        let since = required_instant(request.into_inner().since.as_ref())
            .map_err(|error| Status::invalid_argument(format!("since: {error}")))?;
        let mut connection = self.store.pool().acquire().await.map_err(unavailable)?;
        let facts = relay::rewind(&mut connection, since).await.map_err(unavailable)?;
        self.store.committed.notify_one();
        Ok(Response::new(ReplayOutboxResponse { facts }))
    }
}
