//! A cut call and its repeats are one history (rule 2).

use std::collections::HashMap;

use contracts::intake::{Call as Shown, GetCallHistoryRequest, GetCallHistoryResponse};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::{bad_field, unavailable};
use crate::domain::calls::{Call, together};
use crate::domain::desk::governing;
use crate::store;
use crate::store::recordings;

pub(crate) async fn get_call_history(
    desk: &Desk,
    request: GetCallHistoryRequest,
    now: Timestamp,
) -> Result<GetCallHistoryResponse, Status> {
    let GetCallHistoryRequest { call_id, province } = request;
    let known = recordings::provinces_of(desk.store.pool(), &call_id, &province).await;
    match known.map_err(unavailable)?.as_slice() {
        [] => Err(Status::not_found("no recording of such a call is kept")),
        [province] => {
            let calls = history(desk, province, &call_id, now).await.map_err(unavailable)?;
            Ok(GetCallHistoryResponse { calls })
        }
        _ => Err(bad_field("province", "must be named: calls of several provinces have this id")),
    }
}

async fn history(desk: &Desk, province: &str, call_id: &str, now: Timestamp) -> anyhow::Result<Vec<Shown>> {
    let db = desk.store.pool();
    let rows = recordings::calls_around(db, province, call_id).await?;
    let policies = store::desk::policies(db).await?;
    let within = governing(&policies, province, now).rejoin();
    let ids: HashMap<&str, Uuid> = rows.iter().map(|row| (row.call_id.as_str(), row.recording_id)).collect();
    let calls = rows.iter().map(|row| Call {
        call_id: row.call_id.clone(),
        started_at: row.started_at.to_jiff(),
        ended_at: row.ended_at.to_jiff(),
        cut: row.cut,
    });
    let calls = together(calls.collect(), call_id, within);
    let named: Vec<&str> = calls.iter().map(|call| call.call_id.as_str()).collect();
    let mut contacts: HashMap<String, Vec<String>> = HashMap::new();
    for (call, contact) in recordings::contacts_of(db, province, &named).await? {
        contacts.entry(call).or_default().push(contact.to_string());
    }
    let shown = calls.into_iter().map(|call| Shown {
        started_at: Some(timestamp(call.started_at)),
        ended_at: Some(timestamp(call.ended_at)),
        cut: call.cut,
        recording_id: ids.get(call.call_id.as_str()).map(Uuid::to_string).unwrap_or_default(),
        contact_ids: contacts.remove(&call.call_id).unwrap_or_default(),
        call_id: call.call_id,
    });
    Ok(shown.collect())
}
