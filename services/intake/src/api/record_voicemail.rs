//! A call that was recorded instead of answered becomes an item of the work list (rule 1).

use contracts::intake::{
    RecordVoicemailRequest, RecordVoicemailResponse, VoicemailReason, VoicemailRecorded,
};
use contracts::{optional_instant, timestamp};
use jiff::Timestamp;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::get_hours::{at_moment, centre_of};
use crate::api::{bad_field, unavailable};
use crate::domain::hours::{Answering, Centre, Kind};
use crate::domain::identity::read_phone;
use crate::store::work_items::{self, ItemRow, NewItem};

pub(crate) async fn record_voicemail(
    desk: &Desk,
    request: RecordVoicemailRequest,
    now: Timestamp,
) -> Result<RecordVoicemailResponse, Status> {
    let call_id = read_call_id(&request.call_id)?;
    let (province, centre) = centre_of(&request.province, &request.centre)?;
    let caller = read_caller(&request.caller)?;
    let received_at =
        optional_instant(request.received_at.as_ref()).map_err(|error| bad_field("received_at", error))?;
    let received_at = received_at.map_or(now, |at| at.min(now));
    let hours = at_moment(desk, Centre { province, centre }, received_at).await?;
    let item = NewItem {
        item_id: desk.clock.new_id(),
        call_id,
        province,
        centre,
        reason: i16::try_from(i32::from(reason(&hours))).unwrap_or_default(),
        received_at,
        opens_at: hours.until.filter(|_| !hours.open),
        sealed_caller: caller.map(|caller| desk.sealer.seal(caller.as_bytes())),
    };
    let kept = keep(desk, &item, now).await.map_err(unavailable)?;
    Ok(RecordVoicemailResponse {
        item_id: kept.item_id.to_string(),
        reason: kept.reason.into(),
        opens_at: kept.opens_at.map(|at| timestamp(at.to_jiff())),
    })
}

async fn keep(desk: &Desk, item: &NewItem<'_>, now: Timestamp) -> anyhow::Result<ItemRow> {
    let mut tx = desk.store.begin().await?;
    if work_items::add(tx.connection(), item).await? {
        let recorded = VoicemailRecorded {
            item_id: item.item_id.to_string(),
            call_id: item.call_id.to_owned(),
            province: item.province.to_owned(),
            centre: item.centre.to_owned(),
            reason: item.reason.into(),
            received_at: Some(timestamp(item.received_at)),
            opens_at: item.opens_at.map(timestamp),
        };
        tx.emit(now, &recorded);
    }
    let kept = work_items::of_call(tx.connection(), item.province, item.call_id).await?;
    tx.commit().await?;
    kept.ok_or_else(|| anyhow::anyhow!("a voicemail vanished while it was kept"))
}

fn reason(hours: &Answering) -> VoicemailReason {
    match (hours.open, hours.kind) {
        (true, _) => VoicemailReason::Overflow,
        (false, Some(Kind::Closure)) => VoicemailReason::Closure,
        (false, _) => VoicemailReason::AfterHours,
    }
}

/// A call's id as the PBX gives it.
pub(crate) fn read_call_id(id: &str) -> Result<&str, Status> {
    if !(1..=128).contains(&id.chars().count()) || id.chars().any(char::is_control) {
        return Err(bad_field("call_id", "must have 1 to 128 characters"));
    }
    Ok(id)
}

/// A caller's number; none where it was withheld.
pub(crate) fn read_caller(caller: &str) -> Result<Option<String>, Status> {
    match caller.trim() {
        "" => Ok(None),
        caller => read_phone(caller).map(Some).map_err(|error| bad_field("caller", error)),
    }
}
