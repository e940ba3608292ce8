//! Rules of hours and of the desk, in versions.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgExecutor, Row};

use crate::domain::desk::{DeskPolicy, LastResort, SameMatter};
use crate::domain::hours::{Kind, Rule};
use crate::store::{Corrupt, wire};

/// Every desk policy in every version, the newest of each name last: which holds, a moment decides.
pub async fn policies(db: impl PgExecutor<'_>) -> anyhow::Result<Vec<DeskPolicy>> {
    let rows = sqlx::query(
        "SELECT policy, version, province, valid_from, citation_required, lease_minutes, rejoin_minutes,
             idle_days, feedback_days, reopen_max, last_resort, same_matter, alike_percent
         FROM desk_policy ORDER BY policy, version",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(policy).collect()
}

/// The rules that may decide a day from `from` on, in all versions that still hold then.
pub async fn hours(db: impl PgExecutor<'_>, from: Date) -> anyhow::Result<Vec<Rule>> {
    let rows = sqlx::query(
        "SELECT * FROM hours_rule
         WHERE (ends_before IS NULL OR ends_before > $1) AND (until_day IS NULL OR until_day >= $1)",
    )
    .bind(from.to_sqlx())
    .fetch_all(db)
    .await?;
    rows.iter().map(rule).collect()
}

/// These rules of hours in their newest versions, while no other import goes on.
pub async fn standing(db: &mut PgConnection, rules: &[&str]) -> anyhow::Result<BTreeMap<String, Rule>> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('intake.desk'))").execute(&mut *db).await?;
    let rows = sqlx::query("SELECT * FROM hours_rule WHERE rule = ANY($1) AND ends_before IS NULL")
        .bind(rules)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| rule(row).map(|rule| (rule.rule.clone(), rule))).collect()
}

/// Keeps rules of hours. What is in force today holds until its next version begins; what has not begun never will.
pub async fn keep_hours(db: &mut PgConnection, new: &[Rule], today: Date) -> sqlx::Result<()> {
    let texts = |field: fn(&Rule) -> &str| new.iter().map(field).collect::<Vec<&str>>();
    let letters = |rule: &Rule| rule.weekdays.map(|day| if day { "t" } else { "f" }).join(",");
    sqlx::query(
        "UPDATE hours_rule old SET ends_before = CASE
             WHEN old.from_day > $3 THEN old.from_day
             WHEN old.ends_before IS NULL OR old.ends_before > $3 THEN next.from_day
             ELSE LEAST(old.ends_before, next.from_day) END
         FROM UNNEST($1::text[], $2::date[]) AS next (rule, from_day) WHERE old.rule = next.rule",
    )
    .bind(texts(|r| &r.rule))
    .bind(new.iter().map(|r| r.from.to_sqlx()).collect::<Vec<_>>())
    .bind(today.to_sqlx())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO hours_rule (rule, version, kind, province, centre, weekdays, opens, closes, from_day, until_day, reason_fa)
         SELECT rule, version, kind, province, centre, string_to_array(weekdays, ',')::boolean[], opens, closes, from_day, until_day,
             reason_fa
         FROM UNNEST($1::text[], $2::integer[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::smallint[],
             $9::date[], $10::date[], $11::text[])
             AS new (rule, version, kind, province, centre, weekdays, opens, closes, from_day, until_day, reason_fa)",
    )
    .bind(texts(|r| &r.rule))
    .bind(new.iter().map(|r| i32::try_from(r.version).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(new.iter().map(|r| r.kind as i16).collect::<Vec<_>>())
    .bind(texts(|r| &r.province))
    .bind(texts(|r| &r.centre))
    .bind(new.iter().map(letters).collect::<Vec<_>>())
    .bind(new.iter().map(|r| i16::try_from(r.opens).unwrap_or_default()).collect::<Vec<_>>())
    .bind(new.iter().map(|r| i16::try_from(r.closes).unwrap_or_default()).collect::<Vec<_>>())
    .bind(new.iter().map(|r| r.from.to_sqlx()).collect::<Vec<_>>())
    .bind(new.iter().map(|r| r.until.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(texts(|r| &r.reason_fa))
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps desk policies.
pub async fn keep_policies(db: &mut PgConnection, new: &[DeskPolicy]) -> sqlx::Result<()> {
    let numbers = |field: fn(&DeskPolicy) -> u32| {
        new.iter().map(|p| i32::try_from(field(p)).unwrap_or(i32::MAX)).collect::<Vec<_>>()
    };
    sqlx::query(
        "INSERT INTO desk_policy (policy, version, province, valid_from, citation_required, lease_minutes, rejoin_minutes,
             idle_days, feedback_days, reopen_max, last_resort, same_matter, alike_percent)
         SELECT * FROM UNNEST($1::text[], $2::integer[], $3::text[], $4::timestamptz[], $5::boolean[], $6::integer[], $7::integer[],
             $8::integer[], $9::integer[], $10::integer[], $11::smallint[], $12::smallint[], $13::integer[])",
    )
    .bind(new.iter().map(|p| p.policy.as_str()).collect::<Vec<_>>())
    .bind(numbers(|p| p.version))
    .bind(new.iter().map(|p| p.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|p| wire(p.valid_from)).collect::<Vec<_>>())
    .bind(new.iter().map(|p| p.citation_required).collect::<Vec<_>>())
    .bind(numbers(|p| p.lease_minutes))
    .bind(numbers(|p| p.rejoin_minutes))
    .bind(numbers(|p| p.idle_days))
    .bind(numbers(|p| p.feedback_days))
    .bind(numbers(|p| p.reopen_max))
    .bind(new.iter().map(|p| p.last_resort as i16).collect::<Vec<_>>())
    .bind(new.iter().map(|p| p.same_matter as i16).collect::<Vec<_>>())
    .bind(numbers(|p| p.alike_percent))
    .execute(db)
    .await?;
    Ok(())
}

fn policy(row: &PgRow) -> anyhow::Result<DeskPolicy> {
    let number = |name: &str| -> anyhow::Result<u32> {
        u32::try_from(row.try_get::<i32, _>(name)?).map_err(|_| Corrupt("desk policy").into())
    };
    Ok(DeskPolicy {
        policy: row.try_get("policy")?,
        version: number("version")?,
        province: row.try_get("province")?,
        valid_from: row.try_get::<jiff_sqlx::Timestamp, _>("valid_from")?.to_jiff(),
        citation_required: row.try_get("citation_required")?,
        lease_minutes: number("lease_minutes")?,
        rejoin_minutes: number("rejoin_minutes")?,
        idle_days: number("idle_days")?,
        feedback_days: number("feedback_days")?,
        reopen_max: number("reopen_max")?,
        last_resort: match row.try_get::<i16, _>("last_resort")? {
            1 => LastResort::Arbiter,
            2 => LastResort::Complaint,
            _ => return Err(Corrupt("last resort of a desk policy").into()),
        },
        same_matter: match row.try_get::<i16, _>("same_matter")? {
            1 => SameMatter::Off,
            2 => SameMatter::Inform,
            3 => SameMatter::Reason,
            _ => return Err(Corrupt("same matter of a desk policy").into()),
        },
        alike_percent: number("alike_percent")?,
    })
}

fn rule(row: &PgRow) -> anyhow::Result<Rule> {
    let kind = match row.try_get::<i16, _>("kind")? {
        1 => Kind::Usual,
        2 => Kind::Closure,
        3 => Kind::Trip,
        _ => return Err(Corrupt("kind of hours").into()),
    };
    let minute = |name: &str| -> anyhow::Result<u16> {
        u16::try_from(row.try_get::<i16, _>(name)?).map_err(|_| Corrupt("minute of a day").into())
    };
    let day = |name: &str| {
        row.try_get::<Option<jiff_sqlx::Date>, _>(name).map(|day| day.map(jiff_sqlx::Date::to_jiff))
    };
    let weekdays: Vec<bool> = row.try_get("weekdays")?;
    Ok(Rule {
        rule: row.try_get("rule")?,
        version: u32::try_from(row.try_get::<i32, _>("version")?)
            .map_err(|_| Corrupt("version of a rule"))?,
        kind,
        province: row.try_get("province")?,
        centre: row.try_get("centre")?,
        weekdays: weekdays.try_into().map_err(|_| Corrupt("week"))?,
        opens: minute("opens")?,
        closes: minute("closes")?,
        from: row.try_get::<jiff_sqlx::Date, _>("from_day")?.to_jiff(),
        until: day("until_day")?,
        ends_before: day("ends_before")?,
        reason_fa: row.try_get("reason_fa")?,
    })
}
