//! The relay: publishes committed facts in order until the broker has them, and again when it lost them.

use std::time::Duration;

use anyhow::{Context, Result};
use bus::{Bus, Envelope, StreamState};
use chassis::Life;
use contracts::FactId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use crate::meters::{METERS, of};
use crate::{Pace, Store};

/// Facts of one round trip to the broker.
const BATCH: usize = 500;
/// How soon facts of another process are seen, at rest.
const IDLE: Duration = Duration::from_millis(50);
/// How often the broker is asked whether it still has what it acknowledged.
const STREAM_CHECK: Duration = Duration::from_secs(2);
/// How often partitions are made and dropped.
const PARTITION_CHECK: Duration = Duration::from_secs(3600);
/// A crash loses at most what the broker had not flushed: far less than this.
const REPUBLISH: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// Starts the relay of this replica; of all replicas one at a time publishes.
    pub fn relay(&self, bus: &Bus, life: &Life, pace: Pace) {
        let relay = Relay { store: self.clone(), bus: bus.clone(), life: life.clone(), pace };
        life.spawn("relay", async move {
            while !relay.life.is_stopping() {
                if let Err(error) = relay.lead().await {
                    tracing::warn!(
                        owner = relay.store.owner,
                        error = format!("{error:#}"),
                        "the relay starts over"
                    );
                }
                relay.pause(Duration::from_millis(300)).await;
            }
            Ok(())
        });
    }
}

struct Relay {
    store: Store,
    bus: Bus,
    life: Life,
    pace: Pace,
}

impl Relay {
    /// Publishes as long as this replica is the leader; ends with the connection that holds the lead.
    async fn lead(&self) -> Result<()> {
        let mut connection = PgConnection::connect(&self.store.url).await?;
        let leads: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext('outbox.relay'))")
            .fetch_one(&mut connection)
            .await?;
        if !leads {
            return Ok(());
        }
        let (mut checked, mut kept, mut connects) = (None, None, self.bus.connects());
        while !self.life.is_stopping() {
            if due(&mut kept, PARTITION_CHECK) {
                sqlx::query("SELECT outbox.keep_partitions($1)")
                    .bind(self.store.keep_days)
                    .execute(&mut connection)
                    .await?;
            }
            // A broker that was away may have lost its latest facts: it is asked before it gets new ones in their places.
            if std::mem::replace(&mut connects, self.bus.connects()) != connects {
                checked = None;
            }
            if due(&mut checked, STREAM_CHECK) {
                let state = self.bus.ensure_stream(self.store.owner, self.store.replicas).await?;
                rewind_if_lost(&mut connection, self.store.owner, state).await?;
                let waiting: i64 = sqlx::query_scalar(WAITING).fetch_one(&mut connection).await?;
                METERS.outbox_waiting.record(u64::try_from(waiting)?, &[of(self.store.owner)]);
            }
            let next = tokio::time::Instant::now() + self.pace.relay();
            match self.publish_next(&mut connection).await? {
                0 => tokio::select! {
                    () = self.store.committed.notified() => {}
                    () = self.pause(IDLE) => {}
                },
                BATCH.. => {}
                _ => self.pause(next.duration_since(tokio::time::Instant::now())).await,
            }
        }
        Ok(connection.close().await?)
    }

    /// Publishes the next facts; how many there were.
    async fn publish_next(&self, connection: &mut PgConnection) -> Result<usize> {
        let rows = sqlx::query(
            "SELECT c.tx::text AS from_tx, c.id AS from_id, f.tx::text AS tx, f.id, f.fact_id, f.subject, f.about, f.message,
                 f.content_type, f.happened_at, f.traceparent, f.data
             FROM outbox.cursor c CROSS JOIN LATERAL (
                 SELECT * FROM outbox.fact f
                 WHERE (f.tx, f.id) > (c.tx, c.id) AND f.tx < pg_snapshot_xmin(pg_current_snapshot())
                 ORDER BY f.tx, f.id LIMIT $1) f
             ORDER BY f.tx, f.id",
        )
        .bind(i64::try_from(BATCH)?)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok(0) };
        let facts = rows.iter().map(envelope).collect::<Result<Vec<_>>>()?;
        let published = self.bus.publish(self.store.owner, &facts).await?;
        let new = published.iter().filter(|p| !p.duplicate).count();
        METERS.published.add(new as u64, &[of(self.store.owner)]);
        // A rewind that an operator asked for meanwhile stands: only the cursor that was read moves on.
        sqlx::query(
            "UPDATE outbox.cursor SET tx = $1::text::xid8, id = $2, published = published + $3,
                 last_sequence = greatest(last_sequence, $4) WHERE tx = $5::text::xid8 AND id = $6",
        )
        .bind(last.try_get::<String, _>("tx")?)
        .bind(last.try_get::<i64, _>("id")?)
        .bind(i64::try_from(new)?)
        .bind(i64::try_from(published.iter().map(|p| p.sequence).max().unwrap_or(0))?)
        .bind(last.try_get::<String, _>("from_tx")?)
        .bind(last.try_get::<i64, _>("from_id")?)
        .execute(connection)
        .await?;
        Ok(rows.len())
    }

    async fn pause(&self, time: Duration) {
        tokio::select! { () = tokio::time::sleep(time) => {}, () = self.life.stopping() => {} }
    }
}

fn due(last: &mut Option<tokio::time::Instant>, every: Duration) -> bool {
    let now = tokio::time::Instant::now();
    let is_due = last.is_none_or(|last| now.duration_since(last) >= every);
    if is_due {
        *last = Some(now);
    }
    is_due
}

/// Goes back to where the stream ends when it holds less than it acknowledged: emptied, restored or shortened.
async fn rewind_if_lost(connection: &mut PgConnection, owner: &str, state: StreamState) -> Result<()> {
    let row = sqlx::query("SELECT stream_created_at, last_sequence FROM outbox.cursor")
        .fetch_one(&mut *connection)
        .await?;
    let known = row
        .try_get::<Option<jiff_sqlx::Timestamp>, _>("stream_created_at")?
        .map(jiff_sqlx::Timestamp::to_jiff);
    let acknowledged = u64::try_from(row.try_get::<i64, _>("last_sequence")?)?;
    // PostgreSQL keeps microseconds, the broker nanoseconds.
    let created_at = Timestamp::from_microsecond(state.created_at.as_microsecond())?;
    let same = known == Some(created_at);
    if same && state.last_sequence >= acknowledged {
        return Ok(());
    }
    let since = if same { state.last_at.map(|at| at - REPUBLISH) } else { None };
    if known.is_some() {
        tracing::warn!(owner, "the stream lost facts that it had acknowledged: publishing them again");
        rewind(connection, since.unwrap_or(Timestamp::UNIX_EPOCH)).await?;
    }
    sqlx::query("UPDATE outbox.cursor SET stream_created_at = $1, last_sequence = $2")
        .bind(created_at.to_sqlx())
        .bind(i64::try_from(state.last_sequence)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets the cursor before the first fact committed at or after `since` (the database's own time); how many follow.
pub(crate) async fn rewind(connection: &mut PgConnection, since: Timestamp) -> Result<u64> {
    let first = sqlx::query(
        "SELECT tx::text AS tx, id - 1 AS id FROM outbox.fact WHERE created_at >= $1 ORDER BY outbox.fact.tx, outbox.fact.id LIMIT 1",
    )
    .bind(since.to_sqlx())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(first) = first else { return Ok(0) };
    sqlx::query(
        "UPDATE outbox.cursor SET tx = $1::text::xid8, id = $2 WHERE (tx, id) > ($1::text::xid8, $2)",
    )
    .bind(first.try_get::<String, _>("tx")?)
    .bind(first.try_get::<i64, _>("id")?)
    .execute(&mut *connection)
    .await?;
    let waiting: i64 = sqlx::query_scalar(WAITING).fetch_one(connection).await?;
    Ok(u64::try_from(waiting)?)
}

/// How many facts wait for the relay.
pub(crate) const WAITING: &str =
    "SELECT count(*) FROM outbox.fact f, outbox.cursor c WHERE (f.tx, f.id) > (c.tx, c.id)";

fn envelope(row: &PgRow) -> Result<Envelope> {
    Ok(Envelope {
        id: FactId(row.try_get("fact_id")?),
        subject: row.try_get("subject")?,
        about: row.try_get("about")?,
        message: row.try_get("message")?,
        time: row.try_get::<jiff_sqlx::Timestamp, _>("happened_at").context("happened_at")?.to_jiff(),
        content_type: row.try_get("content_type")?,
        traceparent: row.try_get("traceparent")?,
        data: row.try_get::<Vec<u8>, _>("data")?.into(),
    })
}
