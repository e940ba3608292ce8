//! How a referral's deadline was computed, step by step (rule 7).

use std::sync::Arc;

use contracts::deadline::{ClockState, ExplainDeadlineRequest, ExplainDeadlineResponse, Step};
use contracts::{IdError, ReferralId, timestamp};

use super::{Door, Refusal};
use crate::contract::charge;
use crate::domain::account::account;
use crate::domain::explain::explain;
use crate::store::clocks;

pub(super) async fn explain_deadline(
    door: &Door,
    asked: ExplainDeadlineRequest,
) -> Result<ExplainDeadlineResponse, Refusal> {
    let referral: ReferralId =
        asked.referral_id.parse().map_err(|error: IdError| Refusal::invalid("referral_id", error))?;
    let now = door.store.clock().now();
    let mut db = door.store.pool().acquire().await?;
    let newest = door.book.current(&mut db).await?;
    let kept = clocks::get(&mut db, referral, &newest).await?;
    let mut clock = kept.map(|kept| kept.clock).ok_or(Refusal::NotFound(NO_CLOCK))?;
    // What a new version is about to move is explained as moved; what has ended, by what was known then.
    clock.refresh(&newest, now);
    let issue = clock.issue.clone().ok_or(Refusal::NotFound(NO_CLOCK))?;
    let rules = match clock.end {
        Some(_) if issue.rules_version < newest.version => Arc::new(newest.as_of(issue.rules_version)),
        _ => newest,
    };
    let state = match (clock.end, clock.breached_at) {
        (Some(_), _) => ClockState::Ended,
        (None, Some(_)) => ClockState::Breached,
        (None, None) => ClockState::Running,
    };
    let steps = explain(&clock, &rules, now).into_iter();
    Ok(ExplainDeadlineResponse {
        referral_id: referral.to_string(),
        state: state.into(),
        due_at: issue.due_at.map(timestamp),
        steps: steps
            .map(|line| Step { at: Some(timestamp(line.at)), text_fa: line.fa, text_en: line.en })
            .collect(),
        charges: account(&clock, &rules, now).into_iter().map(charge).collect(),
    })
}

const NO_CLOCK: &str = "no clock was set for this referral";
