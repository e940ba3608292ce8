//! What most facts have in common: the citizen is told, once.

use std::collections::BTreeSet;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::{Fact, FactId};
use jiff::Timestamp;
use outbox::{Hear, Heard, Tx};
use uuid::Uuid;

use super::read;
use crate::domain::notice::{Details, Draft, Template, To};
use crate::store::contact_points;
use crate::store::notices::{self, State};

/// What a fact tells the citizen of a case.
#[derive(Debug)]
pub struct News<'a> {
    /// The case's id, as the fact bears it.
    pub case_id: &'a str,
    /// Where.
    pub province: &'a str,
    /// What it tells.
    pub template: Template,
    /// See [`Details`].
    pub details: Details,
}

impl News<'_> {
    /// The notice of it, made at `at`.
    ///
    /// # Errors
    /// A refusal when the case's id is none.
    pub(super) fn draft(self, cause: FactId, at: Timestamp) -> Result<Draft> {
        Ok(Draft {
            to: To::Citizen(read("case_id", self.case_id.parse())?),
            province: self.province.to_owned(),
            cause,
            template: self.template,
            details: self.details,
            created_at: at,
            not_before: Timestamp::UNIX_EPOCH,
        })
    }
}

/// Makes one notice of each fact of a name. Whose registration was not heard yet is told later: the notice waits.
pub struct Tell<F> {
    /// The deployment's clock.
    pub clock: Clock,
    /// What such a fact tells.
    pub news: fn(&F) -> News<'_>,
}

impl<F: Fact> Hear for Tell<F> {
    type Fact = F;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<F>]) -> Result<()> {
        let draft = |heard: &Heard<F>| (self.news)(&heard.fact).draft(heard.id, self.clock.at(heard.time));
        let drafts = facts.iter().map(draft).collect::<Result<Vec<_>>>()?;
        let case = |draft: &Draft| draft.to.case().map(|case_id| case_id.0);
        let cases: BTreeSet<Uuid> = drafts.iter().filter_map(case).collect();
        let cases: Vec<Uuid> = cases.into_iter().collect();
        let reachable = contact_points::reachable(tx.connection(), &cases).await?;
        let known =
            |draft: &Draft| case(draft).and_then(|case_id| reachable.get(&case_id).copied().flatten());
        let state = |draft: &Draft| match known(draft) {
            Some(true) => Some(State::Pending),
            Some(false) => None,
            None => Some(State::Waiting),
        };
        let drafts: Vec<_> =
            drafts.into_iter().filter_map(|draft| state(&draft).map(|state| (draft, state))).collect();
        if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
    }
}
