//! The agencies that hold cases of a meeting are invited, each once.

use std::collections::BTreeMap;

use chassis::Caller;
use contracts::intake::{InviteAgenciesRequest, InviteAgenciesResponse, MeetingInvited};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::meetings::known;
use crate::api::unavailable;
use crate::domain::meeting::Meeting;
use crate::domain::meeting::agenda::{Concern, by_topic, concerned};
use crate::store::meetings;

pub(crate) async fn invite_agencies(
    desk: &Desk,
    request: InviteAgenciesRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<InviteAgenciesResponse, Status> {
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let meeting = known(&mut tx, &request.meeting, caller).await?;
    let invited_before = meetings::invited(tx.connection(), &meeting.code).await.map_err(unavailable)?;
    if meeting.held_at.is_some() {
        return Err(Status::failed_precondition("the meeting was held: nobody is invited any more"));
    }
    let topics = by_topic(meetings::turns(tx.connection(), &meeting.code).await.map_err(unavailable)?);
    let mut concerned: BTreeMap<&str, Concern> = concerned(&topics);
    concerned.retain(|agency, _| !invited_before.iter().any(|before| before == agency));
    let agencies: Vec<&str> = concerned.keys().copied().collect();
    if !agencies.is_empty() {
        meetings::invite(tx.connection(), &meeting.code, &agencies, now).await.map_err(unavailable)?;
    }
    for (agency, concern) in &concerned {
        tx.emit(now, &invitation(&meeting, agency, concern, now));
    }
    let invited = agencies.into_iter().map(str::to_owned).collect();
    tx.commit().await.map_err(unavailable)?;
    Ok(InviteAgenciesResponse { invited, invited_before })
}

fn invitation(meeting: &Meeting, agency: &str, concern: &Concern, now: Timestamp) -> MeetingInvited {
    MeetingInvited {
        meeting: meeting.code.clone(),
        province: meeting.province.clone(),
        agency: agency.to_owned(),
        title_fa: meeting.title_fa.clone(),
        place_fa: meeting.place_fa.clone(),
        starts_at: Some(timestamp(meeting.starts_at)),
        topics: concern.topics.iter().cloned().collect(),
        turns: concern.turns,
        invited_at: Some(timestamp(now)),
    }
}
