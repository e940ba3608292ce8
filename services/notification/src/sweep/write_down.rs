//! Writes down what became of notices, and states it where it is settled.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use contracts::notification::{NoticeFailed, NoticeSent};
use contracts::{NoticeId, timestamp};
use jiff::Timestamp;
use outbox::{Store, Tx};
use uuid::Uuid;

use crate::domain::retry::Patience;
use crate::out::Fate;
use crate::store::documents;
use crate::store::sending::{self, Outcome, Taken};

/// How long the database may be away before what was sent is forgotten and, when it is back, sent again.
const DATABASE_PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// Writes these fates down in one transaction and takes their notices out of `open`. It goes on trying: a message
/// that was sent cannot be called back, and only this replica knows of it.
pub async fn write_down(
    store: &Store,
    patience: Patience,
    open: &mut BTreeMap<NoticeId, &Taken>,
    fates: &mut Vec<Fate>,
) -> Result<()> {
    let now = store.clock().now();
    let said = fates.drain(..).filter_map(|fate| Some((*open.get(&fate.0)?, fate)));
    let mut outcomes: Vec<_> =
        said.map(|(taken, fate)| (taken, outcome(taken, fate, patience, now))).collect();
    if outcomes.is_empty() {
        return Ok(());
    }
    outcomes.sort_unstable_by_key(|(taken, _)| taken.notice_id);
    let errors = || outcomes.iter().map(|(_, outcome)| &outcome.error).filter(|error| !error.is_empty());
    if let Some(reason) = errors().next() {
        tracing::warn!(failed = errors().count(), reason, "notices could not be sent");
    }
    let started = tokio::time::Instant::now();
    while let Err(error) = commit(store, &outcomes, now).await {
        if started.elapsed() > DATABASE_PATIENCE {
            return Err(error);
        }
        tracing::warn!(error = format!("{error:#}"), "what was sent is not written down yet: trying again");
        tokio::time::sleep(PAUSE).await;
    }
    for (taken, _) in &outcomes {
        open.remove(&taken.notice_id);
    }
    Ok(())
}

fn outcome(taken: &Taken, fate: Fate, patience: Patience, now: Timestamp) -> Outcome {
    let (notice_id, transport, sent) = fate;
    let again_at = sent.as_ref().err().and_then(|_| patience.again_at(taken.attempts, now));
    Outcome {
        notice_id,
        attempts: taken.attempts,
        transport,
        error: sent.err().unwrap_or_default(),
        again_at,
    }
}

async fn commit(store: &Store, outcomes: &[(&Taken, Outcome)], now: Timestamp) -> Result<()> {
    let mut tx = store.begin().await?;
    let news = sending::settle(tx.connection(), outcomes.iter().map(|(_, outcome)| outcome), now).await?;
    for (taken, outcome) in outcomes {
        if outcome.again_at.is_none() && news.contains(&taken.notice_id) {
            state(&mut tx, taken, outcome, now);
        }
    }
    // What was enclosed for the staff is no longer needed once the last of them has it.
    let of_staff = outcomes.iter().filter(|(taken, _)| taken.to.staff().is_some());
    let causes: Vec<Uuid> = of_staff.map(|(taken, _)| taken.cause.0).collect();
    if !causes.is_empty() {
        documents::drop_settled(tx.connection(), &causes).await?;
    }
    tx.commit().await
}

/// States that a notice arrived or was given up.
fn state(tx: &mut Tx, taken: &Taken, outcome: &Outcome, now: Timestamp) {
    let sent = NoticeSent {
        notice_id: taken.notice_id.to_string(),
        case_id: taken.to.case().map(|case_id| case_id.to_string()).unwrap_or_default(),
        province: taken.province.clone(),
        cause_fact_id: taken.cause.to_string(),
        template: taken.template.name().to_owned(),
        transport: outcome.transport.into(),
        attempts: taken.attempts,
        sent_at: Some(timestamp(now)),
        recipient: taken.to.staff().unwrap_or_default().to_owned(),
    };
    if outcome.error.is_empty() {
        tx.emit(now, &sent);
        return;
    }
    let NoticeSent { notice_id, case_id, province, cause_fact_id, template, transport, attempts, .. } = sent;
    let (reason, failed_at, recipient) = (outcome.error.clone(), sent.sent_at, sent.recipient);
    let failed = NoticeFailed {
        notice_id,
        case_id,
        province,
        cause_fact_id,
        template,
        transport,
        attempts,
        reason,
        failed_at,
        recipient,
    };
    tx.emit(now, &failed);
}
