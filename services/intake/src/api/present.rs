//! Cases as callers see them: identity masked, agencies by their Persian names.

use anyhow::Result;
use contracts::intake::{Case, CaseState, Citizen, Holder};
use contracts::timestamp;
use jiff::Timestamp;
use prost::Message;
use tonic::Status;

use crate::api::page::{self, Page};
use crate::api::{Door, unavailable};
use crate::domain::identity::NationalId;
use crate::store::cases::{self, Below, CaseRow, Which};

/// One page of cases and the token of the next one; empty on the last.
pub(crate) async fn page(door: &Door, which: Which<'_>, page: Page) -> Result<(Vec<Case>, String), Status> {
    // One more than asked tells whether another page follows.
    let limit = i64::try_from(page.size + 1).unwrap_or(i64::MAX);
    let mut rows = cases::page(&door.db, which, page.below, limit).await.map_err(unavailable)?;
    let more = rows.len() > page.size;
    rows.truncate(page.size);
    let last = rows.last().filter(|_| more);
    let token = last
        .map(|row| page::token(Below { registered_at: row.registered_at.to_jiff(), case_id: row.case_id }));
    let cases: Result<Vec<Case>> = rows.into_iter().map(|row| present(door, row)).collect();
    Ok((cases.map_err(unavailable)?, token.unwrap_or_default()))
}

/// The case as callers see it.
///
/// # Errors
/// When what is sealed of the citizen cannot be opened.
pub(crate) fn present(door: &Door, row: CaseRow) -> Result<Case> {
    let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
    // Every agency is bound by its own deadline; the citizen has all answers at the last of them.
    let due_at: Option<Timestamp> = row.holders.iter().filter_map(|r| r.due_at).max();
    // What was promised at registration is no promise for another round.
    let promised_at = jiff(row.promised_at).filter(|_| row.reopenings == 0);
    let withdrawn = row.state == CaseState::Withdrawn as i16;
    let holders = row.holders.into_iter().filter(|r| r.is_open && !withdrawn).map(|r| Holder {
        agency: r.agency,
        name_fa: r.name_fa,
        since: r.since.map(timestamp),
    });
    Ok(Case {
        case_id: row.case_id.to_string(),
        tracking_code: row.tracking_code,
        contact_id: row.contact_id.to_string(),
        province: row.province,
        county: row.county,
        topic: row.topic,
        kind: row.kind.into(),
        state: row.state.into(),
        statement: row.statement,
        place: row.place,
        registered_at: Some(timestamp(row.registered_at.to_jiff())),
        due_at: due_at.or(promised_at).map(timestamp),
        closed_at: jiff(row.closed_at).map(timestamp),
        answer: row.answer,
        holders: holders.collect(),
        masked_national_id: masked(door, row.sealed_citizen.as_deref())?,
        withdrawal_reason: row.withdrawal_reason,
        reopenings: u32::try_from(row.reopenings).unwrap_or_default(),
        feedback: row.feedback.unwrap_or_default().into(),
        feedback_until: jiff(row.feedback_until).map(timestamp),
        confidential: row.confidential,
        lead_case_id: row.lead_case.map(|id| id.to_string()).unwrap_or_default(),
    })
}

fn masked(door: &Door, sealed: Option<&[u8]>) -> Result<String> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    let citizen = Citizen::decode(door.sealer.open(sealed)?.as_slice())?;
    Ok(NationalId::read(&citizen.national_id).map(|id| id.masked()).unwrap_or_default())
}
