//! Topics are called so: agencies read their names, not their codes.

use anyhow::Result;
use contracts::routing::TopicsNamed as Fact;
use outbox::{Hear, Heard, Tx};

use crate::store::topics;

/// Keeps what topics are called.
pub struct TopicsNamed;

impl Hear for TopicsNamed {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let named = facts.iter().flat_map(|heard| heard.fact.topics.iter().map(|topic| (topic, heard.time)));
        let named = named.map(|(topic, at)| (topic.code.as_str(), topic.name_fa.as_str(), at));
        topics::call(tx.connection(), &named.collect::<Vec<_>>()).await
    }
}
