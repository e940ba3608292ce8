//! What agencies are to be reminded of, by agency and day.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// An agency's time for a referral runs out, or is over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reminder {
    /// The referral.
    pub referral_id: Uuid,
    /// The day in Tehran on which it was stated.
    pub day: Date,
    /// Days until it is over; 0 or less: it is.
    pub days_left: i32,
    /// Who must act.
    pub agency: String,
    /// The hour of the day after which it is told; none: the next morning.
    pub hour: Option<i16>,
}

/// To which agency, of which day, and of which hour of it.
pub type Of = (String, Date, Option<i16>);

/// Keeps reminders and says of whom and which day any is new; forgets those of days before `since`.
pub async fn add(db: &mut PgConnection, reminders: &BTreeSet<Reminder>, since: Date) -> Result<BTreeSet<Of>> {
    let rows = sqlx::query(
        "INSERT INTO reminder (referral_id, day, days_left, agency, hour)
         SELECT * FROM UNNEST($1::uuid[], $2::date[], $3::integer[], $4::text[], $5::smallint[]) ON CONFLICT DO NOTHING
         RETURNING agency, day, hour",
    )
    .bind(reminders.iter().map(|r| r.referral_id).collect::<Vec<_>>())
    .bind(reminders.iter().map(|r| r.day.to_sqlx()).collect::<Vec<_>>())
    .bind(reminders.iter().map(|r| r.days_left).collect::<Vec<_>>())
    .bind(reminders.iter().map(|r| r.agency.as_str()).collect::<Vec<_>>())
    .bind(reminders.iter().map(|r| r.hour).collect::<Vec<_>>())
    .fetch_all(&mut *db)
    .await?;
    sqlx::query("DELETE FROM reminder WHERE day < $1").bind(since.to_sqlx()).execute(db).await?;
    rows.iter().map(of).collect()
}

fn of(row: &PgRow) -> Result<Of> {
    let day = row.try_get::<jiff_sqlx::Date, _>("day")?.to_jiff();
    Ok((row.try_get("agency")?, day, row.try_get("hour")?))
}

/// How many referrals had how many days left, the fewest days first.
pub async fn counted(db: &PgPool, wanted: &[Of]) -> Result<HashMap<Of, Vec<(i32, u64)>>> {
    let rows = sqlx::query(
        "SELECT r.agency, r.day, r.hour, r.days_left, count(*) AS count
         FROM UNNEST($1::text[], $2::date[], $3::smallint[]) AS w (agency, day, hour)
         JOIN reminder r ON r.agency = w.agency AND r.day = w.day AND r.hour IS NOT DISTINCT FROM w.hour
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
    )
    .bind(wanted.iter().map(|(agency, ..)| agency.as_str()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|(_, day, _)| day.to_sqlx()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|(.., hour)| *hour).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let mut counted: HashMap<Of, Vec<(i32, u64)>> = HashMap::new();
    for row in &rows {
        let count = u64::try_from(row.try_get::<i64, _>("count")?)?;
        counted.entry(of(row)?).or_default().push((row.try_get("days_left")?, count));
    }
    Ok(counted)
}
