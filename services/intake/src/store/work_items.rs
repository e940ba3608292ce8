//! The operators' work list.

use contracts::ContactId;
use jiff::Timestamp;
use sqlx::{FromRow, PgConnection, PgExecutor};
use uuid::Uuid;

use crate::domain::hours::Centre;
use crate::store::wire;

/// A voicemail about to be kept.
pub struct NewItem<'a> {
    /// Its id.
    pub item_id: Uuid,
    /// The PBX's id of the call.
    pub call_id: &'a str,
    /// Province code.
    pub province: &'a str,
    /// Centre code.
    pub centre: &'a str,
    /// `samad.intake.v1.VoicemailReason`.
    pub reason: i16,
    /// When the call came.
    pub received_at: Timestamp,
    /// When the centre answers again.
    pub opens_at: Option<Timestamp>,
    /// The caller's number, sealed.
    pub sealed_caller: Option<Vec<u8>>,
}

/// An item of the list.
#[derive(Debug, FromRow)]
pub struct ItemRow {
    /// Its id.
    pub item_id: Uuid,
    /// The PBX's id of the call; none of a call-back.
    pub call_id: Option<String>,
    /// Province code.
    pub province: String,
    /// Centre code.
    pub centre: String,
    /// `samad.intake.v1.VoicemailReason`; 0 of a call-back.
    pub reason: i16,
    /// When the call came, or the call-back was drawn.
    pub received_at: jiff_sqlx::Timestamp,
    /// When the centre answers again, as known when it came.
    pub opens_at: Option<jiff_sqlx::Timestamp>,
    /// The caller's number, sealed.
    pub sealed_caller: Option<Vec<u8>>,
    /// Until when it is in the operator's hand.
    pub lease_until: Option<jiff_sqlx::Timestamp>,
    /// When it was followed up.
    pub finished_at: Option<jiff_sqlx::Timestamp>,
}

macro_rules! columns {
    () => {
        "item_id, call_id, province, centre, reason, received_at, opens_at, sealed_caller, lease_until, finished_at"
    };
}

/// Keeps a voicemail unless its call has one; whether it is new.
pub async fn add(db: &mut PgConnection, new: &NewItem<'_>) -> sqlx::Result<bool> {
    let added = sqlx::query(
        "INSERT INTO work_item (item_id, call_id, province, centre, reason, received_at, opens_at, sealed_caller)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (call_id, province) DO NOTHING",
    )
    .bind(new.item_id)
    .bind(new.call_id)
    .bind(new.province)
    .bind(new.centre)
    .bind(new.reason)
    .bind(wire(new.received_at))
    .bind(new.opens_at.map(wire))
    .bind(new.sealed_caller.as_deref())
    .execute(db)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The item of a call; two provinces' exchanges may use the same id.
pub async fn of_call(db: &mut PgConnection, province: &str, call_id: &str) -> sqlx::Result<Option<ItemRow>> {
    sqlx::query_as(concat!("SELECT ", columns!(), " FROM work_item WHERE call_id = $1 AND province = $2"))
        .bind(call_id)
        .bind(province)
        .fetch_optional(db)
        .await
}

/// Puts an item into an operator's hand: the province's that is there already, under a new lease, else the oldest of the
/// centre that is in nobody's. Two operators never get the same: a locked row is passed over.
pub async fn take(
    db: &mut PgConnection,
    operator: &str,
    Centre { province, centre }: Centre<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> sqlx::Result<Option<ItemRow>> {
    // One operator asks on two screens at once: the second waits and gets the item of the first.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 111))")
        .bind(operator)
        .execute(&mut *db)
        .await?;
    sqlx::query_as(concat!(
        "WITH in_hand AS (
             SELECT item_id FROM work_item
             WHERE operator = $1 AND province = $5 AND finished_at IS NULL AND lease_until > $3
             ORDER BY received_at, item_id LIMIT 1 FOR UPDATE
         ), oldest AS (
             SELECT item_id FROM work_item
             WHERE province = $5 AND centre = $2 AND finished_at IS NULL AND (lease_until IS NULL OR lease_until <= $3)
                 AND NOT EXISTS (SELECT FROM in_hand)
             ORDER BY received_at, item_id LIMIT 1 FOR UPDATE SKIP LOCKED
         )
         UPDATE work_item SET operator = $1, lease_until = $4
         WHERE item_id IN (SELECT item_id FROM in_hand UNION ALL SELECT item_id FROM oldest) RETURNING ",
        columns!()
    ))
    .bind(operator)
    .bind(centre)
    .bind(wire(now))
    .bind(wire(lease_until))
    .bind(province)
    .fetch_optional(db)
    .await
}

/// Whether the item of a call is in this operator's hand.
pub async fn is_in_hand(
    db: impl PgExecutor<'_>,
    (province, call_id): (&str, &str),
    operator: &str,
    now: Timestamp,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM work_item WHERE call_id = $1 AND province = $2 AND operator = $3
             AND finished_at IS NULL AND lease_until > $4)",
    )
    .bind(call_id)
    .bind(province)
    .bind(operator)
    .bind(wire(now))
    .fetch_one(db)
    .await
}

/// Ends an item in an operator's hand; none when it is not there any more.
pub async fn finish(
    db: &mut PgConnection,
    item_id: Uuid,
    operator: &str,
    (contact_id, no_contact_reason): (Option<ContactId>, &str),
    now: Timestamp,
) -> sqlx::Result<Option<ItemRow>> {
    sqlx::query_as(concat!(
        "UPDATE work_item SET finished_at = $5, contact_id = $3, no_contact_reason = $4
         WHERE item_id = $1 AND operator = $2 AND finished_at IS NULL AND lease_until > $5 RETURNING ",
        columns!()
    ))
    .bind(item_id)
    .bind(operator)
    .bind(contact_id.map(|id| id.0))
    .bind(no_contact_reason)
    .bind(wire(now))
    .fetch_optional(db)
    .await
}

/// Whether an item is a call-back; none when there is no such item.
pub async fn is_callback(db: &mut PgConnection, item_id: Uuid) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar("SELECT call_id IS NULL FROM work_item WHERE item_id = $1")
        .bind(item_id)
        .fetch_optional(db)
        .await
}

/// Whether this operator ended the item in the same way before.
pub async fn was_finished(
    db: &mut PgConnection,
    item_id: Uuid,
    operator: &str,
    (contact_id, no_contact_reason): (Option<ContactId>, &str),
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM work_item WHERE item_id = $1 AND operator = $2 AND finished_at IS NOT NULL
             AND contact_id IS NOT DISTINCT FROM $3 AND no_contact_reason = $4)",
    )
    .bind(item_id)
    .bind(operator)
    .bind(contact_id.map(|id| id.0))
    .bind(no_contact_reason)
    .fetch_one(db)
    .await
}

/// Whether an item may have become this contact: one of its province and, where it names a call, of its call. None when
/// there is no such contact.
pub async fn contact_fits(
    db: &mut PgConnection,
    item_id: Uuid,
    contact_id: ContactId,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar(
        "SELECT COALESCE(c.province = i.province AND (n.call_id IS NULL OR n.call_id = i.call_id), true)
         FROM contact c LEFT JOIN contact_note n USING (contact_id) LEFT JOIN work_item i ON i.item_id = $1
         WHERE c.contact_id = $2",
    )
    .bind(item_id)
    .bind(contact_id.0)
    .fetch_optional(db)
    .await
}

/// Puts back what is in an operator's hand; how many items.
pub async fn release(db: &mut PgConnection, operator: &str) -> sqlx::Result<u64> {
    let released = sqlx::query(
        "UPDATE work_item SET operator = NULL, lease_until = NULL WHERE operator = $1 AND finished_at IS NULL",
    )
    .bind(operator)
    .execute(db)
    .await?;
    Ok(released.rows_affected())
}
