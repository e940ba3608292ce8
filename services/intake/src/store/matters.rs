//! Cases that a contact may speak of: open ones, and answered ones of which the caller has not said yet whether that
//! solved the matter.

use contracts::CaseId;
use contracts::intake::CaseState;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::domain::matter::{Awaited, Candidate, Found, Traces, Why};
use crate::store::Corrupt;

/// Cases that these traces lead to: the place of the trace, and the case. At most the three newest for each index: the
/// cost is that of the traces, whatever is stored. A confidential case is found by its own caller only (rule 9).
/// With them, in the same round trip, comes the version of the rules.
pub async fn found(db: &mut PgConnection, traces: &[&Traces]) -> anyhow::Result<(i64, Vec<(usize, Found)>)> {
    let rows = sqlx::query(
        "SELECT rules.version, led.* FROM rules LEFT JOIN LATERAL (
         SELECT asked.place, found.why, f.case_id, f.tracking_code, f.state, f.topic, f.registered_at, c.statement,
             f.closed_at, f.feedback_until
         FROM UNNEST($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
                  AS asked (citizen_hash, caller_hash, matter_a, matter_b, place)
              CROSS JOIN LATERAL (
                  (SELECT case_id, 1 AS why FROM open_case o WHERE o.citizen_hash = asked.citizen_hash
                   ORDER BY case_id DESC LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 2 FROM open_case o WHERE o.caller_hash = asked.caller_hash
                   ORDER BY case_id DESC LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 3 FROM open_case o WHERE o.matter_a = asked.matter_a ORDER BY case_id DESC LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 3 FROM open_case o WHERE o.matter_b = asked.matter_b ORDER BY case_id DESC LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 0 FROM awaited_case a WHERE a.citizen_hash = asked.citizen_hash
                   ORDER BY case_id DESC LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 0 FROM awaited_case a WHERE a.caller_hash = asked.caller_hash
                   ORDER BY case_id DESC LIMIT 3)
              ) found
              JOIN case_file f ON f.case_id = found.case_id AND (found.why < 3 OR NOT f.confidential)
              JOIN contact c ON c.contact_id = f.contact_id
         ) led ON true",
    )
    .bind(traces.iter().map(|t| t.citizen_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.caller_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.matter.map(|[a, _]| a)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.matter.map(|[_, b]| b)).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let version = rows.first().ok_or(Corrupt("version of the rules"))?.try_get("version")?;
    let found = rows.iter().filter_map(|row| read(row).transpose()).collect::<anyhow::Result<_>>()?;
    Ok((version, found))
}

/// The case of a row, and the place of its trace; none where no trace leads anywhere.
fn read(row: &PgRow) -> anyhow::Result<Option<(usize, Found)>> {
    let Some(place) = row.try_get::<Option<i64>, _>("place")? else { return Ok(None) };
    let instant = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name);
    let found = match (row.try_get::<i32, _>("why")?, instant("closed_at")?, instant("feedback_until")?) {
        (0, Some(answered_at), Some(feedback_until)) => Found::Awaited(Awaited {
            case_id: CaseId(row.try_get("case_id")?),
            tracking_code: row.try_get("tracking_code")?,
            topic: row.try_get("topic")?,
            answered_at: answered_at.to_jiff(),
            feedback_until: feedback_until.to_jiff(),
        }),
        (1, ..) => Found::Open(candidate(row, Why::NationalId)?),
        (2, ..) => Found::Open(candidate(row, Why::Phone)?),
        (3, ..) => Found::Open(candidate(row, Why::Text)?),
        // It is asked no more: a replica of an earlier release closed it, which does not know of this table.
        _ => return Ok(None),
    };
    Ok(Some((usize::try_from(place - 1)?, found)))
}

fn candidate(row: &PgRow, found_by: Why) -> anyhow::Result<Candidate> {
    let state = CaseState::try_from(i32::from(row.try_get::<i16, _>("state")?));
    Ok(Candidate {
        case_id: CaseId(row.try_get("case_id")?),
        tracking_code: row.try_get("tracking_code")?,
        state: state.map_err(|_| Corrupt("state of a case"))?,
        topic: row.try_get("topic")?,
        registered_at: row.try_get::<jiff_sqlx::Timestamp, _>("registered_at")?.to_jiff(),
        statement: row.try_get("statement")?,
        found_by,
    })
}
