//! Imports who of the staff is told: all of them, or nothing with every bad row named.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::intake::ContactPoint;
use contracts::notification::{ImportRecipientsRequest, ImportRecipientsResponse, Recipient as Wire};
use prost::Message as _;

use super::{Door, Refusal};
use crate::domain::recipient::{Recipient, faults};
use crate::store::recipients::{self, Recipient as Stored};

/// Rows of an import at most: 31 provinces have some each; agencies come in further imports.
const MOST: usize = 1_000;

pub(super) async fn import_recipients(
    door: &Door,
    asked: ImportRecipientsRequest,
) -> Result<ImportRecipientsResponse, Refusal> {
    if asked.recipients.len() > MOST {
        return Err(Refusal::Invalid { field: "recipients", message: "has too many rows".into() });
    }
    let import: Vec<Recipient> = asked.recipients.into_iter().map(recipient).collect();
    let bad = faults(&import);
    if !bad.is_empty() {
        return Err(Refusal::Faults(bad));
    }
    // In the order of their keys: two imports never wait for each other.
    let import: BTreeMap<String, Recipient> =
        import.into_iter().map(|one| (one.recipient.clone(), one)).collect();
    let codes: Vec<&str> = import.keys().map(String::as_str).collect();
    let mut tx = door.store.begin().await?;
    let known = recipients::known(tx.connection(), &codes).await?;
    let is_new = |one: &&Recipient| {
        known.get(&one.recipient).and_then(|stored| door.opened(stored)) != Some((*one).clone())
    };
    let changed: Vec<Stored> = import.values().filter(is_new).map(|one| door.sealed(one)).collect();
    if !changed.is_empty() {
        recipients::save(tx.connection(), &changed).await?;
        tx.commit().await?;
    }
    let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
    Ok(ImportRecipientsResponse {
        adopted: count(changed.len()),
        unchanged: count(import.len() - changed.len()),
    })
}

fn recipient(wire: Wire) -> Recipient {
    let Wire { recipient, province, name_fa, email, phone, withdrawn, agency } = wire;
    let contact = ContactPoint { name: name_fa, email, phone, language: "fa".into(), ..Default::default() };
    Recipient { recipient, province, agency, contact, withdrawn }
}

impl Door {
    fn sealed(&self, one: &Recipient) -> Stored {
        Stored {
            recipient: one.recipient.clone(),
            province: one.province.clone(),
            agency: one.agency.clone(),
            sealed: self.sealer.seal(&one.contact.encode_to_vec()),
            withdrawn: one.withdrawn,
        }
    }

    /// None when it was sealed by another key: then it is imported anew.
    pub(super) fn opened(&self, stored: &Stored) -> Option<Recipient> {
        let opened = self.sealer.open(&stored.sealed).ok()?;
        Some(Recipient {
            recipient: stored.recipient.clone(),
            province: stored.province.clone(),
            agency: stored.agency.clone(),
            contact: ContactPoint::decode(opened.as_slice()).ok()?,
            withdrawn: stored.withdrawn,
        })
    }
}
