//! Open cases that a contact may speak of.

use contracts::CaseId;
use contracts::intake::CaseState;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::domain::matter::{Candidate, Traces, Why};
use crate::store::Corrupt;

/// Open cases that these traces lead to: the place of the trace, and the case. At most three for each index: the cost is
/// that of the traces, whatever is stored. A confidential case is found by its own caller only (rule 9).
pub async fn candidates(
    db: &mut PgConnection,
    traces: &[&Traces],
) -> anyhow::Result<Vec<(usize, Candidate)>> {
    let rows = sqlx::query(
        "SELECT asked.place, found.why, f.case_id, f.tracking_code, f.state, f.topic, f.registered_at, c.statement
         FROM UNNEST($1::bytea[], $2::bytea[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
                  AS asked (citizen_hash, caller_hash, matter_a, matter_b, place)
              CROSS JOIN LATERAL (
                  (SELECT case_id, 1 AS why FROM case_file o
                   WHERE o.citizen_hash = asked.citizen_hash AND o.closed_at IS NULL LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 2 FROM case_file o WHERE o.caller_hash = asked.caller_hash AND o.closed_at IS NULL LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 3 FROM case_file o WHERE o.matter_a = asked.matter_a AND o.closed_at IS NULL LIMIT 3)
                  UNION ALL
                  (SELECT case_id, 3 FROM case_file o WHERE o.matter_b = asked.matter_b AND o.closed_at IS NULL LIMIT 3)
              ) found
              JOIN case_file f ON f.case_id = found.case_id AND (found.why < 3 OR NOT f.confidential)
              JOIN contact c ON c.contact_id = f.contact_id",
    )
    .bind(traces.iter().map(|t| t.citizen_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.caller_hash.as_ref().map(<[u8; 32]>::as_slice)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.matter.map(|[a, _]| a)).collect::<Vec<_>>())
    .bind(traces.iter().map(|t| t.matter.map(|[_, b]| b)).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    rows.iter().map(candidate).collect()
}

fn candidate(row: &PgRow) -> anyhow::Result<(usize, Candidate)> {
    let place = usize::try_from(row.try_get::<i64, _>("place")? - 1)?;
    let state = CaseState::try_from(i32::from(row.try_get::<i16, _>("state")?));
    let found_by = match row.try_get::<i32, _>("why")? {
        1 => Why::NationalId,
        2 => Why::Phone,
        _ => Why::Text,
    };
    let case = Candidate {
        case_id: CaseId(row.try_get("case_id")?),
        tracking_code: row.try_get("tracking_code")?,
        state: state.map_err(|_| Corrupt("state of a case"))?,
        topic: row.try_get("topic")?,
        registered_at: row.try_get::<jiff_sqlx::Timestamp, _>("registered_at")?.to_jiff(),
        statement: row.try_get("statement")?,
        found_by,
    };
    Ok((place, case))
}
