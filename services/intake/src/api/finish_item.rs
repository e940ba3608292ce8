//! An item is followed up: it became a contact, or the reason why not is kept (rule 1); a call-back has an outcome.

use chassis::Caller;
use contracts::ContactId;
use contracts::intake::{FinishItemRequest, FinishItemResponse, VoicemailFollowedUp};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::desk::Desk;
use crate::api::finish_callback::finish_callback;
use crate::api::take_item::read_operator;
use crate::api::{bad_field, unavailable};
use crate::store::work_items;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

enum Finished {
    Done,
    NoSuchContact,
    OtherContact,
    NotInHand,
}

pub(crate) async fn finish_item(
    desk: &Desk,
    request: FinishItemRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<FinishItemResponse, Status> {
    let operator = read_operator(&request.operator)?;
    let item_id = Uuid::try_parse(&request.item_id).map_err(|_| bad_field("item_id", "must be a UUID"))?;
    let is_callback = is_callback(desk, item_id).await.map_err(unavailable)?;
    match (&request.callback, is_callback) {
        (Some(result), true) => return finish_callback(desk, (item_id, operator), result, caller, now).await,
        (Some(_), false) => return Err(bad_field("callback", "belongs to call-backs: this is none")),
        (None, true) => return Err(bad_field("callback", "must say what came of the call-back")),
        (None, false) => {}
    }
    let reason = request.no_contact_reason.trim();
    if reason.chars().count() > REASON_MAX || reason.chars().any(char::is_control) {
        return Err(bad_field("no_contact_reason", format!("has more than {REASON_MAX} characters")));
    }
    let contact = match (request.contact_id.as_str(), reason) {
        ("", "") => {
            return Err(bad_field(
                "contact_id",
                "must name the contact, or no_contact_reason say why there is none",
            ));
        }
        ("", _) => None,
        (id, "") => Some(id.parse().map_err(|error| bad_field("contact_id", error))?),
        _ => return Err(bad_field("no_contact_reason", "belongs to items without a contact")),
    };
    match finish(desk, item_id, operator, (contact, reason), now).await.map_err(unavailable)? {
        Finished::Done => Ok(FinishItemResponse::default()),
        Finished::NoSuchContact => {
            Err(bad_field("contact_id", "there is no such contact: register it first"))
        }
        Finished::OtherContact => Err(bad_field(
            "contact_id",
            "is of another province or another call: name the one made from this item",
        )),
        Finished::NotInHand => {
            Err(Status::failed_precondition("the item is not in your hand any more: take it again"))
        }
    }
}

async fn is_callback(desk: &Desk, item_id: Uuid) -> anyhow::Result<bool> {
    let mut connection = desk.store.pool().acquire().await?;
    Ok(work_items::is_callback(&mut connection, item_id).await? == Some(true))
}

async fn finish(
    desk: &Desk,
    item_id: Uuid,
    operator: &str,
    became: (Option<ContactId>, &str),
    now: Timestamp,
) -> anyhow::Result<Finished> {
    let mut tx = desk.store.begin().await?;
    if let (Some(contact), _) = became {
        match work_items::contact_fits(tx.connection(), item_id, contact).await? {
            None => return Ok(Finished::NoSuchContact),
            Some(false) => return Ok(Finished::OtherContact),
            Some(true) => {}
        }
    }
    let Some(item) = work_items::finish(tx.connection(), item_id, operator, became, now).await? else {
        // Asked again after the answer was lost.
        let before = work_items::was_finished(tx.connection(), item_id, operator, became).await?;
        return Ok(if before { Finished::Done } else { Finished::NotInHand });
    };
    let followed_up = VoicemailFollowedUp {
        item_id: item.item_id.to_string(),
        province: item.province,
        centre: item.centre,
        contact_id: became.0.map(|id| id.to_string()).unwrap_or_default(),
        no_contact_reason: became.1.to_owned(),
        received_at: Some(timestamp(item.received_at.to_jiff())),
        followed_up_at: Some(timestamp(now)),
    };
    tx.emit(now, &followed_up);
    tx.commit().await?;
    Ok(Finished::Done)
}
