//! What the same machine's PostgreSQL and JetStream can do with nothing around them.

use std::time::Duration;

use anyhow::Result;
use bus::{Bus, Envelope};
use chassis::clock::Clock;
use contracts::FactId;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use crate::system::System;

/// Rows and messages of one batch, as the services have them.
const BATCH: usize = 500;
/// Bytes of a row and of a message, about a fact's.
const BYTES: usize = 500;

pub async fn measure(system: &System, postgres_url: &str, time: Duration) -> Result<Value> {
    Ok(json!({
        "postgres_rows_per_s": super::round(postgres(postgres_url, time).await?),
        "jetstream_acks_per_s": super::round(jetstream(system, time).await?),
    }))
}

/// Rows a second in committed batches, one connection, one index.
pub async fn postgres(url: &str, time: Duration) -> Result<f64> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("CREATE TABLE raw_limit (id uuid PRIMARY KEY, data bytea NOT NULL)")
        .execute(&mut connection)
        .await?;
    let (clock, started, mut rows) = (Clock::live(), Instant::now(), 0);
    while started.elapsed() < time {
        sqlx::query("INSERT INTO raw_limit SELECT * FROM UNNEST($1::uuid[], $2::bytea[])")
            .bind((0..BATCH).map(|_| clock.new_id()).collect::<Vec<_>>())
            .bind(vec![vec![7_u8; BYTES]; BATCH])
            .execute(&mut connection)
            .await?;
        rows += BATCH;
    }
    let rate = rows as f64 / started.elapsed().as_secs_f64();
    sqlx::query("DROP TABLE raw_limit").execute(&mut connection).await?;
    Ok(rate)
}

/// Acknowledged messages a second, in batches as the relay sends them.
async fn jetstream(system: &System, time: Duration) -> Result<f64> {
    let bus = Bus::connect(&system.nats_url, "samad bench", &system.operations()?).await?;
    bus.ensure_stream("bench", 1).await?;
    let (clock, started, mut messages) = (Clock::live(), Instant::now(), 0);
    while started.elapsed() < time {
        let batch: Vec<Envelope> = (0..BATCH).map(|_| message(&clock)).collect();
        messages += bus.publish("bench", &batch).await?.len();
    }
    Ok(messages as f64 / started.elapsed().as_secs_f64())
}

fn message(clock: &Clock) -> Envelope {
    Envelope {
        id: FactId(clock.new_id()),
        subject: "bench.v1.raw_limit._._._".to_owned(),
        about: String::new(),
        message: "samad.bench.v1.RawLimit".to_owned(),
        time: clock.now(),
        content_type: contracts::json::PROTOBUF.to_owned(),
        traceparent: None,
        data: vec![7; BYTES].into(),
    }
}
