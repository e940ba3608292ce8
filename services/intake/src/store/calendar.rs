//! Days off as far as they were heard.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::domain::calendar::{Closure, DaysOff, Holidays, Week};
use crate::store::Corrupt;

/// A closure as one fact tells of it.
pub struct ClosureSaid {
    /// Its id.
    pub id: Uuid,
    /// Where and when.
    pub closure: Closure,
    /// Whether it is taken back.
    pub revoked: bool,
}

/// Keeps closures; what was revoked stays so, whichever is heard first.
pub async fn keep_closures(db: &mut PgConnection, said: &[ClosureSaid]) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO closure (closure_id, province, first_day, last_day, revoked, reason_fa)
         SELECT DISTINCT ON (id) * FROM UNNEST($1::uuid[], $2::text[], $3::date[], $4::date[], $5::boolean[], $6::text[])
             AS said (id, province, first_day, last_day, revoked, reason_fa) ORDER BY id, revoked DESC
         ON CONFLICT (closure_id) DO UPDATE SET revoked = closure.revoked OR EXCLUDED.revoked,
             reason_fa = CASE WHEN EXCLUDED.revoked THEN closure.reason_fa ELSE EXCLUDED.reason_fa END
         WHERE (EXCLUDED.revoked AND NOT closure.revoked) OR (NOT EXCLUDED.revoked AND closure.reason_fa = '')",
    )
    .bind(said.iter().map(|said| said.id).collect::<Vec<_>>())
    .bind(said.iter().map(|said| said.closure.province.as_str()).collect::<Vec<_>>())
    .bind(said.iter().map(|said| said.closure.first.to_sqlx()).collect::<Vec<_>>())
    .bind(said.iter().map(|said| said.closure.last.to_sqlx()).collect::<Vec<_>>())
    .bind(said.iter().map(|said| said.revoked).collect::<Vec<_>>())
    .bind(said.iter().map(|said| said.closure.reason_fa.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps an import; its version never changes.
pub async fn keep_import(db: &mut PgConnection, import: &Holidays, weeks: &[Week]) -> sqlx::Result<()> {
    let version = number(import.version);
    sqlx::query(
        "INSERT INTO calendar (version, first_day, last_day, holidays) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(version)
    .bind(import.covers.map(|(first, _)| first.to_sqlx()))
    .bind(import.covers.map(|(_, last)| last.to_sqlx()))
    .bind(import.days.iter().map(|day| day.to_sqlx()).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    let off = |weekday: usize| weeks.iter().map(move |week| week.off[weekday]).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO week_off (version, province, first_day, days_off)
         SELECT $1, province, first_day, ARRAY[mon, tue, wed, thu, fri, sat, sun]
         FROM UNNEST($2::text[], $3::date[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[], $8::boolean[],
             $9::boolean[], $10::boolean[]) AS week (province, first_day, mon, tue, wed, thu, fri, sat, sun)
         ON CONFLICT DO NOTHING",
    )
    .bind(version)
    .bind(weeks.iter().map(|week| week.province.as_str()).collect::<Vec<_>>())
    .bind(weeks.iter().map(|week| week.first.to_sqlx()).collect::<Vec<_>>())
    .bind(off(0))
    .bind(off(1))
    .bind(off(2))
    .bind(off(3))
    .bind(off(4))
    .bind(off(5))
    .bind(off(6))
    .execute(db)
    .await?;
    Ok(())
}

/// All days off heard of that stand.
pub async fn days_off(db: &mut PgConnection) -> anyhow::Result<DaysOff> {
    let closures =
        sqlx::query("SELECT province, first_day, last_day, reason_fa FROM closure WHERE NOT revoked")
            .fetch_all(&mut *db)
            .await?;
    let imports = sqlx::query("SELECT version, first_day, last_day, holidays FROM calendar");
    let imports = imports.fetch_all(&mut *db).await?;
    let weeks =
        sqlx::query("SELECT version, province, first_day, days_off FROM week_off").fetch_all(db).await?;
    let closures: Vec<Closure> = closures.iter().map(closure).collect::<sqlx::Result<_>>()?;
    let imports = imports.iter().map(import).collect::<anyhow::Result<_>>()?;
    let weeks = weeks.iter().map(week).collect::<anyhow::Result<_>>()?;
    Ok(DaysOff::new(closures, imports, weeks))
}

fn closure(row: &PgRow) -> sqlx::Result<Closure> {
    Ok(Closure {
        province: row.try_get("province")?,
        first: day(row, "first_day")?,
        last: day(row, "last_day")?,
        reason_fa: row.try_get("reason_fa")?,
    })
}

fn import(row: &PgRow) -> anyhow::Result<Holidays> {
    let bound = |name| row.try_get::<Option<jiff_sqlx::Date>, _>(name);
    let covers = bound("first_day")?.zip(bound("last_day")?);
    let days: Vec<jiff_sqlx::Date> = row.try_get("holidays")?;
    Ok(Holidays {
        version: version(row)?,
        covers: covers.map(|(first, last)| (first.to_jiff(), last.to_jiff())),
        days: days.into_iter().map(jiff_sqlx::Date::to_jiff).collect(),
    })
}

fn week(row: &PgRow) -> anyhow::Result<Week> {
    let off: Vec<bool> = row.try_get("days_off")?;
    Ok(Week {
        version: version(row)?,
        province: row.try_get("province")?,
        first: day(row, "first_day")?,
        off: off.try_into().map_err(|_| Corrupt("week off"))?,
    })
}

fn day(row: &PgRow, name: &str) -> sqlx::Result<Date> {
    Ok(row.try_get::<jiff_sqlx::Date, _>(name)?.to_jiff())
}

fn version(row: &PgRow) -> anyhow::Result<u64> {
    u64::try_from(row.try_get::<i64, _>("version")?).map_err(|_| Corrupt("version of the calendar").into())
}

/// Versions are far smaller than either type.
fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}
