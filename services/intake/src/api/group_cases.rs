//! Cases of many people on one thing go together under a lead.

use std::collections::BTreeMap;

use chassis::Caller;
use contracts::intake::{CasesGrouped, GroupCasesRequest, GroupCasesResponse, RefusedMember};
use contracts::{CaseId, timestamp};
use jiff::Timestamp;
use tonic::Status;

use crate::api::bad_field;
use crate::api::cases::{Cases, Refusal, read_case, read_words};
use crate::domain::case_file::CaseFile;
use crate::domain::contact::CaseKey;
use crate::domain::group::{joins, may_lead};
use crate::store::case_files;

/// Most members of one call.
const MOST: usize = 1_000;
/// Longest reason, in characters.
const REASON_MAX: usize = 500;

pub(crate) async fn group_cases(
    cases: &Cases,
    request: GroupCasesRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<GroupCasesResponse, Status> {
    let lead = read_case(&request.lead)
        .map_err(|_| bad_field("lead", "must name a case by its tracking code or id"))?;
    let reason = read_words("reason", &request.reason, REASON_MAX)?;
    if reason.is_empty() {
        return Err(bad_field("reason", "must say what the cases have in common"));
    }
    if !(1..=MOST).contains(&request.members.len()) {
        return Err(bad_field("members", format!("must be 1 to {MOST}: add the rest in another call")));
    }
    Ok(group(cases, (lead, caller), &request.members, reason, now).await?)
}

async fn group(
    cases: &Cases,
    (lead, caller): (CaseKey, &Caller),
    members: &[String],
    reason: &str,
    now: Timestamp,
) -> Result<GroupCasesResponse, Refusal> {
    let mut tx = cases.store.begin().await?;
    let named: Vec<(&str, Option<CaseKey>)> =
        members.iter().map(|member| (member.as_str(), CaseKey::read(member).ok())).collect();
    let keys: Vec<CaseKey> = named.iter().filter_map(|(_, key)| *key).chain([lead]).collect();
    let found = case_files::find_all(tx.connection(), &keys).await?;
    let id_of = |key: &CaseKey| found.iter().find(|(known, _)| known == key).map(|(_, id)| *id);
    let lead = id_of(&lead).ok_or(Refusal::NoSuchCase)?;
    let ids: Vec<_> = found.iter().map(|(_, id)| id.0).collect();
    let mut known = case_files::load(tx.connection(), &ids).await?;
    let lead = known.remove(&lead).ok_or(Refusal::NoSuchCase)?;
    caller.for_province(&lead.province)?;
    may_lead(&lead).map_err(Refusal::NotNow)?;
    let mut refused = Vec::new();
    let mut joined: BTreeMap<CaseId, CaseFile> = BTreeMap::new();
    for (member, key) in named {
        let case =
            key.as_ref().and_then(id_of).map(|id| if id == lead.id { Some(&lead) } else { known.get(&id) });
        match case.flatten().map(|case| (case, joins(&lead, case, &known))) {
            None => refused.push(refusal(member, "there is no such case")),
            Some((_, Err(reason))) => refused.push(refusal(member, reason)),
            Some((case, Ok(true))) => {
                joined.insert(case.id, CaseFile { lead: Some(lead.id), ..case.clone() });
            }
            Some((_, Ok(false))) => {}
        }
    }
    if !joined.is_empty() {
        case_files::save(tx.connection(), &joined.values().collect::<Vec<_>>()).await?;
        tx.emit(now, &grouped(&lead, joined.keys(), reason, now));
        tx.commit().await?;
    }
    let joined = u32::try_from(joined.len()).unwrap_or(u32::MAX);
    Ok(GroupCasesResponse { lead_case_id: lead.id.to_string(), joined, refused })
}

fn refusal(member: &str, reason: &str) -> RefusedMember {
    RefusedMember { case: member.to_owned(), reason: reason.to_owned() }
}

fn grouped<'a>(
    lead: &CaseFile,
    members: impl Iterator<Item = &'a CaseId>,
    reason: &str,
    now: Timestamp,
) -> CasesGrouped {
    CasesGrouped {
        lead_case_id: lead.id.to_string(),
        province: lead.province.clone(),
        county: lead.county.clone(),
        topic: lead.topic.clone(),
        member_case_ids: members.map(CaseId::to_string).collect(),
        reason: reason.to_owned(),
        grouped_at: Some(timestamp(now)),
    }
}
