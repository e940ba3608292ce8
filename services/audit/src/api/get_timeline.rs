//! Everything that happened to a case.

use contracts::audit::{Entry, GetTimelineRequest, GetTimelineResponse};
use contracts::{CATALOGUE, CaseId, timestamp};

use super::{Door, Refusal};
use crate::on::read::{content_type, read};
use crate::store::stretch;

/// As the contract says.
const MAX_ENTRIES: i64 = 1_000;

pub async fn get_timeline(door: &Door, asked: GetTimelineRequest) -> Result<GetTimelineResponse, Refusal> {
    let invalid = |_| Refusal::Invalid { field: "case_id", message: "must be a UUID" };
    let case: CaseId = asked.case_id.parse().map_err(invalid)?;
    let mut db = door.db.acquire().await?;
    let entries = stretch::about(&mut db, case.0, MAX_ENTRIES).await?;
    Ok(GetTimelineResponse { entries: entries.into_iter().map(entry).collect() })
}

/// A fact as a timeline shows it.
pub(super) fn entry(stored: stretch::Entry) -> Entry {
    let name = stored.fact.rsplit('.').next().unwrap_or_default().to_owned();
    let message = CATALOGUE.iter().find(|fact| fact.name == name).map_or("", |fact| fact.message);
    let payload = stored.payload.unwrap_or_default();
    // What was erased, or is of a type that is no longer known, has no agency to show.
    let agency = read(message, content_type(&payload), &payload, stored.at)
        .map(|told| told.agency)
        .unwrap_or_default();
    Entry {
        index: stored.index,
        fact_id: stored.fact_id.to_string(),
        fact: name,
        at: Some(timestamp(stored.at)),
        agency,
    }
}
