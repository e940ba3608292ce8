//! The manager of an agency is to come to a public meeting: the agency's recipients are told where, when and of what.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::MeetingInvited as Fact;
use contracts::required_instant;
use outbox::{Hear, Heard, Tx};

use super::invite::{Invited, tell};
use super::read;
use crate::domain::meeting::{Invitation, Meeting};
use crate::domain::notice::Template;
use crate::store::{meetings, topics};

/// Makes one notice of each invitation for each recipient of the agency.
pub struct MeetingInvited {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for MeetingInvited {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let codes: BTreeSet<&str> = facts.iter().map(|heard| heard.fact.meeting.as_str()).collect();
        let moved = meetings::lock(tx.connection(), &codes.into_iter().collect::<Vec<_>>()).await?;
        let named: BTreeSet<&str> =
            facts.iter().flat_map(|heard| heard.fact.topics.iter().map(String::as_str)).collect();
        let names = topics::names(tx.connection(), &named.into_iter().collect::<Vec<_>>()).await?;
        let mut invited = BTreeMap::new();
        for Heard { id, time, fact } in facts {
            let invited_at = read("invited_at", required_instant(fact.invited_at.as_ref()))?;
            let invitation = Invitation {
                meeting: fact.meeting.clone(),
                agency: fact.agency.clone(),
                place: fact.place_fa.clone(),
                starts_at: read("starts_at", required_instant(fact.starts_at.as_ref()))?,
            };
            let invitation = invitation.after(invited_at, moved.get(&fact.meeting));
            let called = |topic: &String| names.get(topic).unwrap_or(topic).clone();
            let meeting = Meeting {
                title: fact.title_fa.clone(),
                place: invitation.place.clone(),
                starts_at: invitation.starts_at,
                topics: fact.topics.iter().map(called).collect(),
                turns: fact.turns,
            };
            let (cause, at) = (*id, self.clock.at(*time));
            let key = (fact.meeting.clone(), fact.agency.clone());
            invited.insert(key, Invited { invitation, meeting, cause, at });
        }
        tell(tx, Template::MeetingInvited, invited.into_values().collect()).await
    }
}
