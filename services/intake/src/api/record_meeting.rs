//! A meeting was held, and what was ordered there becomes dated commitments.

use std::collections::{BTreeMap, BTreeSet};

use chassis::Caller;
use contracts::intake::{CommitmentMade, MeetingHeld, RecordMeetingRequest, RecordMeetingResponse};
use contracts::{optional_instant, timestamp};
use jiff::Timestamp;
use outbox::Tx;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::meetings::{committed, known, present};
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::contact::Fault;
use crate::domain::meeting::Meeting;
use crate::domain::meeting::commitment::{self, Commitment, is_agency};
use crate::store::{commitments, meetings};

/// Most commitments and agencies of one call.
const MOST: usize = 1_000;

pub(crate) async fn record_meeting(
    desk: &Desk,
    request: RecordMeetingRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<RecordMeetingResponse, Status> {
    if request.commitments.len() > MOST || request.attended.len() > MOST {
        return Err(bad_field("commitments", format!("and attended are at most {MOST} in one call")));
    }
    if !request.attended.iter().all(|agency| is_agency(agency)) {
        return Err(bad_field("attended", "must be codes of agencies"));
    }
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let mut meeting = known(&mut tx, &request.meeting, caller).await?;
    let asked = optional_instant(request.held_at.as_ref()).map_err(|error| bad_field("held_at", error))?;
    let held_at = meeting.held_at.or(asked).unwrap_or(now);
    if held_at < meeting.starts_at || held_at > now {
        return Err(bad_field("held_at", "must not lie before the meeting's beginning, nor in the future"));
    }
    let cases = meetings::cases(tx.connection(), &meeting.code).await.map_err(unavailable)?;
    let made = read(desk, &request, held_at, &cases).map_err(|faults| bad_request(&faults))?;
    if meeting.held_at.is_none() {
        hold(&mut tx, &meeting, &request.attended, (held_at, cases.len())).await.map_err(unavailable)?;
        meeting.held_at = Some(held_at);
    }
    commit_to(desk, &mut tx, &meeting, &made, &cases).await.map_err(unavailable)?;
    let all = commitments::of_meeting(tx.connection(), &meeting.code).await.map_err(unavailable)?;
    tx.commit().await.map_err(unavailable)?;
    Ok(RecordMeetingResponse {
        meeting: Some(present(&meeting)),
        commitments: all.iter().map(committed).collect(),
    })
}

fn read(
    desk: &Desk,
    request: &RecordMeetingRequest,
    held_at: Timestamp,
    cases: &BTreeMap<Uuid, Option<Uuid>>,
) -> Result<Vec<Commitment>, Vec<Fault>> {
    let (mut made, mut faults, mut keys) = (Vec::new(), Vec::new(), BTreeSet::new());
    let today = desk.tehran.zoned(held_at).date();
    for wire in &request.commitments {
        let reason = match commitment::read(wire, desk.clock.new_id(), held_at, today) {
            Err(fault) => {
                faults.push(fault);
                continue;
            }
            Ok(new) if new.contact_id.is_some_and(|id| !cases.contains_key(&id.0)) => {
                "contact_id is no turn of this meeting"
            }
            Ok(new) if !keys.insert(new.key.clone()) => "stands there twice",
            Ok(new) => {
                made.push(new);
                continue;
            }
        };
        faults.push(Fault { field: "commitments", reason: format!("{}: {reason}", wire.key) });
    }
    if faults.is_empty() { Ok(made) } else { Err(faults) }
}

async fn hold(
    tx: &mut Tx,
    meeting: &Meeting,
    attended: &[String],
    (held_at, turns): (Timestamp, usize),
) -> anyhow::Result<()> {
    let invited = meetings::invited(tx.connection(), &meeting.code).await?;
    meetings::hold(tx.connection(), &meeting.code, held_at, attended).await?;
    let held = MeetingHeld {
        meeting: meeting.code.clone(),
        province: meeting.province.clone(),
        turns: u32::try_from(turns).unwrap_or(u32::MAX),
        invited,
        attended: attended.to_vec(),
        held_at: Some(timestamp(held_at)),
    };
    tx.emit(held_at, &held);
    Ok(())
}

/// Keeps what is new and states it; a key that is known stays what it was.
async fn commit_to(
    desk: &Desk,
    tx: &mut Tx,
    meeting: &Meeting,
    made: &[Commitment],
    cases: &BTreeMap<Uuid, Option<Uuid>>,
) -> anyhow::Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let added = commitments::add(tx.connection(), &meeting.code, made).await?;
    for new in made.iter().filter(|new| added.contains(&new.id)) {
        let case_id = new.contact_id.and_then(|contact| cases.get(&contact.0).copied().flatten());
        let fact = CommitmentMade {
            commitment_id: new.id.to_string(),
            meeting: meeting.code.clone(),
            contact_id: new.contact_id.map(|id| id.to_string()).unwrap_or_default(),
            case_id: case_id.map(|id| id.to_string()).unwrap_or_default(),
            agency: new.agency.clone(),
            person: new.person.clone(),
            province: meeting.province.clone(),
            text: new.text.clone(),
            made_at: Some(timestamp(new.made_at)),
            due_at: new.due_at(&desk.tehran).map(timestamp),
        };
        tx.emit(new.made_at, &fact);
    }
    Ok(())
}
