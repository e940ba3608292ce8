//! Campaigns in versions, and what they brought.

use contracts::intake::{CaseState, Channel, GuidanceRung, Kind};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};

use crate::domain::campaign::Campaign;
use crate::domain::campaign::report::{By, Standing};
use crate::store::{Corrupt, wire};

/// Campaigns of one list, at most.
const LISTED_MAX: i64 = 100;

/// The newest versions of these campaigns.
pub async fn of(db: &mut PgConnection, codes: &[&str]) -> anyhow::Result<Vec<Campaign>> {
    let rows = sqlx::query("SELECT * FROM campaign WHERE campaign = ANY($1) AND is_current")
        .bind(codes)
        .fetch_all(db)
        .await?;
    rows.iter().map(campaign).collect()
}

/// Campaigns of one province, or of all when it is empty, whose first day is before another, the latest first.
pub async fn list(db: &PgPool, province: &str, before: Option<Date>) -> anyhow::Result<Vec<Campaign>> {
    let rows = sqlx::query(
        "SELECT * FROM campaign WHERE is_current AND ($1 = '' OR province = $1)
             AND from_day < COALESCE($2, 'infinity') ORDER BY from_day DESC, campaign LIMIT $3",
    )
    .bind(province)
    .bind(before.map(ToSqlx::to_sqlx))
    .bind(LISTED_MAX)
    .fetch_all(db)
    .await?;
    rows.iter().map(campaign).collect()
}

/// One campaign's newest version, while nobody else changes it.
pub async fn locked(db: &mut PgConnection, code: &str) -> anyhow::Result<Option<Campaign>> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 112))")
        .bind(code)
        .execute(&mut *db)
        .await?;
    Ok(of(db, &[code]).await?.pop())
}

/// Keeps a campaign as the version that holds now.
pub async fn keep(db: &mut PgConnection, new: &Campaign) -> sqlx::Result<()> {
    sqlx::query("UPDATE campaign SET is_current = false WHERE campaign = $1 AND is_current")
        .bind(&new.code)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO campaign (campaign, version, name_fa, province, counties, from_day, until_day, opens_at, closes_at, lines,
             programme)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&new.code)
    .bind(i32::try_from(new.version).unwrap_or(i32::MAX))
    .bind(&new.name_fa)
    .bind(&new.province)
    .bind(&new.counties)
    .bind(new.from.to_sqlx())
    .bind(new.until.to_sqlx())
    .bind(wire(new.opens_at))
    .bind(wire(new.closes_at))
    .bind(i32::try_from(new.lines).unwrap_or(i32::MAX))
    .bind(&new.programme)
    .execute(db)
    .await?;
    Ok(())
}

/// Counts a campaign's contacts by each property, of one snapshot.
pub async fn counts(db: &PgPool, code: &str) -> anyhow::Result<Vec<(By, u64)>> {
    // A case is that of the contact which opened it, not of those that added to it.
    let rows = sqlx::query(
        "SELECT GROUPING(channel, kind, topic, county, guidance_rung, standing) AS left_out,
             channel, kind, topic, county, guidance_rung, standing, count(*) AS contacts
         FROM (
             SELECT c.channel, c.kind, c.topic, c.county, c.guidance_rung,
                 CASE WHEN f.case_id IS NULL THEN 0 WHEN f.closed_at IS NULL THEN 1 WHEN f.state = $2 THEN 2 ELSE 3 END AS standing
             FROM contact_occasion o JOIN contact c USING (contact_id)
                 LEFT JOIN case_file f ON f.case_id = c.case_id AND f.contact_id = c.contact_id
             WHERE o.campaign = $1) AS taken
         GROUP BY GROUPING SETS ((), (channel), (kind), (topic), (county), (guidance_rung), (standing))",
    )
    .bind(code)
    .bind(CaseState::Answered as i16)
    .fetch_all(db)
    .await?;
    rows.iter().map(counted).collect()
}

/// One bit a property, from the last; set where the row is not counted by it.
fn counted(row: &PgRow) -> anyhow::Result<(By, u64)> {
    let number = |name: &str| -> sqlx::Result<i32> { Ok(i32::from(row.try_get::<i16, _>(name)?)) };
    let corrupt = |_| Corrupt("number of an enum");
    let by = match row.try_get::<i32, _>("left_out")? {
        0b111_111 => By::All,
        0b011_111 => By::Channel(Channel::try_from(number("channel")?).map_err(corrupt)?),
        0b101_111 => By::Kind(Kind::try_from(number("kind")?).map_err(corrupt)?),
        0b110_111 => By::Topic(row.try_get("topic")?),
        0b111_011 => By::County(row.try_get("county")?),
        0b111_101 => By::Rung(GuidanceRung::try_from(number("guidance_rung")?).map_err(corrupt)?),
        0b111_110 => By::Case(match row.try_get::<i32, _>("standing")? {
            0 => None,
            1 => Some(Standing::Open),
            2 => Some(Standing::Answered),
            _ => Some(Standing::Ended),
        }),
        _ => return Err(Corrupt("grouping").into()),
    };
    Ok((by, u64::try_from(row.try_get::<i64, _>("contacts")?)?))
}

fn campaign(row: &PgRow) -> anyhow::Result<Campaign> {
    let number = |name: &str| -> anyhow::Result<u32> {
        u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("campaign").into())
    };
    Ok(Campaign {
        code: row.try_get("campaign")?,
        version: number("version")?,
        name_fa: row.try_get("name_fa")?,
        province: row.try_get("province")?,
        counties: row.try_get("counties")?,
        from: row.try_get::<jiff_sqlx::Date, _>("from_day")?.to_jiff(),
        until: row.try_get::<jiff_sqlx::Date, _>("until_day")?.to_jiff(),
        opens_at: row.try_get::<jiff_sqlx::Timestamp, _>("opens_at")?.to_jiff(),
        closes_at: row.try_get::<jiff_sqlx::Timestamp, _>("closes_at")?.to_jiff(),
        lines: number("lines")?,
        programme: row.try_get("programme")?,
    })
}
