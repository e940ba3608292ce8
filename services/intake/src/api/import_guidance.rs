//! Entries of the guidance base as they now are (rule 11): a changed one becomes a new version.

use contracts::intake::{GuidanceAdopted, GuidanceEntry, ImportGuidanceRequest, ImportGuidanceResponse};
use contracts::timestamp;
use jiff::Timestamp;
use prost::Message;
use ring::digest::{SHA256, digest};
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::guidance::{Change, change, faults, index_of};
use crate::store::guidance::{self, NewVersion};

/// Most entries of one import.
const MOST: usize = 2_000;

pub(crate) async fn import_guidance(
    desk: &Desk,
    request: ImportGuidanceRequest,
    now: Timestamp,
) -> Result<ImportGuidanceResponse, Status> {
    if request.entries.len() > MOST {
        return Err(bad_field("entries", format!("are more than {MOST}: import the rest in another call")));
    }
    let faults = faults(&request.entries);
    if !faults.is_empty() {
        return Err(bad_request(&faults));
    }
    adopt(desk, request.entries, now).await.map_err(unavailable)
}

async fn adopt(
    desk: &Desk,
    mut entries: Vec<GuidanceEntry>,
    now: Timestamp,
) -> anyhow::Result<ImportGuidanceResponse> {
    let mut tx = desk.store.begin().await?;
    let codes: Vec<&str> = entries.iter().map(|entry| entry.entry.as_str()).collect();
    let standing = guidance::standing(tx.connection(), &codes).await?;
    let mut answer = ImportGuidanceResponse::default();
    let mut new = Vec::new();
    for entry in &mut entries {
        (entry.version, entry.adopted_at) = (0, None);
        let hash = digest(&SHA256, &entry.encode_to_vec()).as_ref().to_vec();
        entry.version = match change(standing.get(&entry.entry), &hash) {
            Change::Added => {
                answer.added += 1;
                1
            }
            Change::Changed(version) => {
                answer.changed += 1;
                version
            }
            Change::Unchanged => {
                answer.unchanged += 1;
                continue;
            }
        };
        new.push(NewVersion { index: index_of(entry), entry, digest: hash });
    }
    if !new.is_empty() {
        guidance::keep(tx.connection(), &new, now).await?;
    }
    for version in &new {
        tx.emit(now, &adopted(version.entry, now));
    }
    tx.commit().await?;
    Ok(answer)
}

fn adopted(entry: &GuidanceEntry, now: Timestamp) -> GuidanceAdopted {
    GuidanceAdopted {
        entry: entry.entry.clone(),
        version: entry.version,
        kind: entry.kind,
        province: entry.province.clone(),
        agency: entry.agency.clone(),
        topics: entry.topics.clone(),
        title: entry.title.clone(),
        text: entry.text.clone(),
        lawful_way: entry.lawful_way.clone(),
        source: entry.source.clone(),
        adopted_at: Some(timestamp(now)),
        withdrawn: entry.withdrawn,
    }
}
