//! Samad's time is not the adapter's.

use anyhow::Result;
use jiff::SignedDuration;

use super::{CONTRACT, Check, RULES};
use crate::conformance::scene::Scene;
use crate::sandbox::Draft;

/// Longer than any deadline.
const FAR: SignedDuration = SignedDuration::from_hours(24 * 16);

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "late",
        does: "delivers a referral when its 15 days are over",
        expects: "it is answered all the same: a late answer is taken, and the citizen waits for it",
        rule: RULES,
        restarts: false,
        run: |scene| Box::pin(late(scene)),
    },
    Check {
        name: "clock-ahead",
        does: "refers a case that is, by Samad's clock, issued 16 days ahead of the adapter's",
        expects: "it is answered: the clock runs by when Samad recorded the answer",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(ahead(scene)),
    },
];

async fn late(scene: &Scene) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            let due = scene.sandbox.due(&given.issued).await?;
            scene.sandbox.advance(due.checked_add(SignedDuration::from_hours(1))?)?;
            Ok(given)
        })
        .await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await
}

async fn ahead(scene: &Scene) -> Result<()> {
    scene.sandbox.advance(scene.sandbox.now().checked_add(FAR)?)?;
    let given = scene.issue(&Draft::default()).await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await
}
