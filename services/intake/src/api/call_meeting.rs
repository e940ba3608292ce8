//! A public meeting is called, or its place and times are as they now are.

use chassis::Caller;
use contracts::intake::{CallMeetingRequest, CallMeetingResponse, MeetingCalled};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::meetings::present;
use crate::api::{bad_request, unavailable};
use crate::domain::meeting::{self, Meeting};
use crate::store::meetings;

pub(crate) async fn call_meeting(
    desk: &Desk,
    request: CallMeetingRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<CallMeetingResponse, Status> {
    let asked = meeting::read(&request.meeting.unwrap_or_default()).map_err(|fault| bad_request(&[fault]))?;
    caller.for_province(&asked.province)?;
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let before = meetings::locked(tx.connection(), &asked.code).await.map_err(unavailable)?;
    let Some(before) = before else {
        meetings::keep(tx.connection(), &asked).await.map_err(unavailable)?;
        tx.emit(now, &called(&asked, now));
        tx.commit().await.map_err(unavailable)?;
        return Ok(CallMeetingResponse { meeting: Some(present(&asked)) });
    };
    caller.for_province(&before.province)?;
    let same = Meeting { version: before.version, held_at: before.held_at, ..asked };
    if same == before {
        return Ok(CallMeetingResponse { meeting: Some(present(&before)) });
    }
    if before.held_at.is_some() {
        return Err(Status::failed_precondition("the meeting was held: its place and times stay"));
    }
    let changed = Meeting { version: before.version + 1, ..same };
    meetings::keep(tx.connection(), &changed).await.map_err(unavailable)?;
    tx.emit(now, &called(&changed, now));
    tx.commit().await.map_err(unavailable)?;
    Ok(CallMeetingResponse { meeting: Some(present(&changed)) })
}

fn called(meeting: &Meeting, now: Timestamp) -> MeetingCalled {
    MeetingCalled {
        meeting: meeting.code.clone(),
        version: meeting.version,
        title_fa: meeting.title_fa.clone(),
        province: meeting.province.clone(),
        place_fa: meeting.place_fa.clone(),
        starts_at: Some(timestamp(meeting.starts_at)),
        ends_at: Some(timestamp(meeting.ends_at)),
        turns_until: Some(timestamp(meeting.turns_until)),
        called_at: Some(timestamp(now)),
    }
}
