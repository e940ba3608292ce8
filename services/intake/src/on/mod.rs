//! What intake does when it hears a fact.

pub mod action_recorded;
pub mod agency_changed;
pub mod agency_registered;
pub mod deadline_moved;
pub mod deadline_set;
pub mod policy_adopted;
pub mod referral_answered;
pub mod referral_issued;
pub mod referral_returned;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::CaseClosed;
use contracts::{CaseId, IdError, ReferralId, TimeError, timestamp};
use jiff::Timestamp;
use outbox::{Tx, refuse};

use crate::domain::case_file::CaseFile;
use crate::domain::referral::{News, Referral, ReferralState};
use crate::store;
use crate::store::case_files::Due;

/// Folds facts of referrals into their cases, saves what changed, and states which cases are answered now.
async fn tell(tx: &mut Tx, clock: &Clock, news: &[News]) -> Result<()> {
    let mut latest: BTreeMap<CaseId, Timestamp> = BTreeMap::new();
    for fact in news {
        let time = latest.entry(fact.case_id).or_insert(fact.time);
        *time = fact.time.max(*time);
    }
    let ids: Vec<_> = latest.keys().map(|id| id.0).collect();
    let mut cases = store::case_files::load(tx.connection(), &ids).await?;
    let mut changed = BTreeSet::new();
    for fact in news {
        // A case is stored before its registration is stated: a stranger means a lost or foreign database.
        let case = cases.get_mut(&fact.case_id).ok_or_else(|| refuse("its case is not in this database"))?;
        if case.hear(fact) {
            changed.insert((fact.referral.id, fact.case_id));
        }
    }
    name_agencies(tx, &mut cases).await?;
    let settled = latest
        .iter()
        .filter(|(id, time)| cases.get_mut(id).is_some_and(|case| case.settle(clock.at(**time))));
    let moved: Vec<CaseId> = settled.map(|(id, _)| *id).collect();
    let referral = |(id, case): &(ReferralId, CaseId)| Some((*case, cases.get(case)?.referrals.get(id)?));
    let changed: Vec<(CaseId, &Referral)> = changed.iter().filter_map(referral).collect();
    if !changed.is_empty() {
        store::case_files::save_referrals(tx.connection(), &changed).await?;
    }
    let moved: Vec<&CaseFile> = moved.iter().filter_map(|id| cases.get(id)).collect();
    if !moved.is_empty() {
        store::case_files::save(tx.connection(), &moved).await?;
    }
    for case in moved {
        state_closed(tx, case);
    }
    Ok(())
}

/// Keeps agencies' Persian names, of several the latest said: when, which agency, and its name.
async fn keep_names<'a>(
    tx: &mut Tx,
    said: impl Iterator<Item = (Timestamp, &'a str, &'a str)>,
) -> Result<()> {
    let mut names = BTreeMap::new();
    for (time, agency, name_fa) in said {
        let known = names.entry(agency).or_insert((time, name_fa));
        *known = (time, name_fa).max(*known);
    }
    Ok(store::agencies::name(tx.connection(), &names).await?)
}

/// Keeps what deadline said of referrals: when, of which, and when it is due.
async fn keep_dues<'a>(
    tx: &mut Tx,
    said: impl Iterator<Item = (Timestamp, &'a str, Result<Option<Timestamp>, TimeError>)>,
) -> Result<()> {
    let mut dues: BTreeMap<ReferralId, Due> = BTreeMap::new();
    for (said_at, referral, due_at) in said {
        let referral = referral.parse().map_err(|error: IdError| refuse(error.to_string()))?;
        let due_at = due_at.map_err(|error| refuse(error.to_string()))?;
        let due = Due { due_at, said_at };
        let known = dues.entry(referral).or_insert(due);
        if known.said_at < due.said_at {
            *known = due;
        }
    }
    Ok(store::case_files::save_dues(tx.connection(), &dues).await?)
}

/// Names the agencies of referrals whose issuing fact, which names them, is still on its way.
async fn name_agencies(tx: &mut Tx, cases: &mut BTreeMap<CaseId, CaseFile>) -> Result<()> {
    let nameless = |r: &&mut Referral| r.name_fa.is_empty();
    let mut referrals: Vec<&mut Referral> =
        cases.values_mut().flat_map(|case| case.referrals.values_mut()).filter(nameless).collect();
    if referrals.is_empty() {
        return Ok(());
    }
    let agencies = referrals.iter().map(|r| r.agency.clone()).collect();
    let names = store::agencies::names(tx.connection(), &agencies).await?;
    for referral in &mut referrals {
        if let Some(name) = names.get(&referral.agency) {
            referral.name_fa.clone_from(name);
        }
    }
    Ok(())
}

/// A case that moved and is closed has closed just now: it moves no more.
fn state_closed(tx: &mut Tx, case: &CaseFile) {
    if let Some(closing) = &case.closing {
        let closed = CaseClosed {
            case_id: case.id.to_string(),
            province: case.province.clone(),
            county: case.county.clone(),
            topic: case.topic.clone(),
            answer: closing.answer.clone(),
            registered_at: Some(timestamp(case.registered_at)),
            closed_at: Some(timestamp(closing.at)),
        };
        tx.emit(closing.at, &closed);
    }
}

/// The part that every fact of a referral has; ids that are none are refused.
fn news(
    case_id: &str,
    referral_id: &str,
    agency: &str,
    state: ReferralState,
    time: Timestamp,
) -> Result<News> {
    let unreadable = |error: IdError| refuse(error.to_string());
    let referral = Referral {
        id: referral_id.parse().map_err(unreadable)?,
        agency: agency.to_owned(),
        name_fa: String::new(),
        round: 0,
        state,
        since: None,
        answer: String::new(),
    };
    Ok(News { case_id: case_id.parse().map_err(unreadable)?, time, referral })
}
