//! Every manager's and agency's Jalali year (rule 6).

use contracts::audit as wire;
use contracts::audit::{GetEvaluationRequest, GetEvaluationResponse};
use contracts::timestamp;
use jalali::Year;

use super::EvaluationDoor;
use crate::api::Refusal;
use crate::contract::evaluation_policy;
use crate::domain::evaluation::{Evaluation, Line, Standing};
use crate::rebuild;

pub(super) async fn get_evaluation(
    door: &EvaluationDoor,
    asked: GetEvaluationRequest,
) -> Result<GetEvaluationResponse, Refusal> {
    let year = u16::try_from(asked.year).ok().and_then(|year| Year::new(year).ok());
    let year =
        year.ok_or(Refusal::Invalid { field: "year", message: "must be a Jalali year such as 1404" })?;
    let busy = |_| Refusal::Busy("enough evaluations are being made: try again later");
    let _permit = door.readings.try_acquire().map_err(busy)?;
    let mut evaluation = Evaluation::new(year, &door.tehran);
    let size = if asked.as_of_size == 0 { u64::MAX } else { asked.as_of_size };
    let db = door.store.pool();
    let read = rebuild::leaves(db, size, |observation, leaf| evaluation.hear(observation, leaf)).await?;
    let as_of = Some(timestamp(evaluation.as_of(read.latest_at)));
    let none = Refusal::Precondition("no evaluation policy governs that year");
    let (policy, standings) = evaluation.finish(read.latest_at).ok_or(none)?;
    let of_province = |standing: &Standing| asked.province.is_empty() || standing.province == asked.province;
    Ok(GetEvaluationResponse {
        ledger_size: read.size,
        as_of,
        policy: Some(evaluation_policy(&policy)),
        standings: standings.into_iter().filter(of_province).map(standing).collect(),
    })
}

fn standing(standing: Standing) -> wire::Standing {
    let line = |line: Line| wire::ScoreLine {
        reason: line.reason.to_owned(),
        hundredths: line.hundredths,
        leaves: line.leaves,
    };
    wire::Standing {
        manager: standing.manager,
        name_fa: standing.name_fa,
        agency: standing.agency,
        province: standing.province,
        band_floor: standing.band_floor,
        rank: standing.rank,
        score_hundredths: standing.score_hundredths,
        on_time: standing.on_time,
        late: standing.late,
        overdue_open: standing.overdue_open,
        reopened: standing.reopened,
        lines: standing.lines.into_iter().map(line).collect(),
    }
}
