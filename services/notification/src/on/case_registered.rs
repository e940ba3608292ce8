//! A case is registered: the citizen is told the code and the promised date, and can be told more from now on.

use std::collections::BTreeMap;

use anyhow::Result;
use chassis::Sealer;
use chassis::clock::Clock;
use contracts::intake::{CaseRegistered as Fact, ContactPoint as Contact};
use contracts::{CaseId, optional_instant};
use outbox::{Hear, Heard, Tx, refuse};
use prost::Message as _;

use super::read;
use super::tell::News;
use crate::domain::notice::{Details, Template};
use crate::domain::reach::is_reachable;
use crate::store::contact_points::{self, ContactPoint};
use crate::store::notices::{self, State};

/// Keeps contact points and makes the first notice of a case.
pub struct CaseRegistered {
    /// The deployment's clock.
    pub clock: Clock,
    /// The deployment's key.
    pub sealer: Sealer,
}

impl Hear for CaseRegistered {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        // In the order of their keys, and each once: two replicas never wait for each other.
        let (mut points, mut drafts) = (BTreeMap::new(), Vec::new());
        for heard in facts {
            let case_id: CaseId = read("case_id", heard.fact.case_id.parse())?;
            let sealed = heard.fact.sealed_contact_point.as_slice();
            let reachable = self.is_reachable(sealed)?;
            points.insert(case_id, ContactPoint { case_id, sealed, reachable });
            if reachable {
                let promised_at = read("promised_at", optional_instant(heard.fact.promised_at.as_ref()))?;
                let news = News {
                    case_id: &heard.fact.case_id,
                    province: &heard.fact.province,
                    template: Template::Registered,
                    details: Details { promised_at, ..Default::default() },
                };
                drafts.push((news.draft(heard.id, self.clock.at(heard.time))?, State::Pending));
            }
        }
        let points: Vec<_> = points.into_values().collect();
        let awaited = contact_points::add(tx.connection(), &points).await?;
        if !awaited.is_empty() {
            notices::release(tx.connection(), &awaited).await?;
        }
        if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
    }
}

impl CaseRegistered {
    /// Whether there is anyone to tell; a report without identity brings no contact point.
    fn is_reachable(&self, sealed: &[u8]) -> Result<bool> {
        if sealed.is_empty() {
            return Ok(false);
        }
        let unreadable = |error: &dyn std::fmt::Display| refuse(format!("sealed_contact_point: {error}"));
        let opened = self.sealer.open(sealed).map_err(|error| unreadable(&error))?;
        Ok(is_reachable(&Contact::decode(opened.as_slice()).map_err(|error| unreadable(&error))?))
    }
}
