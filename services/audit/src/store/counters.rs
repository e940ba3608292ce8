//! The counters of each province and day.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use crate::domain::figures::{Counters, DayKey};

/// Which counters to read: of a province (empty: all), days inclusive.
#[derive(Debug, Clone, Default)]
pub struct Span {
    pub province: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// Moves counters. Call under the tree's lock.
pub async fn add(db: &mut PgConnection, moved: &[(DayKey, Counters)]) -> Result<(), sqlx::Error> {
    let by = |of: fn(&Counters) -> i64| moved.iter().map(|(_, by)| of(by)).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO figure_daily AS f (province, day, contacts, guidance, referrals, actions, notices_sent,
                                        notices_failed, cases, answered, on_time, late, withdrawn, reopened, solved,
                                        not_solved, no_reply, slots_kept, slots_missed, slots_uncovered)
         SELECT * FROM UNNEST($1::text[], $2::date[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                              $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
                              $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[],
                              $20::bigint[])
         ON CONFLICT (province, day) DO UPDATE SET
             contacts = f.contacts + excluded.contacts, guidance = f.guidance + excluded.guidance,
             referrals = f.referrals + excluded.referrals, actions = f.actions + excluded.actions,
             notices_sent = f.notices_sent + excluded.notices_sent,
             notices_failed = f.notices_failed + excluded.notices_failed,
             cases = f.cases + excluded.cases, answered = f.answered + excluded.answered,
             on_time = f.on_time + excluded.on_time, late = f.late + excluded.late,
             withdrawn = f.withdrawn + excluded.withdrawn, reopened = f.reopened + excluded.reopened,
             solved = f.solved + excluded.solved, not_solved = f.not_solved + excluded.not_solved,
             no_reply = f.no_reply + excluded.no_reply, slots_kept = f.slots_kept + excluded.slots_kept,
             slots_missed = f.slots_missed + excluded.slots_missed,
             slots_uncovered = f.slots_uncovered + excluded.slots_uncovered",
    )
    .bind(moved.iter().map(|((province, _), _)| province.as_str()).collect::<Vec<_>>())
    .bind(moved.iter().map(|((_, day), _)| day.to_sqlx()).collect::<Vec<_>>())
    .bind(by(|c| c.contacts))
    .bind(by(|c| c.guidance))
    .bind(by(|c| c.referrals))
    .bind(by(|c| c.actions))
    .bind(by(|c| c.notices_sent))
    .bind(by(|c| c.notices_failed))
    .bind(by(|c| c.cases))
    .bind(by(|c| c.answered))
    .bind(by(|c| c.on_time))
    .bind(by(|c| c.late))
    .bind(by(|c| c.withdrawn))
    .bind(by(|c| c.reopened))
    .bind(by(|c| c.solved))
    .bind(by(|c| c.not_solved))
    .bind(by(|c| c.no_reply))
    .bind(by(|c| c.slots_kept))
    .bind(by(|c| c.slots_missed))
    .bind(by(|c| c.slots_uncovered))
    .execute(db)
    .await?;
    Ok(())
}

fn counters(row: &PgRow) -> Result<Counters, sqlx::Error> {
    Ok(Counters {
        contacts: row.try_get("contacts")?,
        guidance: row.try_get("guidance")?,
        referrals: row.try_get("referrals")?,
        actions: row.try_get("actions")?,
        notices_sent: row.try_get("notices_sent")?,
        notices_failed: row.try_get("notices_failed")?,
        cases: row.try_get("cases")?,
        answered: row.try_get("answered")?,
        on_time: row.try_get("on_time")?,
        late: row.try_get("late")?,
        withdrawn: row.try_get("withdrawn")?,
        reopened: row.try_get("reopened")?,
        solved: row.try_get("solved")?,
        not_solved: row.try_get("not_solved")?,
        no_reply: row.try_get("no_reply")?,
        slots_kept: row.try_get("slots_kept")?,
        slots_missed: row.try_get("slots_missed")?,
        slots_uncovered: row.try_get("slots_uncovered")?,
    })
}

/// The counters over a span.
pub async fn sum(db: &mut PgConnection, span: &Span) -> Result<Counters, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COALESCE(sum(contacts), 0)::bigint AS contacts, COALESCE(sum(guidance), 0)::bigint AS guidance,
                COALESCE(sum(referrals), 0)::bigint AS referrals, COALESCE(sum(actions), 0)::bigint AS actions,
                COALESCE(sum(notices_sent), 0)::bigint AS notices_sent,
                COALESCE(sum(notices_failed), 0)::bigint AS notices_failed,
                COALESCE(sum(cases), 0)::bigint AS cases, COALESCE(sum(answered), 0)::bigint AS answered,
                COALESCE(sum(on_time), 0)::bigint AS on_time, COALESCE(sum(late), 0)::bigint AS late,
                COALESCE(sum(withdrawn), 0)::bigint AS withdrawn, COALESCE(sum(reopened), 0)::bigint AS reopened,
                COALESCE(sum(solved), 0)::bigint AS solved, COALESCE(sum(not_solved), 0)::bigint AS not_solved,
                COALESCE(sum(no_reply), 0)::bigint AS no_reply,
                COALESCE(sum(slots_kept), 0)::bigint AS slots_kept,
                COALESCE(sum(slots_missed), 0)::bigint AS slots_missed,
                COALESCE(sum(slots_uncovered), 0)::bigint AS slots_uncovered
         FROM figure_daily
         WHERE ($1 = '' OR province = $1) AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)",
    )
    .bind(&span.province)
    .bind(span.from.map(ToSqlx::to_sqlx))
    .bind(span.to.map(ToSqlx::to_sqlx))
    .fetch_one(db)
    .await?;
    counters(&row)
}

/// The counters of one day over the provinces asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayFigures {
    pub day: Date,
    pub contacts: i64,
    pub cases: i64,
    pub answered: i64,
    pub on_time: i64,
    pub late: i64,
    pub withdrawn: i64,
}

/// The days of a span on which contacts were recorded, oldest first, at most `limit`. Others hold only what agencies
/// and notices added to earlier cases.
pub async fn daily(db: &mut PgConnection, span: &Span, limit: i64) -> Result<Vec<DayFigures>, sqlx::Error> {
    let rows: Vec<(jiff_sqlx::Date, i64, i64, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT day, sum(contacts)::bigint, sum(cases)::bigint, sum(answered)::bigint, sum(on_time)::bigint,
                sum(late)::bigint, sum(withdrawn)::bigint
         FROM figure_daily
         WHERE ($1 = '' OR province = $1) AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
         GROUP BY day HAVING sum(contacts) > 0 OR sum(cases) > 0 ORDER BY day LIMIT $4",
    )
    .bind(&span.province)
    .bind(span.from.map(ToSqlx::to_sqlx))
    .bind(span.to.map(ToSqlx::to_sqlx))
    .bind(limit)
    .fetch_all(db)
    .await?;
    let figures =
        |(day, contacts, cases, answered, on_time, late, withdrawn): (jiff_sqlx::Date, _, _, _, _, _, _)| {
            DayFigures { day: day.to_jiff(), contacts, cases, answered, on_time, late, withdrawn }
        };
    Ok(rows.into_iter().map(figures).collect())
}
