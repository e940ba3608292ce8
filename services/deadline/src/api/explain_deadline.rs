//! How a referral's deadline was computed, step by step (rule 7).

use contracts::deadline::{ClockState, ExplainDeadlineRequest, ExplainDeadlineResponse, Step};
use contracts::{IdError, ReferralId, timestamp};

use super::{Door, Refusal};
use crate::domain::explain::explain;
use crate::store::{clocks, policies};

pub(super) async fn explain_deadline(
    door: &Door,
    asked: ExplainDeadlineRequest,
) -> Result<ExplainDeadlineResponse, Refusal> {
    let referral: ReferralId =
        asked.referral_id.parse().map_err(|error: IdError| Refusal::invalid("referral_id", error))?;
    let mut db = door.store.pool().acquire().await?;
    let policies = policies::all(&mut db).await?;
    let kept = clocks::get(&mut db, referral, &policies).await?;
    let clock = kept.map(|kept| kept.clock).filter(|clock| clock.issue.is_some());
    let clock = clock.ok_or(Refusal::NotFound("no clock was set for this referral"))?;
    let state = match (clock.end, clock.breached_at) {
        (Some(_), _) => ClockState::Ended,
        (None, Some(_)) => ClockState::Breached,
        (None, None) => ClockState::Running,
    };
    let steps = explain(&clock, &door.tehran).into_iter();
    Ok(ExplainDeadlineResponse {
        referral_id: referral.to_string(),
        state: state.into(),
        due_at: clock.issue.and_then(|issue| issue.due_at).map(timestamp),
        steps: steps
            .map(|line| Step { at: Some(timestamp(line.at)), text_fa: line.fa, text_en: line.en })
            .collect(),
    })
}
