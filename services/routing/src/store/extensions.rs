//! Extensions: asked by agencies, ruled by the province.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{count_of, count_to};
use crate::domain::extension::{Asked, Extension, Ruling};
use crate::domain::referral::State;

/// Keeps what agencies ask for.
pub async fn insert(connection: &mut PgConnection, new: &[Asked]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO extension (referral_id, action_id, case_id, agency, province, days, reason, asked_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[],
                              $8::timestamptz[])",
    )
    .bind(new.iter().map(|a| a.referral_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.action_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| count_to(a.days)).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.reason.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.asked_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

type Row = (Uuid, Uuid, Uuid, String, String, i32, String, jiff_sqlx::Timestamp);

type RuledRow = (
    Uuid,
    Uuid,
    Uuid,
    String,
    String,
    i32,
    String,
    jiff_sqlx::Timestamp,
    Option<jiff_sqlx::Timestamp>,
    Option<i32>,
    Option<String>,
    Option<String>,
);

fn asked((referral, action, case, agency, province, days, reason, at): Row) -> Result<Asked, sqlx::Error> {
    Ok(Asked {
        referral_id: ReferralId(referral),
        action_id: ActionId(action),
        case_id: CaseId(case),
        agency,
        province,
        days: count_of(days)?,
        reason,
        asked_at: at.to_jiff(),
    })
}

/// What an action asked for and how it was ruled, if it was.
pub async fn load(
    connection: &mut PgConnection,
    referral: Uuid,
    action: Uuid,
) -> Result<Option<Extension>, sqlx::Error> {
    let row: Option<RuledRow> = sqlx::query_as(
        "SELECT referral_id, action_id, case_id, agency, province, days, reason, asked_at, ruled_at, granted_days, ruling,
                ruled_by FROM extension WHERE referral_id = $1 AND action_id = $2",
    )
    .bind(referral)
    .bind(action)
    .fetch_optional(connection)
    .await?;
    let Some((
        referral,
        action,
        case,
        agency,
        province,
        days,
        reason,
        at,
        ruled_at,
        granted,
        ruling,
        ruled_by,
    )) = row
    else {
        return Ok(None);
    };
    let ruling = match (ruled_at, granted, ruling, ruled_by) {
        (Some(at), Some(days), Some(reason), Some(ruled_by)) => {
            Some(Ruling { days: count_of(days)?, reason, ruled_by, ruled_at: at.to_jiff() })
        }
        _ => None,
    };
    let asked = asked((referral, action, case, agency, province, days, reason, at))?;
    Ok(Some(Extension { asked, ruling }))
}

/// Keeps a ruling.
pub async fn rule(connection: &mut PgConnection, asked: &Asked, ruling: &Ruling) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE extension SET ruled_at = $3, granted_days = $4, ruling = $5, ruled_by = $6
         WHERE referral_id = $1 AND action_id = $2",
    )
    .bind(asked.referral_id.0)
    .bind(asked.action_id.0)
    .bind(ruling.ruled_at.to_sqlx())
    .bind(count_to(ruling.days))
    .bind(&ruling.reason)
    .bind(&ruling.ruled_by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Extensions after a moment and action that wait for a ruling, oldest first; of one province, or of all when it is
/// empty. Those of referrals that ended wait for nobody.
pub async fn list_open(
    db: &PgPool,
    province: &str,
    after: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Asked>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT e.referral_id, action_id, e.case_id, e.agency, e.province, days, reason, asked_at
         FROM extension e JOIN referral r USING (referral_id)
         WHERE ruled_at IS NULL AND r.extension_open AND r.state = ANY($5) AND ($1 = '' OR e.province = $1)
           AND (asked_at, action_id) > ($2, $3)
         ORDER BY asked_at, action_id LIMIT $4",
    )
    .bind(province)
    .bind(after.0.to_sqlx())
    .bind(after.1)
    .bind(limit)
    .bind(State::open())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(asked).collect()
}
