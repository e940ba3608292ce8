//! The place or time of a public meeting is another: who was invited is told. Of a new meeting nobody is told here:
//! whoever is to come is invited.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::MeetingCalled as Fact;
use contracts::required_instant;
use outbox::{Hear, Heard, Tx};

use super::invite::{Invited, tell};
use super::read;
use crate::domain::meeting::{Invitation, Meeting, Moved};
use crate::domain::notice::Template;
use crate::store::meetings;

/// Makes one notice of each change for each recipient of the agencies that were invited.
pub struct MeetingCalled {
    /// The deployment's clock.
    pub clock: Clock,
}

impl Hear for MeetingCalled {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let mut latest: BTreeMap<&str, (Moved, &Heard<Fact>)> = BTreeMap::new();
        for heard in facts.iter().filter(|heard| heard.fact.version > 1) {
            let fact = &heard.fact;
            let moved = Moved {
                called_at: read("called_at", required_instant(fact.called_at.as_ref()))?,
                place: fact.place_fa.clone(),
                starts_at: read("starts_at", required_instant(fact.starts_at.as_ref()))?,
            };
            let is_latest =
                latest.get(fact.meeting.as_str()).is_none_or(|(of, _)| of.called_at < moved.called_at);
            if is_latest {
                latest.insert(&fact.meeting, (moved, heard));
            }
        }
        if latest.is_empty() {
            return Ok(());
        }
        let codes: Vec<&str> = latest.keys().copied().collect();
        let known = meetings::lock(tx.connection(), &codes).await?;
        latest.retain(|meeting, (moved, _)| {
            known.get(*meeting).is_none_or(|known| known.called_at < moved.called_at)
        });
        let kept: Vec<_> = latest.iter().map(|(meeting, (moved, _))| (*meeting, moved)).collect();
        meetings::moved(tx.connection(), &kept).await?;
        let codes: Vec<&str> = latest.keys().copied().collect();
        let mut told = Vec::new();
        for before in meetings::invited(tx.connection(), &codes).await? {
            let Some((moved, heard)) = latest.get(before.meeting.as_str()) else { continue };
            let now = before.clone().moved(moved);
            if now != before {
                told.push(self.invited(now, heard));
            }
        }
        tell(tx, Template::MeetingMoved, told).await
    }
}

impl MeetingCalled {
    fn invited(&self, invitation: Invitation, heard: &Heard<Fact>) -> Invited {
        let meeting = Meeting {
            title: heard.fact.title_fa.clone(),
            place: invitation.place.clone(),
            starts_at: invitation.starts_at,
            ..Meeting::default()
        };
        Invited { invitation, meeting, cause: heard.id, at: self.clock.at(heard.time) }
    }
}
