//! A call's recording, streamed by the PBX (rule 2: everything is recorded).

use contracts::intake::store_recording_request::Part;
use contracts::intake::{RecordingHead, RecordingStored, StoreRecordingRequest, StoreRecordingResponse};
use contracts::{required_instant, timestamp};
use jiff::Timestamp;
use ring::digest::{Context, SHA256};
use tonic::{Status, Streaming};
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::get_hours::centre_of;
use crate::api::record_voicemail::{read_call_id, read_caller};
use crate::api::{bad_field, unavailable};
use crate::store::recordings::{self, Arriving, KeptRow};

/// Bytes of one recording at most: four hours of uncompressed telephone sound.
const SIZE_MAX: u64 = 256 * 1024 * 1024;

/// What arrived.
struct Sum {
    sha256: Vec<u8>,
    size_bytes: u64,
}

pub(crate) async fn store_recording(
    desk: &Desk,
    mut stream: Streaming<StoreRecordingRequest>,
    now: Timestamp,
) -> Result<StoreRecordingResponse, Status> {
    let Some(Part::Head(head)) = stream.message().await?.and_then(|message| message.part) else {
        return Err(bad_field("head", "must come first"));
    };
    let recording_id = desk.clock.new_id();
    let arriving = read_head(desk, &head, recording_id)?;
    recordings::begin(desk.store.pool(), &arriving, now).await.map_err(unavailable)?;
    let kept = match receive(desk, &mut stream, recording_id).await {
        Ok(sum) => {
            complete(desk, &arriving, &sum, now).await.map_err(unavailable).and_then(|kept| same(kept, &sum))
        }
        Err(status) => Err(status),
    };
    if !kept.as_ref().is_ok_and(|kept| kept.recording_id == recording_id) {
        discard(desk, recording_id).await;
    }
    let kept = kept?;
    Ok(StoreRecordingResponse {
        recording_id: kept.recording_id.to_string(),
        size_bytes: u64::try_from(kept.size_bytes).unwrap_or_default(),
        sha256: kept.sha256,
    })
}

fn read_head<'a>(desk: &Desk, head: &'a RecordingHead, recording_id: Uuid) -> Result<Arriving<'a>, Status> {
    let (province, centre) = centre_of(&head.province, &head.centre)?;
    let instant = |field, at| required_instant(at).map_err(|error| bad_field(field, error));
    let started_at = instant("started_at", head.started_at.as_ref())?;
    let ended_at = instant("ended_at", head.ended_at.as_ref())?;
    if ended_at < started_at {
        return Err(bad_field("ended_at", "lies before started_at"));
    }
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+.-".contains(&b));
    if !head.content_type.starts_with("audio/") || head.content_type.len() > 60 || !plain(&head.content_type)
    {
        return Err(bad_field("content_type", "must be an audio type such as audio/wav"));
    }
    Ok(Arriving {
        recording_id,
        call_id: read_call_id(&head.call_id)?,
        province,
        centre,
        caller_hash: read_caller(&head.caller)?.map(|caller| desk.sealer.find_by(&caller)),
        started_at,
        ended_at,
        cut: head.cut,
        content_type: &head.content_type,
    })
}

async fn receive(
    desk: &Desk,
    stream: &mut Streaming<StoreRecordingRequest>,
    recording_id: Uuid,
) -> Result<Sum, Status> {
    let mut writing = desk.files.write(recording_id);
    let (mut sha256, mut size_bytes) = (Context::new(&SHA256), 0);
    while let Some(message) = stream.message().await? {
        let Some(Part::Data(data)) = message.part else { return Err(bad_field("head", "came twice")) };
        size_bytes += data.len() as u64;
        if size_bytes > SIZE_MAX {
            return Err(bad_field("data", format!("is more than {SIZE_MAX} bytes")));
        }
        sha256.update(&data);
        desk.files.add(&mut writing, &data).await.map_err(no_room)?;
    }
    if size_bytes == 0 {
        return Err(bad_field("data", "must be given"));
    }
    desk.files.finish(writing).await.map_err(no_room)?;
    Ok(Sum { sha256: sha256.finish().as_ref().to_vec(), size_bytes })
}

fn no_room(error: anyhow::Error) -> Status {
    tracing::warn!(error = format!("{error:#}"), "a recording was not stored");
    Status::unavailable("the recordings' store is away or full: send the recording again")
}

/// Notes that it is whole and states so; what the call has, now or since before.
async fn complete(
    desk: &Desk,
    arriving: &Arriving<'_>,
    sum: &Sum,
    now: Timestamp,
) -> anyhow::Result<KeptRow> {
    let mut tx = desk.store.begin().await?;
    let sums = (sum.sha256.as_slice(), sum.size_bytes);
    if recordings::complete(tx.connection(), arriving.recording_id, sums, now).await? {
        let stored = RecordingStored {
            recording_id: arriving.recording_id.to_string(),
            call_id: arriving.call_id.to_owned(),
            province: arriving.province.to_owned(),
            centre: arriving.centre.to_owned(),
            sha256: sum.sha256.clone(),
            size_bytes: sum.size_bytes,
            content_type: arriving.content_type.to_owned(),
            started_at: Some(timestamp(arriving.started_at)),
            ended_at: Some(timestamp(arriving.ended_at)),
            stored_at: Some(timestamp(now)),
        };
        tx.emit(now, &stored);
    }
    let kept = recordings::of_call(tx.connection(), arriving.province, arriving.call_id).await?;
    tx.commit().await?;
    kept.ok_or_else(|| anyhow::anyhow!("a recording vanished while it was stored"))
}

/// A repeat of the same bytes is no other recording.
fn same(kept: KeptRow, sum: &Sum) -> Result<KeptRow, Status> {
    if kept.sha256 == sum.sha256 {
        Ok(kept)
    } else {
        Err(Status::already_exists("the call has a recording with other bytes"))
    }
}

/// Best effort: what stays is cleared away by the sweep.
async fn discard(desk: &Desk, recording_id: Uuid) {
    if let Err(error) = desk.files.remove(recording_id).await {
        tracing::debug!(error = format!("{error:#}"), "left for the sweep");
    } else if let Err(error) = recordings::forget(desk.store.pool(), &[recording_id]).await {
        tracing::debug!(%error, "left for the sweep");
    }
}
