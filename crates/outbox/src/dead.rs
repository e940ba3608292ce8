//! Dead letters: what could not be handled, with the reason, until a person replays it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use bus::{Delivery, Envelope};
use contracts::ops::DeadLetter;
use contracts::timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{Listener, Store};

pub(crate) async fn bury(
    store: &Store,
    consumer: &str,
    owner: &str,
    delivery: &Delivery,
    reason: &str,
) -> Result<()> {
    let letter = delivery.header("ce-id").and_then(|id| Uuid::try_parse(id).ok()).unwrap_or_else(|| {
        Uuid::new_v5(&Uuid::new_v5(&Uuid::NAMESPACE_OID, delivery.subject.as_bytes()), &delivery.data)
    });
    let headers: BTreeMap<String, String> = delivery
        .headers
        .iter()
        .filter_map(|(name, values)| Some((name.to_string(), values.first()?.as_str().to_owned())))
        .collect();
    sqlx::query(
        "INSERT INTO outbox.dead_letter (consumer, owner, letter, subject, headers, data, reason, attempts, died_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (consumer, owner, letter) DO NOTHING",
    )
    .bind(consumer)
    .bind(owner)
    .bind(letter)
    .bind(&delivery.subject)
    .bind(sqlx::types::Json(headers))
    .bind(delivery.data.as_ref())
    .bind(reason)
    .bind(i32::try_from(delivery.attempts).unwrap_or(i32::MAX))
    .bind(store.clock().now().to_sqlx())
    .execute(store.pool())
    .await?;
    Ok(())
}

const COLUMNS_NEWEST_FIRST: &str =
    "SELECT id, consumer, subject, headers, data, reason, attempts, died_at, owner
     FROM outbox.dead_letter WHERE id < $1 ORDER BY id DESC LIMIT $2";

/// Letters with ids below `before`, newest first, without bodies.
pub(crate) async fn list(store: &Store, before: i64, limit: i64) -> Result<Vec<DeadLetter>> {
    let rows = sqlx::query(COLUMNS_NEWEST_FIRST).bind(before).bind(limit).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok(letter(row)?.0)).collect()
}

/// One letter with its headers and its body, texts blacked out.
pub(crate) async fn get(store: &Store, id: i64) -> Result<Option<DeadLetter>> {
    let Some(row) = one(store, id).await? else { return Ok(None) };
    let (mut dead, data) = letter(&row)?;
    let sqlx::types::Json(headers) =
        row.try_get::<sqlx::types::Json<BTreeMap<String, String>>, _>("headers")?;
    dead.redacted_body = match contracts::json::to_json(&dead.fact_type, &data) {
        Ok(body) => redacted(body).to_string(),
        Err(error) => format!("{} bytes that cannot be read: {error}", data.len()),
    };
    dead.headers = headers.into_iter().collect();
    Ok(Some(dead))
}

async fn one(store: &Store, id: i64) -> Result<Option<PgRow>> {
    let found =
        sqlx::query(COLUMNS_NEWEST_FIRST).bind(id.saturating_add(1)).bind(1_i64).fetch_optional(store.pool());
    Ok(found.await?.filter(|row| row.try_get::<i64, _>("id").is_ok_and(|found| found == id)))
}

/// Handles a letter again in one transaction with its removal. `Ok(Some(reason))`: it failed again.
pub(crate) async fn replay(store: &Store, listeners: &[Listener], id: i64) -> Result<Option<String>> {
    let row = one(store, id).await?.context("no dead letter has this number")?;
    let owner: String = row.try_get("owner")?;
    let listener =
        listeners.iter().find(|l| l.owner == owner).context("nothing listens to its owner any more")?;
    let sqlx::types::Json(headers) =
        row.try_get::<sqlx::types::Json<BTreeMap<String, String>>, _>("headers")?;
    let (dead, data) = letter(&row)?;
    let outcome = match envelope(&dead.subject, &headers, data) {
        Ok(envelope) => {
            let mut tx = store.begin().await?;
            match listener.hear(&mut tx, &[envelope]).await {
                Ok(()) => {
                    sqlx::query("DELETE FROM outbox.dead_letter WHERE id = $1")
                        .bind(id)
                        .execute(tx.connection())
                        .await?;
                    tx.commit().await
                }
                failed => failed,
            }
        }
        Err(error) => Err(error),
    };
    let Err(error) = outcome else { return Ok(None) };
    let reason = format!("{error:#}");
    sqlx::query("UPDATE outbox.dead_letter SET reason = $2, attempts = attempts + 1 WHERE id = $1")
        .bind(id)
        .bind(&reason)
        .execute(store.pool())
        .await?;
    Ok(Some(reason))
}

fn envelope(subject: &str, headers: &BTreeMap<String, String>, data: Vec<u8>) -> Result<Envelope> {
    Ok(Envelope::read(subject, Some(&bus::headers(headers)), data.into())?)
}

fn letter(row: &PgRow) -> Result<(DeadLetter, Vec<u8>)> {
    let sqlx::types::Json(headers) =
        row.try_get::<sqlx::types::Json<BTreeMap<String, String>>, _>("headers")?;
    let header = |name: &str| {
        headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let dead = DeadLetter {
        id: u64::try_from(row.try_get::<i64, _>("id")?)?,
        service: row.try_get("consumer")?,
        subject: row.try_get("subject")?,
        fact_id: header("ce-id"),
        fact_type: header("ce-type"),
        reason: row.try_get("reason")?,
        attempts: u32::try_from(row.try_get::<i32, _>("attempts")?)?,
        died_at: Some(timestamp(row.try_get::<jiff_sqlx::Timestamp, _>("died_at")?.to_jiff())),
        ..Default::default()
    };
    Ok((dead, row.try_get("data")?))
}

/// Blacks out every text that is not an id, a time or a name of the contracts: a body may hold a citizen's words.
fn redacted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            let harmless =
                text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
            let identifying = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_digit());
            Value::String(if harmless && !identifying {
                text
            } else {
                format!("▮ {} characters", text.chars().count())
            })
        }
        Value::Array(items) => items.into_iter().map(redacted).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, redacted(field))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_of_people_are_blacked_out() {
        let body = serde_json::json!({"case_id": "0192f0c1-7b3a-7c4d-8e5f-102030405060", "statement": "نشت آب",
            "phones": ["09121234567"], "kind": "KIND_REQUEST", "round": 1});
        let text = redacted(body).to_string();
        assert!(
            text.contains("0192f0c1-7b3a") && text.contains("KIND_REQUEST") && text.contains(":1"),
            "{text}"
        );
        assert!(!text.contains("نشت") && !text.contains("0912"), "{text}");
    }
}
