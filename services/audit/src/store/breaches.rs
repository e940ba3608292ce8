//! What was heard of the clocks of inaction complaints, and what of it is not settled yet. All under the tree's lock.

use std::collections::BTreeMap;

use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{deductions, unsigned};
use crate::domain::points::{Breach, EVIDENCE, Evidence, Heard, News, Withdrawal};

/// Facts of a complaint's case that become evidence, at most: an ordinary case has a dozen.
const MAX_EVIDENCE: i64 = 200;

/// Keeps what was heard, each with the id of its fact, and marks its referrals as unsettled.
pub async fn keep(db: &mut PgConnection, news: &[(Uuid, &News)]) -> Result<(), sqlx::Error> {
    let breached = |(id, news): &(Uuid, &News)| match news {
        News::Breached(breach) => Some((*id, breach.clone())),
        News::Withdrawn(_) => None,
    };
    let withdrawn = |(id, news): &(Uuid, &News)| match news {
        News::Withdrawn(withdrawal) => Some((*id, withdrawal.clone())),
        News::Breached(_) => None,
    };
    let breaches: Vec<(Uuid, Breach)> = news.iter().filter_map(breached).collect();
    let withdrawals: Vec<(Uuid, Withdrawal)> = news.iter().filter_map(withdrawn).collect();
    if !breaches.is_empty() {
        keep_breaches(db, &breaches).await?;
    }
    if !withdrawals.is_empty() {
        keep_withdrawals(db, &withdrawals).await?;
    }
    let referrals = breaches.iter().map(|(_, b)| b.referral_id);
    let referrals: Vec<Uuid> = referrals.chain(withdrawals.iter().map(|(_, w)| w.referral_id)).collect();
    sqlx::query(
        "INSERT INTO unsettled (referral_id) SELECT DISTINCT referral_id FROM UNNEST($1::uuid[]) AS heard (referral_id)
         ON CONFLICT DO NOTHING",
    )
    .bind(referrals)
    .execute(db)
    .await?;
    Ok(())
}

async fn keep_breaches(db: &mut PgConnection, breaches: &[(Uuid, Breach)]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO breach (breach_id, referral_id, case_id, agency, province, due_at, breached_at, stated_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
                              $7::timestamptz[], $8::timestamptz[])
         ON CONFLICT DO NOTHING",
    )
    .bind(breaches.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.referral_id).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.case_id).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.agency.as_str()).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.province.as_str()).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.due_at.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.breached_at.to_sqlx()).collect::<Vec<_>>())
    .bind(breaches.iter().map(|(_, b)| b.stated_at.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

async fn keep_withdrawals(
    db: &mut PgConnection,
    withdrawals: &[(Uuid, Withdrawal)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO breach_withdrawal (withdrawal_id, referral_id, until_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::timestamptz[]) ON CONFLICT DO NOTHING",
    )
    .bind(withdrawals.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(withdrawals.iter().map(|(_, w)| w.referral_id).collect::<Vec<_>>())
    .bind(withdrawals.iter().map(|(_, w)| w.until.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Referrals that are not settled, at most `limit`: those that never had to wait first, then who waits longest.
pub async fn unsettled(db: &mut PgConnection, limit: i64) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT referral_id FROM unsettled ORDER BY looked_at NULLS FIRST, referral_id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await
}

/// These are settled as far as can be: nothing more is to do for `done`, the others wait.
pub async fn settled(
    db: &mut PgConnection,
    done: &[Uuid],
    waiting: &[Uuid],
    now: jiff::Timestamp,
) -> Result<(), sqlx::Error> {
    if !done.is_empty() {
        sqlx::query("DELETE FROM unsettled WHERE referral_id = ANY($1)").bind(done).execute(&mut *db).await?;
    }
    if waiting.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE unsettled SET looked_at = $2 WHERE referral_id = ANY($1)")
        .bind(waiting)
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

/// Breaches that stand without a deduction, because nobody is known to have held the office or facts are missing.
pub async fn waiting(db: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM unsettled WHERE looked_at IS NOT NULL")
        .fetch_one(db)
        .await?;
    unsigned(count, "count")
}

/// Reads a breach; the row may join others.
pub(super) fn breach(row: &PgRow) -> Result<(Uuid, Breach), sqlx::Error> {
    let breach = Breach {
        referral_id: row.try_get("referral_id")?,
        case_id: row.try_get("case_id")?,
        agency: row.try_get("agency")?,
        province: row.try_get("province")?,
        due_at: row.try_get::<Option<Timestamp>, _>("due_at")?.map(Timestamp::to_jiff),
        breached_at: row.try_get::<Timestamp, _>("breached_at")?.to_jiff(),
        stated_at: row.try_get::<Timestamp, _>("stated_at")?.to_jiff(),
    };
    Ok((row.try_get("breach_id")?, breach))
}

/// All that is known of these referrals, each with its evidence.
pub async fn heard(db: &mut PgConnection, referrals: &[Uuid]) -> Result<BTreeMap<Uuid, Heard>, sqlx::Error> {
    let mut heard: BTreeMap<Uuid, Heard> =
        referrals.iter().map(|referral| (*referral, Heard::default())).collect();
    let rows = sqlx::query(
        "SELECT breach_id, referral_id, case_id, agency, province, due_at, breached_at, stated_at
         FROM breach WHERE referral_id = ANY($1) ORDER BY stated_at, breach_id",
    )
    .bind(referrals)
    .fetch_all(&mut *db)
    .await?;
    for row in &rows {
        let (breach_id, breach) = breach(row)?;
        heard.entry(breach.referral_id).or_default().breaches.push((breach_id, breach));
    }
    let withdrawals: Vec<(Uuid, Option<Timestamp>)> =
        sqlx::query_as("SELECT referral_id, until_at FROM breach_withdrawal WHERE referral_id = ANY($1)")
            .bind(referrals)
            .fetch_all(&mut *db)
            .await?;
    for (referral_id, until) in withdrawals {
        let withdrawal = Withdrawal { referral_id, until: until.map(Timestamp::to_jiff) };
        heard.entry(referral_id).or_default().withdrawals.push(withdrawal);
    }
    for deduction in deductions::of_referrals(db, referrals).await? {
        let of_referral = heard.entry(deduction.breach.referral_id).or_default();
        of_referral.deductions.insert(deduction.breach_id, deduction);
    }
    evidence(db, &mut heard).await?;
    Ok(heard)
}

/// The facts of the complaints' cases, those first without which there is no evidence.
async fn evidence(db: &mut PgConnection, heard: &mut BTreeMap<Uuid, Heard>) -> Result<(), sqlx::Error> {
    let cases: Vec<Uuid> =
        heard.values().flat_map(|heard| &heard.breaches).map(|(_, breach)| breach.case_id).collect();
    let rows: Vec<(Uuid, i64, Uuid, String)> = sqlx::query_as(
        "SELECT about, idx, fact_id, fact
         FROM (SELECT about, idx, fact_id, fact,
                      row_number() OVER (PARTITION BY about ORDER BY fact <> ALL($2), idx) AS place
               FROM leaf
               WHERE about = ANY($1) AND about <> '00000000-0000-0000-0000-000000000000'
                 AND NOT starts_with(fact, 'audit.')) AS facts
         WHERE place <= $3 ORDER BY about, idx",
    )
    .bind(cases)
    .bind(&EVIDENCE[..])
    .bind(MAX_EVIDENCE)
    .fetch_all(db)
    .await?;
    for (case_id, index, fact_id, fact) in rows {
        let line = Evidence { index: unsigned(index, "leaf index")?, fact_id, fact };
        let of_case = |heard: &&mut Heard| heard.breaches.iter().any(|(_, breach)| breach.case_id == case_id);
        heard.values_mut().filter(of_case).for_each(|heard| heard.evidence.push(line.clone()));
    }
    Ok(())
}
