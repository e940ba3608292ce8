//! Listening to a recording: who and why is stated before the first byte leaves (rule 2).

use std::ops::RangeInclusive;

use chassis::{Caller, Role};
use contracts::intake::{PlayRecordingHead, PlayRecordingRequest, PlayRecordingResponse, RecordingPlayed};
use contracts::timestamp;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::{bad_field, unavailable};
use crate::out::recording_files::{PIECE, RecordingFiles, cut};
use crate::store::recordings::{self, KeptRow};
use crate::store::work_items;

/// Longest name of a listener and longest reason, in characters; shortest reason.
const LISTENER_MAX: usize = 100;
const REASON_MAX: usize = 500;
const REASON_MIN: usize = 5;

pub(crate) async fn play_recording(
    desk: &Desk,
    request: PlayRecordingRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<BoxStream<'static, Result<PlayRecordingResponse, Status>>, Status> {
    let id =
        Uuid::try_parse(&request.recording_id).map_err(|_| bad_field("recording_id", "must be a UUID"))?;
    let listener = caller.signs(&request.listener);
    let listener = line("listener", &listener, 1..=LISTENER_MAX)?;
    let reason = line("reason", &request.reason, REASON_MIN..=REASON_MAX)?;
    let kept = recordings::one(desk.store.pool(), id).await.map_err(unavailable)?;
    let kept = kept.ok_or_else(|| Status::not_found("there is no such recording"))?;
    caller.for_province(&kept.province)?;
    if caller.role == Role::Operator && !is_in_hand(desk, &kept, listener, now).await.map_err(unavailable)? {
        return Err(Status::permission_denied(
            "an operator hears the call of the item in hand: take it from the work list",
        ));
    }
    let size = u64::try_from(kept.size_bytes).unwrap_or_default();
    let bytes = range(&request, size)?;
    state_played(desk, &kept, (listener, reason), &bytes, now).await.map_err(unavailable)?;
    let head = PlayRecordingHead {
        content_type: kept.content_type,
        size_bytes: size,
        first_byte: *bytes.start(),
        last_byte: *bytes.end(),
        sha256: kept.sha256,
    };
    let head = stream::iter([Ok(PlayRecordingResponse { head: Some(head), data: Vec::new() })]);
    Ok(head.chain(pieces(desk.files.clone(), id, size, bytes)).boxed())
}

/// Whether the call's item is in the hand of this operator, who must hear it to follow it up (rule 1).
async fn is_in_hand(desk: &Desk, kept: &KeptRow, operator: &str, now: Timestamp) -> sqlx::Result<bool> {
    let call = (kept.province.as_str(), kept.call_id.as_str());
    work_items::is_in_hand(desk.store.pool(), call, operator, now).await
}

fn line<'a>(field: &'static str, text: &'a str, length: RangeInclusive<usize>) -> Result<&'a str, Status> {
    let text = text.trim();
    if !length.contains(&text.chars().count()) || text.chars().any(char::is_control) {
        let reason = format!("must have {} to {} characters", length.start(), length.end());
        return Err(bad_field(field, reason));
    }
    Ok(text)
}

/// The bytes asked for, as far as there are any.
fn range(request: &PlayRecordingRequest, size: u64) -> Result<RangeInclusive<u64>, Status> {
    let last = request.last_byte.unwrap_or(u64::MAX).min(size.saturating_sub(1));
    if request.first_byte > last {
        return Err(Status::out_of_range(format!("the recording has {size} bytes")));
    }
    Ok(request.first_byte..=last)
}

async fn state_played(
    desk: &Desk,
    kept: &KeptRow,
    (listener, reason): (&str, &str),
    bytes: &RangeInclusive<u64>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let mut tx = desk.store.begin().await?;
    let played = RecordingPlayed {
        recording_id: kept.recording_id.to_string(),
        call_id: kept.call_id.clone(),
        province: kept.province.clone(),
        listener: listener.to_owned(),
        reason: reason.to_owned(),
        first_byte: *bytes.start(),
        last_byte: *bytes.end(),
        played_at: Some(timestamp(now)),
    };
    tx.emit(now, &played);
    tx.commit().await
}

/// The pieces of a range, each read when the listener is ready for it.
fn pieces(
    files: RecordingFiles,
    id: Uuid,
    size: u64,
    bytes: RangeInclusive<u64>,
) -> impl stream::Stream<Item = Result<PlayRecordingResponse, Status>> + Send {
    let piece = PIECE as u64;
    let numbers = bytes.start() / piece..=bytes.end() / piece;
    stream::iter(numbers).then(move |number| {
        let (files, bytes) = (files.clone(), bytes.clone());
        async move {
            let plain = files.piece(id, number, size).await.map_err(|error| {
                tracing::warn!(error = format!("{error:#}"), "a recording cannot be played");
                Status::data_loss("the recording cannot be read whole: the rest is missing or damaged")
            })?;
            Ok(PlayRecordingResponse { head: None, data: cut(number, plain, &bytes) })
        }
    })
}
