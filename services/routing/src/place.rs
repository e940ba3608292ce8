//! Puts cases where the domain decided: stores referrals, desk items and arbitrations, and states the facts of each.

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::CaseRegistered;
use contracts::routing::{ArbitrationAsked, DeskItemOpened, ReferralIssued};
use contracts::{CaseId, ReferralId, timestamp};
use jiff::Timestamp;
use outbox::Tx;

use crate::domain::arbitration;
use crate::domain::next_round::Decision;
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
    /// Agencies that had it.
    pub tried: Vec<String>,
    /// Where it goes.
    pub decision: Decision,
    /// When it was decided.
    pub at: Timestamp,
    /// Whether who gets it cannot return it: an arbiter decided it, or it complains of that agency's inaction.
    pub is_ruled: bool,
}

/// Stores and states what follows from the placements, in one statement a table; the referrals that were issued, in the
/// order of the placements.
pub async fn place(
    tx: &mut Tx,
    edition: &Edition,
    clock: &Clock,
    placements: &[Placement],
) -> Result<Vec<ReferralId>> {
    let (mut referrals, mut items, mut arbitrations) = (Vec::new(), Vec::new(), Vec::new());
    for placement in placements {
        match &placement.decision {
            Decision::Refer(agencies) => {
                for agency in agencies {
                    let referral = referral(placement, agency, ReferralId(clock.new_id()));
                    let fact = ReferralIssued {
                        agencies: u32::try_from(agencies.len()).unwrap_or(u32::MAX),
                        ..issued(&placement.case, &referral, placement.at, edition)
                    };
                    tx.emit_written(placement.at, edition.content_type(agency), &fact)?;
                    referrals.push((referral, placement.at));
                }
            }
            Decision::Desk(reason) => {
                let item = item(placement, reason);
                tx.emit(placement.at, &opened(&item));
                items.push(item);
            }
            Decision::Arbiter(reason) => {
                let asked = arbitration(placement, reason, clock);
                tx.emit(placement.at, &arbitration_asked(&asked));
                arbitrations.push(asked);
            }
        }
    }
    if !referrals.is_empty() {
        store::referrals::insert(tx.connection(), &referrals).await?;
    }
    if !items.is_empty() {
        store::desk::insert(tx.connection(), &items).await?;
    }
    if !arbitrations.is_empty() {
        store::arbitrations::insert(tx.connection(), &arbitrations).await?;
    }
    Ok(referrals.into_iter().map(|(referral, _)| referral.referral_id).collect())
}

fn referral(placement: &Placement, agency: &str, referral_id: ReferralId) -> Referral {
    Referral {
        referral_id,
        case_id: placement.case_id,
        round: placement.round,
        agency: agency.to_owned(),
        province: placement.case.province.clone(),
        programme: placement.case.programme.clone(),
        state: State::Issued,
        is_ruled: placement.is_ruled,
        extensions_asked: 0,
        extension_open: false,
        documents_open: false,
    }
}

/// What the agency gets of a referral that was issued at `at`: the matter, never who brought it.
#[must_use]
pub fn issued(
    case: &CaseRegistered,
    referral: &Referral,
    at: Timestamp,
    edition: &Edition,
) -> ReferralIssued {
    ReferralIssued {
        referral_id: referral.referral_id.to_string(),
        case_id: referral.case_id.to_string(),
        round: referral.round,
        agency: referral.agency.clone(),
        province: case.province.clone(),
        county: case.county.clone(),
        topic: case.topic.clone(),
        kind: case.kind,
        channel: case.channel,
        statement: case.statement.clone(),
        place: case.place.clone(),
        pseudonym: pseudonym(&edition.pseudonym_key, referral.case_id, &referral.agency),
        programme: case.programme.clone(),
        target_at: case.target_at,
        promised_at: case.promised_at,
        issued_at: Some(timestamp(at)),
        source_reference: case.source_reference.clone(),
        agency_name_fa: edition.name_fa(&referral.agency),
        agencies: 0,
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

fn arbitration(placement: &Placement, reason: &str, clock: &Clock) -> arbitration::Asked {
    arbitration::Asked {
        arbitration_id: clock.new_id(),
        case_id: placement.case_id,
        round: placement.round,
        province: placement.case.province.clone(),
        county: placement.case.county.clone(),
        topic: placement.case.topic.clone(),
        reason: reason.to_owned(),
        tried: placement.tried.clone(),
        asked_at: placement.at,
    }
}

fn arbitration_asked(asked: &arbitration::Asked) -> ArbitrationAsked {
    ArbitrationAsked {
        arbitration_id: asked.arbitration_id.to_string(),
        case_id: asked.case_id.to_string(),
        round: asked.round,
        province: asked.province.clone(),
        county: asked.county.clone(),
        topic: asked.topic.clone(),
        reason: asked.reason.clone(),
        tried: asked.tried.clone(),
        asked_at: Some(timestamp(asked.asked_at)),
    }
}
