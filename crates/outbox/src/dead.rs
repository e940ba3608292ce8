//! Dead letters: what could not be handled, with the reason, until a person replays it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use bus::{Delivery, Envelope};
use contracts::ops::DeadLetter;
use contracts::{json, timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{Listener, Store};

/// So many digits may be somebody's number: a landline has eight.
const IDENTIFYING_DIGITS: usize = 8;
/// What stands in ids, in moments and in names, and between the digits of a telephone number.
const SEPARATORS: &[u8] = b"-_:.";

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
    let stated = json::stated(|name| found(&headers, name), &data);
    dead.redacted_body = shown(&dead.fact_type, stated, &data);
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

fn found<'a>(headers: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    let mut named = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.as_str())
}

fn letter(row: &PgRow) -> Result<(DeadLetter, Vec<u8>)> {
    let sqlx::types::Json(headers) =
        row.try_get::<sqlx::types::Json<BTreeMap<String, String>>, _>("headers")?;
    let header = |name| found(&headers, name).unwrap_or_default().to_owned();
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

/// The body as it may be shown, whichever way it is written.
fn shown(fact_type: &str, content_type: &str, data: &[u8]) -> String {
    let read = match content_type {
        json::JSON => serde_json::from_slice(data).map_err(json::ReadError::from),
        _ => json::to_json(fact_type, data),
    };
    match read {
        Ok(body) => redacted(body).to_string(),
        Err(error) => format!("{} bytes that cannot be read: {error}", data.len()),
    }
}

/// Blacks out every text that is not an id, a time or a name of the contracts: a body may hold a citizen's words.
fn redacted(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(readable(text)),
        Value::Number(number) if number.to_string().len() >= IDENTIFYING_DIGITS && !number.is_f64() => {
            Value::String(blacked(&number.to_string()))
        }
        Value::Array(items) => items.into_iter().map(redacted).collect(),
        // In JSON also a field's name is what the sender wrote.
        Value::Object(fields) => {
            fields.into_iter().map(|(name, field)| (readable(name), redacted(field))).collect()
        }
        other => other,
    }
}

/// The text, if it tells of nobody.
fn readable(text: String) -> String {
    let harmless =
        text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || SEPARATORS.contains(&b));
    if harmless && !is_number(&text) { text } else { blacked(&text) }
}

/// Whether a text may be a number of somebody's, however it is parted: enough digits in a row between its letters. An id and
/// a moment have them too.
fn is_number(text: &str) -> bool {
    if text.parse::<Uuid>().is_ok() || text.parse::<jiff::Timestamp>().is_ok() {
        return false;
    }
    let parts = text.split(|letter: char| letter.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    parts.map(digits).any(|digits| digits >= IDENTIFYING_DIGITS)
}

fn blacked(text: &str) -> String {
    format!("▮ {} characters", text.chars().count())
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

    #[test]
    fn numbers_are_known_however_they_are_parted() {
        let numbers = ["0912-1234567", "0912.123.45.67", "tel:09121234567", "1-2-3-4-5-6-7-8", "0084575948"];
        for number in numbers {
            assert!(!readable(number.to_owned()).contains(number), "{number}");
        }
        let said = redacted(serde_json::json!({"0912-1234567": 9_121_234_567_u64, "lat": 38.073_112_3}));
        assert_eq!(said, serde_json::json!({"▮ 12 characters": "▮ 10 characters", "lat": 38.073_112_3}));
        let others = [
            "01995f00-0000-7000-8000-000000000001",
            "2025-10-01T04:30:00.123456789Z",
            "water.leak",
            "1404-1-2",
        ];
        for other in others {
            assert_eq!(readable(other.to_owned()), other);
        }
    }

    #[test]
    fn a_letter_in_json_is_shown_as_one_in_protobuf() {
        let body = "{\"action_id\": \"a\", \"text\": \"نشت آب\", \"kind\": \"ACTION_KIND_ANSWER\"}";
        let said = shown("samad.agency.v1.ActionPublished", json::JSON, body.as_bytes());
        assert_eq!(said, r#"{"action_id":"a","kind":"ACTION_KIND_ANSWER","text":"▮ 6 characters"}"#);
        let broken = shown("samad.agency.v1.ActionPublished", json::JSON, b"{\"text\": \"0912");
        assert!(broken.contains("cannot be read") && !broken.contains("0912"), "{broken}");
    }
}
