//! Between a sheet and routing: what waits, and what was answered.

use std::time::Duration;

use chassis::grpc::Channel;
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::{
    ListOpenReferralsRequest, RecordActionRequest, RecordActionResponse, ReferralIssued,
};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tonic::{Code, Request, Response, Status};

use crate::{Answer, ROWS_MAX, Refused};

/// Referrals of a page.
const PAGE: u32 = 500;
/// Answers on their way at once: routing commits together what comes together.
const AT_ONCE: usize = 64;
/// An agency has room for so many actions at a time: a row that finds none waits, and not for ever.
const ROOM_WAIT: Duration = Duration::from_millis(500);
const ROOM_WAITS: usize = 60;

/// What became of a sheet.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Rows that are recorded, by this sheet or by the same words before.
    pub recorded: u64,
    /// Rows that are not.
    pub refused: Vec<Refused>,
}

/// What waits for an action of the agency, oldest first: one sheet's worth. `ask` makes the call in somebody's name.
///
/// # Errors
/// What routing refuses.
pub async fn waiting(
    mut routing: RoutingServiceClient<Channel>,
    agency: &str,
    ask: impl Fn(ListOpenReferralsRequest) -> Request<ListOpenReferralsRequest>,
) -> Result<Vec<ReferralIssued>, Status> {
    let (mut referrals, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListOpenReferralsRequest { agency: agency.to_owned(), page_size: PAGE, page_token };
        let page = routing.list_open_referrals(ask(request)).await?.into_inner();
        referrals.extend(page.referrals);
        page_token = page.next_page_token;
        if page_token.is_empty() || referrals.len() >= ROWS_MAX {
            referrals.truncate(ROWS_MAX);
            return Ok(referrals);
        }
    }
}

/// Hands in what a sheet says, and adds what routing refuses to what could not be read. `ask` makes the call in somebody's
/// name.
///
/// # Errors
/// When routing does not answer, or not to this caller: rows that were recorded until then stay recorded.
pub async fn hand_in(
    routing: &RoutingServiceClient<Channel>,
    agency: &str,
    (answers, mut refused): (Vec<Answer>, Vec<Refused>),
    ask: impl Fn(RecordActionRequest) -> Request<RecordActionRequest>,
) -> Result<Taken, Status> {
    let calls: Vec<_> = answers
        .into_iter()
        .map(|Answer { line, action }| {
            let referral_id = action.referral_id.clone();
            let request = RecordActionRequest { agency: agency.to_owned(), action: Some(action) };
            let (routing, ask) = (routing.clone(), &ask);
            async move {
                let verdict = recorded(routing, request, ask).await?.verdict.unwrap_or_default();
                Ok::<_, Status>(verdict.refusal.map(|refusal| Refused {
                    line,
                    referral_id,
                    field: refusal.field,
                    reason: refusal.message,
                    reason_fa: refusal.message_fa,
                    documentation: refusal.documentation,
                }))
            }
        })
        .collect();
    let mut recorded = 0;
    let mut verdicts = stream::iter(calls).buffer_unordered(AT_ONCE);
    while let Some(verdict) = verdicts.next().await {
        match verdict? {
            Some(refusal) => refused.push(refusal),
            None => recorded += 1,
        }
    }
    refused.sort_by_key(|row| row.line);
    Ok(Taken { recorded, refused })
}

/// What becomes of a row, once there is room for it.
async fn recorded(
    mut routing: RoutingServiceClient<Channel>,
    request: RecordActionRequest,
    ask: &impl Fn(RecordActionRequest) -> Request<RecordActionRequest>,
) -> Result<RecordActionResponse, Status> {
    for _ in 0..ROOM_WAITS {
        match routing.record_action(ask(request.clone())).await {
            Err(status) if status.code() == Code::ResourceExhausted => tokio::time::sleep(ROOM_WAIT).await,
            answer => return answer.map(Response::into_inner),
        }
    }
    routing.record_action(ask(request)).await.map(Response::into_inner)
}
