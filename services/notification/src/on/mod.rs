//! What the service does when it hears of something that a citizen is to be told: it makes one notice.

pub mod case_closed;
pub mod case_registered;
pub mod deadline_breached;
pub mod referral_issued;

use std::collections::BTreeSet;

use anyhow::Result;
use outbox::{Tx, refuse};
use uuid::Uuid;

use crate::domain::notice::Draft;
use crate::store::contact_points;
use crate::store::notices::{self, State};

/// An id or a time of a fact; the fact is refused when it cannot be read.
fn read<T, E: std::fmt::Display>(field: &str, value: Result<T, E>) -> Result<T> {
    value.map_err(|error| refuse(format!("{field}: {error}")))
}

/// Makes notices about cases whose registration may not have been heard: until then they wait.
async fn tell(tx: &mut Tx, drafts: Vec<Draft>) -> Result<()> {
    let cases: Vec<Uuid> =
        drafts.iter().map(|draft| draft.case_id.0).collect::<BTreeSet<_>>().into_iter().collect();
    let reachable = contact_points::reachable(tx.connection(), &cases).await?;
    let state = |draft: &Draft| match reachable.get(&draft.case_id.0).copied().flatten() {
        Some(true) => Some(State::Pending),
        Some(false) => None,
        None => Some(State::Waiting),
    };
    let drafts: Vec<_> =
        drafts.into_iter().filter_map(|draft| state(&draft).map(|state| (draft, state))).collect();
    if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
}
