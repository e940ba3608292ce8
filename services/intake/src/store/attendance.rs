//! Patterns and policies of attendance, in versions.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgExecutor, Row};

use crate::domain::attendance::{Book, Official, Pattern, Policy, Rhythm};
use crate::domain::hours::Timetable;
use crate::store::{Corrupt, calendar, desk, wire};

/// Counts what slots are made of: every version stays and days off have a version, so another number means another book.
pub async fn edition(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM attendance_pattern) + (SELECT count(*) FROM attendance_policy)
             + (SELECT count(*) FROM hours_rule) + (SELECT version FROM rules)",
    )
    .fetch_one(db)
    .await
}

/// Everything that slots are made of from that day on, while nobody else announces slots.
pub async fn locked_book(db: &mut PgConnection, from: Date) -> anyhow::Result<Book> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('intake.attendance'))").execute(&mut *db).await?;
    let patterns = sqlx::query(
        "SELECT * FROM attendance_pattern WHERE ends_before IS NULL OR ends_before > $1 ORDER BY pattern, version",
    )
    .bind(from.to_sqlx())
    .fetch_all(&mut *db)
    .await?;
    let policies = sqlx::query("SELECT * FROM attendance_policy ORDER BY policy, version");
    let policies = policies.fetch_all(&mut *db).await?;
    Ok(Book {
        patterns: patterns.iter().map(pattern).collect::<anyhow::Result<_>>()?,
        policies: policies.iter().map(policy).collect::<anyhow::Result<_>>()?,
        hours: Timetable {
            rules: desk::hours(&mut *db, from).await?,
            days_off: calendar::days_off(db).await?.into(),
        },
    })
}

/// Keeps patterns. What is in force today gives slots until its next version begins; what has not begun gives none.
pub async fn keep_patterns(db: &mut PgConnection, new: &[Pattern], today: Date) -> sqlx::Result<()> {
    let texts = |field: fn(&Pattern) -> &str| new.iter().map(field).collect::<Vec<&str>>();
    let (rhythms, steps): (Vec<i16>, Vec<i32>) = new.iter().map(|p| rhythm_row(p.rhythm)).unzip();
    sqlx::query(
        "UPDATE attendance_pattern old SET ends_before = CASE
             WHEN old.from_day > $3 THEN old.from_day
             WHEN old.ends_before IS NULL OR old.ends_before > $3 THEN next.from_day
             ELSE LEAST(old.ends_before, next.from_day) END
         FROM UNNEST($1::text[], $2::date[]) AS next (pattern, from_day) WHERE old.pattern = next.pattern",
    )
    .bind(texts(|p| &p.pattern))
    .bind(new.iter().map(|p| p.from.to_sqlx()).collect::<Vec<_>>())
    .bind(today.to_sqlx())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO attendance_pattern (pattern, version, official, name_fa, title_fa, province, centre, rhythm, step, opens,
             closes, from_day, until_day)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::smallint[], $9::integer[], $10::smallint[], $11::smallint[], $12::date[], $13::date[])",
    )
    .bind(texts(|p| &p.pattern))
    .bind(new.iter().map(|p| i32::try_from(p.version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(texts(|p| &p.official.code))
    .bind(texts(|p| &p.official.name_fa))
    .bind(texts(|p| &p.official.title_fa))
    .bind(texts(|p| &p.province))
    .bind(texts(|p| &p.centre))
    .bind(rhythms)
    .bind(steps)
    .bind(new.iter().map(|p| i16::try_from(p.opens).unwrap_or_default()).collect::<Vec<_>>())
    .bind(new.iter().map(|p| i16::try_from(p.closes).unwrap_or_default()).collect::<Vec<_>>())
    .bind(new.iter().map(|p| p.from.to_sqlx()).collect::<Vec<_>>())
    .bind(new.iter().map(|p| p.until.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps policies.
pub async fn keep_policies(db: &mut PgConnection, new: &[Policy]) -> sqlx::Result<()> {
    let numbers = |field: fn(&Policy) -> u32| {
        new.iter().map(|p| i32::try_from(field(p)).unwrap_or(i32::MAX)).collect::<Vec<_>>()
    };
    sqlx::query(
        "INSERT INTO attendance_policy (policy, version, province, valid_from, lead_days, horizon_days, overrun_minutes,
             record_within_hours)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::timestamptz[], $5::integer[], $6::integer[],
             $7::integer[], $8::integer[])",
    )
    .bind(new.iter().map(|p| p.policy.as_str()).collect::<Vec<_>>())
    .bind(numbers(|p| p.version))
    .bind(new.iter().map(|p| p.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|p| wire(p.valid_from)).collect::<Vec<_>>())
    .bind(numbers(|p| p.lead_days))
    .bind(numbers(|p| p.horizon_days))
    .bind(numbers(|p| p.overrun_minutes))
    .bind(numbers(|p| p.record_within_hours))
    .execute(db)
    .await?;
    Ok(())
}

fn rhythm_row(rhythm: Rhythm) -> (i16, i32) {
    match rhythm {
        Rhythm::Once => (1, 0),
        Rhythm::Weekdays(bits) => (2, i32::from(bits)),
        Rhythm::EveryDays(days) => (3, i32::from(days)),
        Rhythm::DayOfSeason(nth) => (4, i32::from(nth)),
    }
}

fn pattern(row: &PgRow) -> anyhow::Result<Pattern> {
    let step: i32 = row.try_get("step")?;
    let corrupt = |_| Corrupt("step of a pattern");
    let rhythm = match row.try_get::<i16, _>("rhythm")? {
        1 => Rhythm::Once,
        2 => Rhythm::Weekdays(u8::try_from(step).map_err(corrupt)?),
        3 => Rhythm::EveryDays(u16::try_from(step).map_err(corrupt)?),
        4 => Rhythm::DayOfSeason(u8::try_from(step).map_err(corrupt)?),
        _ => return Err(Corrupt("rhythm of a pattern").into()),
    };
    let minute = |name: &str| -> anyhow::Result<u16> {
        u16::try_from(row.try_get::<i16, _>(name)?).map_err(|_| Corrupt("minute of a pattern").into())
    };
    let day = |name: &str| {
        row.try_get::<Option<jiff_sqlx::Date>, _>(name).map(|day| day.map(jiff_sqlx::Date::to_jiff))
    };
    // The last day of its own, or the one before its next version begins.
    let next = day("ends_before")?.and_then(|next| next.yesterday().ok());
    let until = [day("until_day")?, next].into_iter().flatten().min();
    Ok(Pattern {
        pattern: row.try_get("pattern")?,
        version: u32::try_from(row.try_get::<i32, _>("version")?)?,
        official: Official {
            code: row.try_get("official")?,
            name_fa: row.try_get("name_fa")?,
            title_fa: row.try_get("title_fa")?,
        },
        province: row.try_get("province")?,
        centre: row.try_get("centre")?,
        rhythm,
        opens: minute("opens")?,
        closes: minute("closes")?,
        from: row.try_get::<jiff_sqlx::Date, _>("from_day")?.to_jiff(),
        until,
    })
}

fn policy(row: &PgRow) -> anyhow::Result<Policy> {
    let number = |name: &str| -> anyhow::Result<u32> {
        u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("attendance policy").into())
    };
    Ok(Policy {
        policy: row.try_get("policy")?,
        version: number("version")?,
        province: row.try_get("province")?,
        valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
        lead_days: number("lead_days")?,
        horizon_days: number("horizon_days")?,
        overrun_minutes: number("overrun_minutes")?,
        record_within_hours: number("record_within_hours")?,
    })
}
