//! Issues the reports of each month and quarter that has ended, for the country and every province (rule 10): once, by
//! however many replicas.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use contracts::audit::ReportIssued;
use contracts::timestamp;
use jalali::Tehran;
use jiff::{SignedDuration, Timestamp};
use outbox::{FACT_MAX_BYTES, Store, Sweep};
use sqlx::PgConnection;

use crate::Config;
use crate::domain::days::Days;
use crate::domain::policy::{ReportPolicy, governing};
use crate::domain::report::Period;
use crate::domain::report::names::place;
use crate::out::typesetter::{NoPdf, Typesetter};
use crate::rebuild::{self, Asked, Built, Made};
use crate::statement::Statement;
use crate::store::reports::{self, Issued};
use crate::store::{ledger, policies};

/// Periods of one reading of the ledger, at most: each keeps a tally of every referral.
const BATCH: usize = 4;

/// The sweep.
pub struct IssueReports {
    store: Store,
    tehran: Tehran,
    days: Days,
    wait: Duration,
    typesetter: Typesetter,
}

impl Sweep for IssueReports {
    async fn sweep(&mut self) -> Result<bool> {
        self.issue().await
    }
}

impl IssueReports {
    /// Issues by what is in `store`.
    #[must_use]
    pub fn new(
        config: &Config,
        store: &Store,
        tehran: &Tehran,
        days: &Days,
        typesetter: &Typesetter,
    ) -> Self {
        let wait = Duration::from_millis(config.report_look_ms.max(1));
        let (tehran, days, typesetter) = (tehran.clone(), days.clone(), typesetter.clone());
        Self { store: store.clone(), tehran, days, wait, typesetter }
    }

    /// Runs until the life ends.
    pub fn spawn(self, life: &Life) {
        let (store, wait) = (self.store.clone(), self.wait);
        store.sweep("reports", wait, self, life);
    }

    /// Issues the reports of the periods that lack them, the oldest first, reading the ledger once; whether there may be
    /// more.
    ///
    /// # Errors
    /// When the database is away or the ledger cannot be read.
    pub async fn issue(&self) -> Result<bool> {
        let mut db = self.store.pool().acquire().await?;
        let head = ledger::head(&mut db).await?;
        let due = self.due(&mut db, self.store.clock().at(head.latest_at)).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let mut provinces = reports::provinces(&mut db).await?;
        drop(db);
        provinces.push(String::new());
        // Built before the tree is held: who appends must not wait for it.
        let asked =
            Asked { periods: &due, size: head.size, provinces: &provinces, is_public: false, policy: None };
        let (read, made) = rebuild::reports(self.store.pool(), &asked, &self.tehran).await?;
        let pdfs = self.pdfs(&made).await;

        let mut statement = Statement::begin(&self.store).await?;
        let now = statement.now();
        // Another replica may have been faster.
        let known = reports::periods(statement.connection()).await?;
        let new = made.iter().zip(pdfs).filter(|(made, _)| !known.contains(&made.period.to_string()));
        let (mut rows, mut facts) = (Vec::new(), Vec::new());
        for (made, pdfs) in new {
            let issued = issued(made, &provinces, read.size, now);
            let documents = made.built.iter().zip(pdfs);
            facts.extend(
                issued
                    .iter()
                    .zip(documents)
                    .map(|(row, (built, pdf))| report_issued(row, made.period, built.xlsx.clone(), pdf)),
            );
            rows.extend(issued);
        }
        if !rows.is_empty() {
            reports::add(statement.connection(), &rows).await?;
            facts.iter().for_each(|fact| statement.state(fact));
            statement.commit(&self.days).await?;
        }
        Ok(due.len() == BATCH)
    }

    /// The PDFs of what was made, one a report; empty where there is none: a report is issued without its PDF rather than
    /// late.
    async fn pdfs(&self, made: &[Made]) -> Vec<Vec<Vec<u8>>> {
        let mut all = Vec::with_capacity(made.len());
        let mut is_missing = false;
        for made in made {
            let mut pdfs = Vec::with_capacity(made.built.len());
            for built in &made.built {
                // Not installed for one, not installed for all.
                let pdf = if is_missing { Ok(Vec::new()) } else { self.typesetter.pdf(&built.json).await };
                pdfs.push(pdf.unwrap_or_else(|reason| {
                    is_missing |= matches!(reason, NoPdf::Missing);
                    let reason = format!("{:#}", anyhow::Error::from(reason));
                    tracing::warn!(reason, period = %made.period, "a report is issued without its PDF");
                    Vec::new()
                }));
            }
            all.push(pdfs);
        }
        all
    }

    /// The periods that have ended, are governed by a policy and lack their reports.
    async fn due(&self, db: &mut PgConnection, now: Timestamp) -> Result<Vec<Period>> {
        let Some(first) = reports::first_day(db).await? else { return Ok(Vec::new()) };
        let policies: Vec<ReportPolicy> = policies::all(db).await?;
        let issued = reports::periods(db).await?;
        let policy = |period: Period| governing(&policies, period.days().end().civil());
        let wait = |period: Period| {
            SignedDuration::from_hours(policy(period).map_or(0, |policy| policy.issue_after_hours.into()))
        };
        let ended = Period::ended(self.days.start(first)?, now, wait, &self.tehran);
        let is_due = |period: &Period| policy(*period).is_some() && !issued.contains(&period.to_string());
        Ok(ended.into_iter().filter(is_due).take(BATCH).collect())
    }
}

/// The reports of a period, one a province.
fn issued(made: &Made, provinces: &[String], ledger_size: u64, now: Timestamp) -> Vec<Issued> {
    let one = |(province, built): (&String, &Built)| {
        let [json_sha256, xlsx_sha256] = built.digests();
        Issued {
            period: made.period.to_string(),
            province: province.clone(),
            ledger_size,
            policy: made.policy.validity.policy.clone(),
            policy_version: made.policy.validity.version,
            json_sha256,
            xlsx_sha256,
            issued_at: now,
        }
    };
    provinces.iter().zip(&made.built).map(one).collect()
}

/// Bytes of a fact that are left for everything but the documents.
const FRAME: usize = 4 * 1024;

fn report_issued(issued: &Issued, period: Period, mut xlsx: Vec<u8>, mut pdf: Vec<u8>) -> ReportIssued {
    // What does not fit is left out, the PDF first: whoever wants it asks the door.
    let is_too_large = |xlsx: &[u8], pdf: &[u8]| xlsx.len() + pdf.len() + FRAME > FACT_MAX_BYTES;
    if is_too_large(&xlsx, &pdf) {
        pdf.clear();
    }
    if is_too_large(&xlsx, &pdf) {
        xlsx.clear();
    }
    ReportIssued {
        period: issued.period.clone(),
        province: issued.province.clone(),
        ledger_size: issued.ledger_size,
        json_sha256: issued.json_sha256.clone(),
        xlsx_sha256: issued.xlsx_sha256.clone(),
        policy: issued.policy.clone(),
        policy_version: issued.policy_version,
        issued_at: Some(timestamp(issued.issued_at)),
        period_fa: period.fa(),
        province_fa: place(&issued.province),
        xlsx,
        pdf,
    }
}
