//! Citizens' documents that agencies asked for.

use contracts::{ActionId, CaseId, ReferralId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::documents::{Asked, Came, Request};
use crate::domain::referral::State;

/// Keeps what agencies ask for.
pub async fn insert(connection: &mut PgConnection, new: &[Asked]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO document_request (referral_id, action_id, case_id, agency, province, documents, asked_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])",
    )
    .bind(new.iter().map(|a| a.referral_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.action_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.case_id.0).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.agency.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.province.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.documents.as_str()).collect::<Vec<_>>())
    .bind(new.iter().map(|a| a.asked_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

type Row = (Uuid, Uuid, Uuid, String, String, String, jiff_sqlx::Timestamp);

type CameRow = (
    Uuid,
    Uuid,
    Uuid,
    String,
    String,
    String,
    jiff_sqlx::Timestamp,
    Option<jiff_sqlx::Timestamp>,
    Option<String>,
    Option<String>,
);

fn asked((referral, action, case, agency, province, documents, at): Row) -> Asked {
    Asked {
        referral_id: ReferralId(referral),
        action_id: ActionId(action),
        case_id: CaseId(case),
        agency,
        province,
        documents,
        asked_at: at.to_jiff(),
    }
}

/// What an action asked for, and when it came, if it did.
pub async fn load(
    connection: &mut PgConnection,
    referral: Uuid,
    action: Uuid,
) -> Result<Option<Request>, sqlx::Error> {
    let row: Option<CameRow> = sqlx::query_as(
        "SELECT referral_id, action_id, case_id, agency, province, documents, asked_at, received_at, note, recorded_by
         FROM document_request WHERE referral_id = $1 AND action_id = $2",
    )
    .bind(referral)
    .bind(action)
    .fetch_optional(connection)
    .await?;
    let request = |(referral, action, case, agency, province, documents, at, received, note, by): CameRow| {
        let came = match (received, note, by) {
            (Some(at), Some(note), Some(recorded_by)) => {
                Some(Came { received_at: at.to_jiff(), note, recorded_by })
            }
            _ => None,
        };
        Request { asked: asked((referral, action, case, agency, province, documents, at)), came }
    };
    Ok(row.map(request))
}

/// Keeps that they came.
pub async fn receive(connection: &mut PgConnection, asked: &Asked, came: &Came) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE document_request SET received_at = $3, note = $4, recorded_by = $5
         WHERE referral_id = $1 AND action_id = $2",
    )
    .bind(asked.referral_id.0)
    .bind(asked.action_id.0)
    .bind(came.received_at.to_sqlx())
    .bind(&came.note)
    .bind(&came.recorded_by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Requests after a moment and action whose documents have not come, oldest first; of one province, or of all when it
/// is empty. Those of referrals that ended wait for nobody.
pub async fn list_open(
    db: &PgPool,
    province: &str,
    after: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Asked>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT d.referral_id, action_id, d.case_id, d.agency, d.province, documents, asked_at
         FROM document_request d JOIN referral r USING (referral_id)
         WHERE received_at IS NULL AND r.documents_open AND r.state = ANY($5) AND ($1 = '' OR d.province = $1)
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
    Ok(rows.into_iter().map(asked).collect())
}
