//! Puts cases where the domain decided: stores referrals and desk items and states the facts of both.

use anyhow::Result;
use contracts::intake::CaseRegistered;
use contracts::routing::{DeskItemOpened, ReferralIssued};
use contracts::{CaseId, ReferralId, timestamp};
use jiff::Timestamp;
use outbox::Tx;

use crate::domain::pseudonym::pseudonym;
use crate::domain::referral::{Referral, State};
use crate::store;
use crate::store::catalogue::Edition;
use crate::store::desk::DeskItem;

/// A case whose round was decided.
#[derive(Debug)]
pub struct Placement {
    /// The case.
    pub case_id: CaseId,
    /// As intake registered it.
    pub case: CaseRegistered,
    /// 1 for the first.
    pub round: u32,
    /// The agency's code, or why the desk must decide.
    pub decision: Result<String, String>,
    /// When it was decided.
    pub at: Timestamp,
    /// The id of the referral, should one be issued.
    pub referral_id: ReferralId,
}

/// Stores and states what follows from the placements, in one statement a table.
pub async fn place(tx: &mut Tx, edition: &Edition, placements: &[Placement]) -> Result<()> {
    let (mut referrals, mut items) = (Vec::new(), Vec::new());
    for placement in placements {
        match &placement.decision {
            Ok(agency) => {
                let referral = referral(placement, agency);
                let format =
                    edition.catalogue.agencies.get(agency).map(|agency| agency.format.content_type());
                let fact = issued(placement, &referral, edition);
                tx.emit_written(placement.at, format.unwrap_or(contracts::json::PROTOBUF), &fact)?;
                referrals.push((referral, placement.at));
            }
            Err(reason) => {
                let item = item(placement, reason);
                tx.emit(placement.at, &opened(&item));
                items.push(item);
            }
        }
    }
    if !referrals.is_empty() {
        store::referrals::insert(tx.connection(), &referrals).await?;
    }
    if !items.is_empty() {
        store::desk::insert(tx.connection(), &items).await?;
    }
    Ok(())
}

fn referral(placement: &Placement, agency: &str) -> Referral {
    Referral {
        referral_id: placement.referral_id,
        case_id: placement.case_id,
        round: placement.round,
        agency: agency.to_owned(),
        province: placement.case.province.clone(),
        state: State::Issued,
    }
}

/// What the agency gets: the matter, never who brought it.
fn issued(placement: &Placement, referral: &Referral, edition: &Edition) -> ReferralIssued {
    let case = &placement.case;
    let name = edition.catalogue.agencies.get(&referral.agency).map(|agency| agency.name_fa.clone());
    ReferralIssued {
        referral_id: referral.referral_id.to_string(),
        case_id: placement.case_id.to_string(),
        round: placement.round,
        agency: referral.agency.clone(),
        province: case.province.clone(),
        county: case.county.clone(),
        topic: case.topic.clone(),
        kind: case.kind,
        channel: case.channel,
        statement: case.statement.clone(),
        place: case.place.clone(),
        pseudonym: pseudonym(&edition.pseudonym_key, placement.case_id, &referral.agency),
        programme: case.programme.clone(),
        target_at: case.target_at,
        promised_at: case.promised_at,
        issued_at: Some(timestamp(placement.at)),
        source_reference: case.source_reference.clone(),
        agency_name_fa: name.unwrap_or_default(),
    }
}

fn item(placement: &Placement, reason: &str) -> DeskItem {
    DeskItem {
        case_id: placement.case_id,
        round: placement.round,
        province: placement.case.province.clone(),
        topic: placement.case.topic.clone(),
        reason: reason.to_owned(),
        opened_at: placement.at,
    }
}

fn opened(item: &DeskItem) -> DeskItemOpened {
    DeskItemOpened {
        case_id: item.case_id.to_string(),
        province: item.province.clone(),
        topic: item.topic.clone(),
        round: item.round,
        reason: item.reason.clone(),
        opened_at: Some(timestamp(item.opened_at)),
    }
}
