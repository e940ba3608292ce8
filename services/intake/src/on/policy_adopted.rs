//! A deadline policy holds from some moment on.

use anyhow::Result;
use contracts::deadline::PolicyAdopted as Fact;
use contracts::{optional_instant, required_instant};
use outbox::{Hear, Heard, Tx, refuse};

use crate::domain::policy::Policy;
use crate::store::policies;

/// Keeps the policy, so that citizens are promised dates by it.
pub struct PolicyAdopted;

impl Hear for PolicyAdopted {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let adopted: Vec<Policy> = facts.iter().map(|heard| policy(&heard.fact)).collect::<Result<_>>()?;
        Ok(policies::keep(tx.connection(), &adopted).await?)
    }
}

/// What the fact says that a promise needs.
///
/// # Errors
/// When a moment is none.
pub fn policy(fact: &Fact) -> Result<Policy> {
    Ok(Policy {
        policy: fact.policy.clone(),
        version: fact.version,
        programme: fact.programme.clone(),
        length_days: fact.length_days,
        honours_target: fact.honours_target,
        working_days: fact.working_days,
        ignores_closures: fact.ignores_closures,
        ends_on_working_day: fact.ends_on_working_day,
        valid_from: required_instant(fact.valid_from.as_ref()).map_err(|error| refuse(error.to_string()))?,
        valid_until: optional_instant(fact.valid_until.as_ref())
            .map_err(|error| refuse(error.to_string()))?,
    })
}
