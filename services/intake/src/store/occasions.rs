//! On what occasions contacts were taken. No statement runs where no contact of a batch has one.

use std::collections::BTreeSet;

use contracts::ContactId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::contact::Contact;
use crate::domain::occasion::{Occasion, Occasions};
use crate::store::{campaigns, meetings, slots};

/// The occasions that these contacts ask for.
pub async fn known(db: &mut PgConnection, contacts: &[&Contact]) -> anyhow::Result<Occasions> {
    let mut known = Occasions::default();
    let ids: Vec<Uuid> = contacts.iter().filter_map(|contact| contact.asked.slot_id).collect();
    if !ids.is_empty() {
        known.slots = slots::of(&mut *db, &ids).await?;
    }
    let codes = asked(contacts, |contact| &contact.asked.campaign);
    if !codes.is_empty() {
        known.campaigns = campaigns::of(&mut *db, &codes).await?;
    }
    let codes = asked(contacts, |contact| &contact.asked.meeting);
    if !codes.is_empty() {
        known.meetings = meetings::of(db, &codes).await?;
    }
    Ok(known)
}

/// The codes that are asked for, each once.
fn asked<'a>(contacts: &[&'a Contact], code: fn(&Contact) -> &str) -> Vec<&'a str> {
    let codes: BTreeSet<&str> = contacts.iter().map(|contact| code(contact)).collect();
    codes.into_iter().filter(|code| !code.is_empty()).collect()
}

/// Keeps the occasions of new contacts.
pub async fn keep(db: &mut PgConnection, new: &[(ContactId, &Contact, Occasion<'_>)]) -> sqlx::Result<()> {
    let says_something = |(_, contact, _): &&(ContactId, &Contact, Occasion<'_>)| {
        contact.asked.slot_id.is_some()
            || !contact.asked.campaign.is_empty()
            || !contact.asked.meeting.is_empty()
            || !contact.asked.scan_file.is_empty()
    };
    let kept: Vec<_> = new.iter().filter(says_something).collect();
    if kept.is_empty() {
        return Ok(());
    }
    let scan = |contact: &Contact| Some(contact.asked.scan_file.clone()).filter(|name| !name.is_empty());
    sqlx::query(
        "INSERT INTO contact_occasion (contact_id, slot_id, campaign, scan_file, meeting)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])",
    )
    .bind(kept.iter().map(|(id, ..)| id.0).collect::<Vec<_>>())
    .bind(kept.iter().map(|(.., occasion)| occasion.slot.map(|slot| slot.slot_id)).collect::<Vec<_>>())
    .bind(kept.iter().map(|(.., occasion)| occasion.campaign.map(|c| c.code.as_str())).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, contact, _)| scan(contact)).collect::<Vec<_>>())
    .bind(kept.iter().map(|(.., occasion)| occasion.meeting.map(|m| m.code.as_str())).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
