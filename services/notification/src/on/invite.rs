//! Tells the recipients of agencies where and when they are to come.

use std::collections::BTreeSet;

use anyhow::Result;
use contracts::FactId;
use jiff::Timestamp;
use outbox::Tx;

use crate::domain::meeting::{Invitation, Meeting};
use crate::domain::notice::{Details, Draft, Template, To};
use crate::store::notices::{self, State};
use crate::store::{meetings, recipients};

/// An agency that is told of a meeting.
pub(super) struct Invited {
    pub invitation: Invitation,
    pub meeting: Meeting,
    /// The fact that it is told of.
    pub cause: FactId,
    pub at: Timestamp,
}

/// Keeps what agencies, each there once a meeting, are told, and makes one notice for each of their recipients.
pub(super) async fn tell(tx: &mut Tx, template: Template, invited: Vec<Invited>) -> Result<()> {
    if invited.is_empty() {
        return Ok(());
    }
    let invitations: Vec<Invitation> = invited.iter().map(|invited| invited.invitation.clone()).collect();
    meetings::told(tx.connection(), &invitations).await?;
    let agencies: BTreeSet<&str> = invited.iter().map(|invited| invited.invitation.agency.as_str()).collect();
    let told = recipients::of_agencies(tx.connection(), &agencies.into_iter().collect::<Vec<_>>()).await?;
    let mut drafts = Vec::new();
    for Invited { invitation, meeting, cause, at } in invited {
        let Some(recipients) = told.get(&invitation.agency) else {
            let (agency, meeting) = (&invitation.agency, &invitation.meeting);
            tracing::warn!(
                agency,
                meeting,
                "nobody of this agency is told of the meeting: import recipients"
            );
            continue;
        };
        drafts.extend(recipients.iter().map(|(recipient, province)| {
            let draft = Draft {
                to: To::Staff(recipient.clone()),
                province: province.clone(),
                cause,
                template,
                details: Details { meeting: Some(meeting.clone()), ..Default::default() },
                created_at: at,
                not_before: Timestamp::UNIX_EPOCH,
            };
            (draft, State::Pending)
        }));
    }
    if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
}
