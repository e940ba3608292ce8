//! A transaction that carries facts.

use anyhow::Result;
use bus::{Envelope, current_traceparent};
use contracts::json;
use contracts::{Fact, FactId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::Store;
use crate::failure::refuse;

/// Room for a fact's subject and headers in a message.
const HEADERS_BYTES: usize = 4 * 1024;
/// What a fact may have at most: more is refused when it is committed.
pub const FACT_MAX_BYTES: usize = bus::MAX_FACT_BYTES - HEADERS_BYTES;

/// An open transaction: what is written through it and the facts emitted in it commit together or not at all.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    store: Store,
    facts: Vec<Envelope>,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Postgres>, store: Store) -> Self {
        Tx { inner, store, facts: Vec::new() }
    }

    /// The connection, for the service's store.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// States a fact that happened at `at`; it is published after the commit.
    pub fn emit<F: Fact>(&mut self, at: Timestamp, fact: &F) -> FactId {
        self.push(Envelope::of(FactId(self.store.clock.new_id()), at, fact))
    }

    /// States a fact written in `content_type`, for a reader that asked for JSON.
    pub fn emit_written<F: Fact>(&mut self, at: Timestamp, content_type: &str, fact: &F) -> Result<FactId> {
        let data = json::write(F::NAME.message, content_type, fact)?.into();
        let written = Envelope::of(FactId(self.store.clock.new_id()), at, fact);
        Ok(self.push(Envelope { content_type: content_type.to_owned(), data, ..written }))
    }

    fn push(&mut self, fact: Envelope) -> FactId {
        let id = fact.id;
        self.facts.push(Envelope { traceparent: current_traceparent(), ..fact });
        id
    }

    /// Makes everything true at once and wakes the relay.
    ///
    /// # Errors
    /// When the database is away; refused when a fact is larger than the broker takes: it would stop all that follow.
    pub async fn commit(mut self) -> Result<()> {
        if let Some(fact) = self.facts.iter().find(|fact| fact.data.len() > FACT_MAX_BYTES) {
            let (name, bytes) = (&fact.message, fact.data.len());
            return Err(refuse(format!(
                "it would state a {name} of {bytes} bytes: at most {FACT_MAX_BYTES} can be"
            )));
        }
        let any = !self.facts.is_empty();
        if any {
            insert(&mut self.inner, &self.facts).await?;
        }
        self.inner.commit().await?;
        if any {
            self.store.committed.notify_one();
        }
        Ok(())
    }
}

async fn insert(connection: &mut PgConnection, facts: &[Envelope]) -> Result<()> {
    sqlx::query(
        "INSERT INTO outbox.fact (fact_id, subject, message, content_type, happened_at, traceparent, data, about)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[], $8::text[])",
    )
    .bind(facts.iter().map(|f| f.id.0).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.subject.as_str()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.message.as_str()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.content_type.as_str()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.time.to_sqlx()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.traceparent.as_deref()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.data.as_ref()).collect::<Vec<&[u8]>>())
    .bind(facts.iter().map(|f| f.about.as_str()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
