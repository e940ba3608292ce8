//! Who of the staff is told, with masked addresses.

use contracts::notification::{ListRecipientsResponse, Recipient as Wire};

use super::{Door, Refusal};
use crate::domain::reach::masked;
use crate::store::recipients;

/// Rows of one answer, at most.
const MOST: i64 = 1_000;

pub(super) async fn list_recipients(door: &Door) -> Result<ListRecipientsResponse, Refusal> {
    let stored = recipients::all(door.store.pool(), MOST).await?;
    let wire = |one: &recipients::Recipient| {
        let contact = door.opened(one).map(|opened| opened.contact).unwrap_or_default();
        Wire {
            recipient: one.recipient.clone(),
            province: one.province.clone(),
            name_fa: contact.name.clone(),
            email: masked(&contact.email),
            phone: masked(&contact.phone),
            withdrawn: one.withdrawn,
            agency: one.agency.clone(),
        }
    };
    Ok(ListRecipientsResponse { recipients: stored.iter().map(wire).collect() })
}
