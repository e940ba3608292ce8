//! What audit itself states: a fact of its own is a leaf as soon as it is stated, both in one commit.

use anyhow::Result;
use contracts::{Fact, json};
use jiff::Timestamp;
use outbox::{Store, Tx};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::days::Days;
use crate::on::any_fact::{Arrived, record};
use crate::on::read::read;
use crate::store::ledger;

/// A transaction that holds the tree: what is read in it stays so until it commits, and what it states are leaves then.
pub struct Statement {
    tx: Tx,
    /// The moment of what is stated.
    now: Timestamp,
    stated: Vec<Stated>,
}

struct Stated {
    fact_id: Uuid,
    fact: String,
    message: &'static str,
    at: Timestamp,
    payload: Vec<u8>,
}

impl Stated {
    /// As if it had been heard.
    fn arrived(&self) -> Result<Arrived<'_>> {
        let told = read(self.message, json::PROTOBUF, &self.payload, self.at)?;
        Ok(Arrived {
            fact_id: self.fact_id,
            fact: self.fact.clone(),
            at: self.at,
            payload: &self.payload,
            told,
        })
    }
}

impl Statement {
    /// Waits for the tree.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(store: &Store) -> Result<Self> {
        let mut tx = store.begin().await?;
        let head = ledger::lock(tx.connection()).await?;
        Ok(Self { tx, now: store.clock().at(head.latest_at), stated: Vec::new() })
    }

    /// The connection, for the service's store.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.tx.connection()
    }

    /// The moment of what is stated.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// States a fact.
    pub fn state<F: Fact>(&mut self, fact: &F) {
        let fact_id = self.tx.emit(self.now, fact).0;
        let name = format!("{}.v1.{}", F::NAME.owner, F::NAME.name);
        let (message, payload) = (F::NAME.message, fact.encode_to_vec());
        self.stated.push(Stated { fact_id, fact: name, message, at: self.now, payload });
    }

    /// Makes everything true at once.
    ///
    /// # Errors
    /// When the database is away: then nothing was stated.
    pub async fn commit(mut self, days: &Days) -> Result<()> {
        let arrived = self.stated.iter().map(Stated::arrived).collect::<Result<Vec<_>>>()?;
        if !arrived.is_empty() {
            record(self.tx.connection(), days, &arrived).await?;
        }
        self.tx.commit().await
    }
}
