//! Every fact becomes a leaf of the ledger and moves the figures: one transaction a batch.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use bus::Envelope;
use contracts::CATALOGUE;
use jiff::Timestamp;
use outbox::{HearAny, Tx, refuse};
use sqlx::PgConnection;
use tlog_tiles::Hash;
use uuid::Uuid;

use super::read::{Told, read};
use crate::domain::days::Days;
use crate::domain::figures::{Fold, Happening};
use crate::domain::leaf::{Leaf, SALT_BYTES, commit, whole_micros};
use crate::domain::points::News;
use crate::store::ledger::TreeHead;
use crate::store::{breaches, case_figures, counters, ledger, salts};

/// How the names of audit's own facts begin.
const OWN: &str = "audit.";

/// A fact as it arrived, read once.
pub struct Arrived<'a> {
    pub fact_id: Uuid,
    /// `intake.v1.case_registered`.
    pub fact: String,
    pub at: Timestamp,
    pub payload: &'a [u8],
    pub told: Told,
}

impl<'a> Arrived<'a> {
    /// Reads a fact; refuses what will never be readable.
    fn read(envelope: &'a Envelope) -> Result<Self> {
        if CATALOGUE.iter().any(|fact| (fact.name == envelope.name()) != (fact.message == envelope.message)) {
            return Err(refuse("its ce-type is not the fact that its subject names"));
        }
        let owner = envelope.subject.split('.').next().unwrap_or_default();
        let told = read(&envelope.message, &envelope.content_type, &envelope.data, envelope.time);
        Ok(Self {
            fact_id: envelope.id.0,
            fact: format!("{owner}.v1.{}", envelope.name()),
            at: envelope.time,
            payload: &envelope.data,
            told: told.map_err(|e| refuse(e.to_string()))?,
        })
    }
}

/// Hears everything that one owner states.
pub struct AnyFact {
    days: Days,
}

impl AnyFact {
    /// Counts by these days.
    #[must_use]
    pub fn new(days: Days) -> Self {
        Self { days }
    }
}

impl HearAny for AnyFact {
    async fn hear_any(&self, tx: &mut Tx, facts: &[Envelope]) -> Result<()> {
        // Read before the tree is locked: other writers wait for the lock, not for the reading.
        let arrived = facts.iter().map(Arrived::read).collect::<Result<Vec<_>>>()?;
        record(tx.connection(), &self.days, &arrived).await?;
        Ok(())
    }
}

/// Records those of the facts that the ledger does not hold yet, in the order given; returns how many.
///
/// The tree's row is locked first: from then on there is one writer, so that what is read stays true until commit.
pub async fn record(
    db: &mut PgConnection,
    days: &Days,
    arrived: &[Arrived<'_>],
) -> Result<usize, sqlx::Error> {
    let head = ledger::lock(db).await?;
    let ids: Vec<Uuid> = arrived.iter().map(|fact| fact.fact_id).collect();
    let mut seen = ledger::known(db, &ids).await?;
    let fresh: Vec<&Arrived<'_>> = arrived.iter().filter(|fact| seen.insert(fact.fact_id)).collect();
    if fresh.is_empty() {
        return Ok(0);
    }
    let salts = salts_of(db, &fresh).await?;
    append(db, head, &fresh, &salts).await?;
    count(db, days, &fresh).await?;
    keep_breaches(db, &fresh).await?;
    Ok(fresh.len())
}

/// The salts of every case that the facts are about; a case heard of for the first time gets one.
async fn salts_of(
    db: &mut PgConnection,
    fresh: &[&Arrived<'_>],
) -> Result<HashMap<Uuid, Vec<u8>>, sqlx::Error> {
    let about: HashSet<Uuid> = fresh.iter().map(|fact| fact.told.about).collect();
    let about: Vec<Uuid> = about.into_iter().collect();
    let mut salts = salts::load(db, &about).await?;
    let made: Vec<(Uuid, Vec<u8>)> = about
        .into_iter()
        .filter(|about| !salts.contains_key(about))
        .map(|about| (about, chassis::clock::random_bytes::<SALT_BYTES>().to_vec()))
        .collect();
    if !made.is_empty() {
        salts::add(db, &made).await?;
        salts.extend(made);
    }
    Ok(salts)
}

async fn append(
    db: &mut PgConnection,
    head: TreeHead,
    fresh: &[&Arrived<'_>],
    salts: &HashMap<Uuid, Vec<u8>>,
) -> Result<(), sqlx::Error> {
    let leaf = |fact: &&Arrived<'_>| Leaf {
        fact_id: fact.fact_id,
        fact: fact.fact.clone(),
        at: whole_micros(fact.at),
        about: fact.told.about,
        commitment: commit(salts.get(&fact.told.about).map_or(&[][..], Vec::as_slice), fact.payload),
    };
    let leaves: Vec<_> = fresh.iter().map(|fact| (leaf(fact), fact.payload)).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|(leaf, _)| leaf.hash()).collect();

    let mut edge = ledger::edge(db, head.size).await?;
    let tiles = edge.append(&hashes);
    ledger::add_leaves(db, head.size, &leaves).await?;
    let latest_at = fresh.iter().map(|fact| fact.at).fold(head.latest_at, Timestamp::max);
    let own = head.own + fresh.iter().filter(|fact| fact.fact.starts_with(OWN)).count() as u64;
    ledger::save_tree(db, TreeHead { size: edge.size(), root: edge.root(), latest_at, own }, &tiles).await
}

/// What is heard of inaction complaints' clocks waits to be settled (rule 6). Batches without any ask nothing more.
async fn keep_breaches(db: &mut PgConnection, fresh: &[&Arrived<'_>]) -> Result<(), sqlx::Error> {
    let news: Vec<(Uuid, &News)> =
        fresh.iter().filter_map(|fact| Some((fact.fact_id, fact.told.inaction.as_ref()?))).collect();
    if news.is_empty() { Ok(()) } else { breaches::keep(db, &news).await }
}

async fn count(db: &mut PgConnection, days: &Days, fresh: &[&Arrived<'_>]) -> Result<(), sqlx::Error> {
    let happenings = || fresh.iter().flat_map(|fact| &fact.told.happenings);
    let cases: HashSet<Uuid> = happenings().filter_map(Happening::case_id).collect();
    let cases: Vec<Uuid> = cases.into_iter().collect();
    let loaded = if cases.is_empty() { HashMap::new() } else { case_figures::load(db, &cases).await? };

    let mut fold = Fold::new(days, loaded);
    happenings().for_each(|happening| fold.hear(happening));
    let (cases, moved) = fold.finish();
    if !cases.is_empty() {
        case_figures::save(db, &cases).await?;
    }
    if !moved.is_empty() {
        counters::add(db, &moved).await?;
    }
    Ok(())
}
