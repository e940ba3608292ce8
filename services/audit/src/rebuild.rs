//! Reads the ledger from its beginning and folds it, a stretch at a time: for reports and evaluations.

use anyhow::Result;
use jalali::Tehran;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use sqlx::{PgConnection, PgPool};

use crate::domain::policy::{ReportPolicy, governing};
use crate::domain::proof::Question;
use crate::domain::report::{Basis, Fold, Observation, Period, Source};
use crate::on::observe::{observe, observed};
use crate::store::{ledger, policies, stretch};
use crate::workbook;

/// Leaves of one query.
const STRETCH: u64 = 4_096;

/// What was folded.
pub struct Read {
    /// So many leaves.
    pub size: u64,
    /// Of those that are counted, so many whose content was erased or cannot be read.
    pub unread: u64,
    /// The latest moment that they hold; of an earlier ledger, as far as they are counted.
    pub latest_at: Timestamp,
    /// The latest moment of those that are counted, the same whenever they are read.
    pub counted_at: Option<Timestamp>,
}

/// Folds what the first `size` leaves say (all there are, where fewer).
///
/// # Errors
/// When the database is away.
pub async fn leaves(db: &PgPool, size: u64, mut hear: impl FnMut(&Observation, u64)) -> Result<Read> {
    let mut db = db.acquire().await?;
    let head = ledger::head(&mut db).await?;
    let size = head.size.min(size);
    let names = observed();
    let (mut first, mut unread) = (0, 0);
    let mut latest_at = if size == head.size { head.latest_at } else { Timestamp::MIN };
    let mut counted_at = None;
    while first < size {
        let end = size.min(first + STRETCH);
        for entry in stretch::named(&mut db, first, end, &names).await? {
            latest_at = latest_at.max(entry.at);
            counted_at = counted_at.max(Some(entry.at));
            // What nobody can read must not keep all else from being reported: it is reported as unread.
            match observe(&entry) {
                Ok(Some(observation)) => hear(&observation, entry.index),
                Ok(None) => unread += u64::from(entry.payload.is_none()),
                Err(_) => unread += 1,
            }
        }
        first = end;
    }
    Ok(Read { size, unread, latest_at, counted_at })
}

/// What a report of these leaves is built from.
async fn basis(db: &mut PgConnection, read: &Read, tehran: &Tehran) -> Result<Basis> {
    let question = Question::Root { size: read.size };
    let tiles = ledger::tiles(db, &question.tiles()?).await?;
    let root = question.answer(&tiles)?;
    let bytes = root.iter().flat_map(|hash| hash.0);
    Ok(Basis {
        ledger_size: read.size,
        ledger_root: bytes.map(|byte| format!("{byte:02x}")).collect(),
        as_of: read.counted_at.map(|at| at.to_string()).unwrap_or_default(),
        as_of_fa: read.counted_at.map(|at| tehran.moment_fa(at)).unwrap_or_default(),
        unread: read.unread,
    })
}

/// A report in its two forms.
pub struct Built {
    pub json: Vec<u8>,
    pub xlsx: Vec<u8>,
}

impl Built {
    /// SHA-256 of the JSON and of the XLSX.
    #[must_use]
    pub fn digests(&self) -> [Vec<u8>; 2] {
        [&self.json, &self.xlsx].map(|bytes| digest(&SHA256, bytes).as_ref().to_vec())
    }
}

/// Reports of periods for provinces (empty: the country), from the first `size` leaves.
pub struct Asked<'a> {
    pub periods: &'a [Period],
    pub size: u64,
    pub provinces: &'a [String],
    pub is_public: bool,
    /// The very policy to build by, where one is known; else the one that governs each period's last day.
    pub policy: Option<(String, u32)>,
}

/// The reports of one period, one a province asked for.
pub struct Made {
    pub period: Period,
    pub policy: ReportPolicy,
    pub built: Vec<Built>,
}

/// Builds the reports of the periods that a policy governs, reading the ledger once.
///
/// # Errors
/// When the database is away.
pub async fn reports(db: &PgPool, asked: &Asked<'_>, tehran: &Tehran) -> Result<(Read, Vec<Made>)> {
    let known: Vec<ReportPolicy> = policies::all(&mut *db.acquire().await?).await?;
    let is_it = |policy: &&ReportPolicy, (name, version): &(String, u32)| {
        policy.validity.policy == *name && policy.validity.version == *version
    };
    let policy = |period: &Period| match &asked.policy {
        Some(wanted) => known.iter().find(|policy| is_it(policy, wanted)),
        None => governing(&known, period.days().end().civil()),
    };
    let governed = asked.periods.iter().filter_map(|period| Some((*period, policy(period)?)));
    let mut folds: Vec<_> = governed
        .map(|(period, policy)| (period, policy, Fold::new(period, policy.mass_closing_days, tehran)))
        .collect();
    let hear = |observation: &Observation, leaf| {
        folds.iter_mut().for_each(|(.., fold)| fold.hear(observation, leaf));
    };
    let read = leaves(db, asked.size, hear).await?;
    let basis = basis(&mut *db.acquire().await?, &read, tehran).await?;
    let made = folds.into_iter().map(|(period, policy, fold)| {
        let (provinces, names) = fold.finish();
        let source = Source { period, policy, basis: &basis, provinces: &provinces, names: &names };
        let built = |province: &String| {
            let report = source.report(province, asked.is_public);
            Ok(Built { json: serde_json::to_vec(&report)?, xlsx: workbook::write(&report)? })
        };
        let built = asked.provinces.iter().map(built).collect::<Result<Vec<_>>>()?;
        Ok(Made { period, policy: policy.clone(), built })
    });
    let made = made.collect::<Result<Vec<_>>>()?;
    Ok((read, made))
}
