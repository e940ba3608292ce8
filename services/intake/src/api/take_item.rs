//! The oldest waiting item, for one operator at a time (rule 1).

use contracts::intake::{Callback, TakeItemRequest, TakeItemResponse, WorkItem};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::get_hours::centre_of;
use crate::api::{bad_field, unavailable};
use crate::domain::desk::governing;
use crate::domain::hours::Centre;
use crate::store;
use crate::store::callbacks::{self, Shown};
use crate::store::recordings;
use crate::store::work_items::{self, ItemRow};

pub(crate) async fn take_item(
    desk: &Desk,
    request: TakeItemRequest,
    now: Timestamp,
) -> Result<TakeItemResponse, Status> {
    let operator = read_operator(&request.operator)?;
    let (province, centre) = centre_of(&request.province, &request.centre)?;
    let item = take(desk, operator, Centre { province, centre }, now).await.map_err(unavailable)?;
    let item = item.map(|taken| shown(desk, taken)).transpose().map_err(unavailable)?;
    Ok(TakeItemResponse { item })
}

/// Who works at the desk.
pub(crate) fn read_operator(operator: &str) -> Result<&str, Status> {
    if !(1..=100).contains(&operator.chars().count()) || operator.chars().any(char::is_control) {
        return Err(bad_field("operator", "must have 1 to 100 characters"));
    }
    Ok(operator)
}

/// What only a voicemail, or only a call-back, has beside the item.
enum Matter {
    /// The call's recording, once it is kept.
    Voicemail(Option<Uuid>),
    /// The answer that the citizen is asked about.
    Callback(Option<Shown>),
}

async fn take(
    desk: &Desk,
    operator: &str,
    centre: Centre<'_>,
    now: Timestamp,
) -> anyhow::Result<Option<(ItemRow, Matter)>> {
    let mut tx = desk.store.begin().await?;
    let policies = store::desk::policies(tx.connection()).await?;
    let lease_until = now.saturating_add(governing(&policies, centre.province, now).lease())?;
    let Some(item) = work_items::take(tx.connection(), operator, centre, now, lease_until).await? else {
        return Ok(None);
    };
    let matter = match &item.call_id {
        Some(call) => {
            let kept = recordings::of_call(tx.connection(), &item.province, call).await?;
            Matter::Voicemail(kept.map(|kept| kept.recording_id))
        }
        None => Matter::Callback(callbacks::shown(tx.connection(), item.item_id).await?),
    };
    tx.commit().await?;
    Ok(Some((item, matter)))
}

fn shown(desk: &Desk, (row, matter): (ItemRow, Matter)) -> anyhow::Result<WorkItem> {
    let caller = row.sealed_caller.map(|sealed| desk.sealer.open(&sealed)).transpose()?;
    let item_id = row.item_id.to_string();
    let (recording, callback) = match matter {
        Matter::Voicemail(recording) => (recording, None),
        Matter::Callback(callback) => (None, callback),
    };
    let callback = callback.map(|shown| Callback {
        referral_id: item_id.clone(),
        case_id: shown.case_id.to_string(),
        tracking_code: shown.tracking_code,
        agency: shown.agency,
        answer: shown.answer.unwrap_or_default(),
    });
    Ok(WorkItem {
        item_id,
        call_id: row.call_id.unwrap_or_default(),
        caller: String::from_utf8(caller.unwrap_or_default())?,
        reason: row.reason.into(),
        received_at: Some(timestamp(row.received_at.to_jiff())),
        lease_until: row.lease_until.map(|at| timestamp(at.to_jiff())),
        province: row.province,
        centre: row.centre,
        callback,
        recording_id: recording.map(|id| id.to_string()).unwrap_or_default(),
    })
}
