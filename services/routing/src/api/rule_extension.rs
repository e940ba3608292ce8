//! The province grants or refuses more time (rule 7): once.

use contracts::routing::{ExtensionRuled, RuleExtensionRequest, RuleExtensionResponse};
use contracts::timestamp;
use outbox::Tx;

use super::{Call, Door, REASON_CHARACTERS, Refusal, id, text};
use crate::domain::extension::{Asked, Decided, Fault, Ruling};
use crate::store;
use crate::store::catalogue::Edition;

pub(super) async fn rule_extension(
    door: &Door,
    request: RuleExtensionRequest,
    call: &Call,
) -> Result<RuleExtensionResponse, Refusal> {
    let (referral, action) = (id("referral_id", &request.referral_id)?, id("action_id", &request.action_id)?);
    let reason = text("reason", &request.reason, REASON_CHARACTERS)?;
    let ruled_by = text("ruled_by", &call.caller.signs(&request.ruled_by), REASON_CHARACTERS)?;
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    // The referral first: actions on it wait, and see the ruling.
    let referral = store::referrals::lock(tx.connection(), &[referral]).await?.pop();
    let mut referral = referral.ok_or(Refusal::NotFound("no such referral"))?;
    call.caller.for_province(&referral.province)?;
    let known = store::extensions::load(tx.connection(), referral.referral_id.0, action).await?;
    let extension = known.ok_or(Refusal::NotFound("no extension was asked for by this action"))?;
    let ruling = match extension.rule(request.grant, request.days, (reason, ruled_by), at) {
        Ok(Decided::Before(ruling)) => return Ok(response(&ruling)),
        Ok(Decided::Now(_)) if !referral.state.is_open() => {
            return Err(Refusal::Decided("the referral has ended: it needs no more time"));
        }
        Ok(Decided::Now(ruling)) => ruling,
        Err(Fault::RuledOtherwise) => return Err(Refusal::Decided("it was ruled otherwise already")),
        Err(Fault::MoreThanAsked) => {
            return Err(Refusal::Invalid { field: "days", message: "are more than were asked for" });
        }
    };
    store::extensions::rule(tx.connection(), &extension.asked, &ruling).await?;
    referral.extension_open = false;
    store::referrals::save(tx.connection(), &[&referral]).await?;
    let edition = door.catalogues.current(tx.connection()).await?;
    state(&mut tx, &edition, &extension.asked, &ruling)?;
    tx.commit().await?;
    Ok(response(&ruling))
}

fn response(ruling: &Ruling) -> RuleExtensionResponse {
    RuleExtensionResponse {
        granted: ruling.days > 0,
        days: ruling.days,
        ruled_at: Some(timestamp(ruling.ruled_at)),
    }
}

/// In the format that the agency reads, which hears of it too.
fn state(tx: &mut Tx, edition: &Edition, asked: &Asked, ruling: &Ruling) -> anyhow::Result<()> {
    let fact = ExtensionRuled {
        action_id: asked.action_id.to_string(),
        referral_id: asked.referral_id.to_string(),
        case_id: asked.case_id.to_string(),
        agency: asked.agency.clone(),
        province: asked.province.clone(),
        agency_name_fa: edition.name_fa(&asked.agency),
        granted: ruling.days > 0,
        days: ruling.days,
        reason: ruling.reason.clone(),
        ruled_by: ruling.ruled_by.clone(),
        asked_at: Some(timestamp(asked.asked_at)),
        ruled_at: Some(timestamp(ruling.ruled_at)),
    };
    tx.emit_written(ruling.ruled_at, edition.content_type(&asked.agency), &fact)?;
    Ok(())
}
