//! A service's own database.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Common;
use chassis::clock::Clock;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};
use tokio::sync::Notify;

use crate::Tx;
use crate::failure::is_outage;
use crate::sweep::Sweeps;

/// How long a service waits at its start for a database that is away.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long after its last use a connection is taken to be alive.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

static OUTBOX: Migrator = sqlx::migrate!("./migrations");

/// A service's database: its state, its outbox and its dead letters. Copies share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) owner: &'static str,
    pub(crate) pool: PgPool,
    pub(crate) clock: Clock,
    pub(crate) url: Arc<str>,
    pub(crate) keep_days: i32,
    pub(crate) replicas: usize,
    /// Wakes the relay when facts were committed in this process.
    pub(crate) committed: Arc<Notify>,
    /// The sweeps of this process.
    pub(crate) sweeps: Sweeps,
}

impl Store {
    /// Opens the database of `owner` and brings its schema up to date.
    pub async fn open(
        owner: &'static str,
        common: &Common,
        clock: &Clock,
        migrations: &Migrator,
    ) -> Result<Self> {
        let started = tokio::time::Instant::now();
        let pool = loop {
            match prepare(owner, common, migrations).await {
                // A database that restarts with its services must not cost them their start.
                Err(error) if is_outage(&error) && started.elapsed() < PATIENCE => {
                    tracing::warn!(owner, error = format!("{error:#}"), "waiting for the database");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                prepared => break prepared?,
            }
        };
        Ok(Store {
            owner,
            pool,
            clock: clock.clone(),
            url: common.postgres_url().into(),
            keep_days: i32::from(common.outbox_keep_days),
            replicas: common.stream_replicas,
            committed: Arc::new(Notify::new()),
            sweeps: Sweeps::default(),
        })
    }

    /// Connections for queries that change nothing.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The deployment's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A transaction for state and facts.
    pub async fn begin(&self) -> Result<Tx> {
        // sqlx 0.9's begin, dropped half-way, gives the pool a connection with an open transaction
        // (launchbadge/sqlx#4385): in a task of its own it is never dropped half-way.
        let pool = self.pool.clone();
        let begun = tokio::spawn(async move { pool.begin().await })
            .await
            .context("a transaction was not begun")??;
        Ok(Tx::new(begun, self.clone()))
    }
}

/// Connects and brings the schema up to date.
async fn prepare(owner: &str, common: &Common, migrations: &Migrator) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(common.postgres_connections)
        .acquire_timeout(Duration::from_secs(5))
        // A connection that was used a moment ago is alive: asking it would cost each transaction a round trip.
        .test_before_acquire(false)
        .before_acquire(|connection, used| {
            Box::pin(async move {
                if used.idle_for > TRUSTED_FOR {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect(common.postgres_url())
        .await
        .with_context(|| format!("the database of {owner} cannot be opened: is PostgreSQL running?"))?;
    let mut outbox = Migrator { migrations: OUTBOX.migrations.clone(), ..Migrator::DEFAULT };
    outbox.dangerous_set_table_name("_outbox_migrations");
    outbox.run(&pool).await.context("the outbox's tables cannot be made")?;
    migrations.run(&pool).await.with_context(|| {
        format!(
            "the tables of {owner} cannot be made: if the database is of a newer Samad, run that one; of a broken try, \
             name another data folder with --data"
        )
    })?;
    // Before anything is stated: after a standstill of days there is no partition for today yet.
    sqlx::query("SELECT outbox.keep_partitions($1)")
        .bind(i32::from(common.outbox_keep_days))
        .execute(&pool)
        .await
        .context("the outbox's partitions cannot be made")?;
    Ok(pool)
}
