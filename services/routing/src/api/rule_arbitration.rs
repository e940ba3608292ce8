//! The provincial arbiter rules whose a case is (rule 4); the ruling may become a rule.

use contracts::ReferralId;
use contracts::routing::{ArbitrationRuled, RuleArbitrationRequest, RuleArbitrationResponse};
use contracts::timestamp;
use outbox::Tx;

use super::{Call, Door, REASON_CHARACTERS, Refusal, id, text};
use crate::domain::arbitration::{Asked, Standing};
use crate::domain::catalogue::Rule;
use crate::domain::confidential::may_get;
use crate::domain::import::{Import, change, faults};
use crate::domain::next_round::Decision;
use crate::place::{Placement, place};
use crate::store;
use crate::store::arbitrations::Said;

pub(super) async fn rule_arbitration(
    door: &Door,
    request: RuleArbitrationRequest,
    call: &Call,
) -> Result<RuleArbitrationResponse, Refusal> {
    let arbitration_id = id("arbitration_id", &request.arbitration_id)?;
    let reason = text("reason", &request.reason, REASON_CHARACTERS)?;
    let ruled_by = text("ruled_by", &call.caller.signs(&request.ruled_by), REASON_CHARACTERS)?;
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let unknown = || Refusal::NotFound("no such arbitration");
    let case = store::arbitrations::case_of(tx.connection(), arbitration_id).await?.ok_or_else(unknown)?;
    let known = store::cases::lock(tx.connection(), case).await?.ok_or_else(unknown)?;
    let arbitration =
        store::arbitrations::lock(tx.connection(), arbitration_id).await?.ok_or_else(unknown)?;
    call.caller.for_province(&arbitration.asked.province)?;
    if !may_get(&request.agency, &known.registered.about_manager_agency) {
        return Err(Refusal::Decided("the case is about this agency's manager: give it to another (rule 9)"));
    }
    match arbitration.standing(&request.agency, request.becomes_rule) {
        Standing::First => {}
        Standing::Before(referral) => return Ok(response(referral)),
        Standing::RuledOtherwise => return Err(Refusal::Decided("it was ruled otherwise already")),
        Standing::Withdrawn => return Err(Refusal::Decided("the citizen withdrew the case")),
    }
    let edition = door.catalogues.current(tx.connection()).await?;
    if !edition.catalogue.agencies.contains_key(&request.agency) {
        return Err(Refusal::Invalid { field: "agency", message: "is no agency" });
    }
    let asked = arbitration.asked;
    if request.becomes_rule {
        add_rule(&mut tx, &asked, &request.agency).await?;
    }
    let placement = Placement {
        case_id: asked.case_id,
        case: known.registered,
        round: asked.round,
        tried: known.tried,
        decision: Decision::Refer(vec![request.agency.clone()]),
        at,
        is_ruled: true,
    };
    let issued = place(&mut tx, &edition, door.store.clock(), &[placement]).await?;
    let referral_id = issued.first().copied().ok_or_else(unknown)?;
    let (agency, became_rule) = (request.agency.as_str(), request.becomes_rule);
    let said = Said { agency, referral_id, reason: &reason, ruled_by: &ruled_by, became_rule, at };
    store::arbitrations::rule(tx.connection(), arbitration_id, &said).await?;
    state(&mut tx, &asked, &said);
    tx.commit().await?;
    Ok(response(referral_id))
}

fn response(referral_id: ReferralId) -> RuleArbitrationResponse {
    RuleArbitrationResponse { referral_id: referral_id.to_string() }
}

/// The topic in that county, or in the province, belongs to the agency from now on: as an import of one rule.
async fn add_rule(tx: &mut Tx, asked: &Asked, agency: &str) -> Result<(), Refusal> {
    let rule = Rule {
        topic: asked.topic.clone(),
        province: asked.province.clone(),
        county: asked.county.clone(),
        agency: agency.to_owned(),
        also: Vec::new(),
    };
    let import = Import { rules: vec![rule], ..Import::default() };
    let held = store::catalogue::lock(tx.connection()).await?.catalogue;
    let bad = faults(&import, &held);
    if !bad.is_empty() {
        return Err(Refusal::Faults(bad));
    }
    let change = change(&import, &held);
    if !change.is_empty() {
        store::catalogue::save(tx.connection(), &change).await?;
    }
    Ok(())
}

fn state(tx: &mut Tx, asked: &Asked, said: &Said<'_>) {
    let fact = ArbitrationRuled {
        arbitration_id: asked.arbitration_id.to_string(),
        case_id: asked.case_id.to_string(),
        round: asked.round,
        province: asked.province.clone(),
        county: asked.county.clone(),
        topic: asked.topic.clone(),
        agency: said.agency.to_owned(),
        referral_id: said.referral_id.to_string(),
        reason: said.reason.to_owned(),
        became_rule: said.became_rule,
        ruled_by: said.ruled_by.to_owned(),
        asked_at: Some(timestamp(asked.asked_at)),
        ruled_at: Some(timestamp(said.at)),
    };
    tx.emit(said.at, &fact);
}
