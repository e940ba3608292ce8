//! Anything may come again, late, or before its cause.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{CONTRIBUTING, Check, PULLING, SDK};
use crate::conformance::change::Change;
use crate::conformance::scene::Scene;
use crate::sandbox::Draft;

/// Referrals at one time: more than most adapters work on at once.
const MANY: usize = 20;
/// After so long the broker gives to another what it heard nothing of.
const ACK_WAIT: Duration = Duration::from_secs(30);

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "twice-in-a-row",
        does: "delivers a referral and, at once, the same again",
        expects: "both are acknowledged and one answer is given",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(twice(scene)),
    },
    Check {
        name: "after-the-answer",
        does: "delivers a referral again when it is answered",
        expects: "it is acknowledged and nothing more is said of it",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(after_the_answer(scene)),
    },
    Check {
        name: "out-of-order",
        does: "holds a referral back until a later one is answered, then delivers it for the second time",
        expects: "both are answered",
        rule: CONTRIBUTING,
        restarts: false,
        run: |scene| Box::pin(out_of_order(scene)),
    },
    Check {
        name: "news-before-its-referral",
        does: "delivers the withdrawal of a referral, then the referral",
        expects: "both are acknowledged",
        rule: CONTRIBUTING,
        restarts: false,
        run: |scene| Box::pin(news_first(scene)),
    },
    Check {
        name: "ack-timeout",
        does: "lets a referral run into the broker's ack wait of 30 s, as a copy of the adapter that hangs would",
        expects: "the adapter answers what it is given then",
        rule: PULLING,
        restarts: false,
        run: |scene| Box::pin(ack_timeout(scene)),
    },
    Check {
        name: "twenty-at-once",
        does: "refers twenty cases at one time",
        expects: "each is answered once",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(many(scene)),
    },
];

async fn twice(scene: &Scene) -> Result<()> {
    let given = scene.issue(&Draft::default()).await?;
    let again = scene.again(&given, Change::Repeat).await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await?;
    scene.acknowledged(again, "its repeat").await?;
    scene.answered_once(&given)
}

async fn after_the_answer(scene: &Scene) -> Result<()> {
    let given = scene.issue(&Draft::default()).await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await?;
    let again = scene.again(&given, Change::Repeat).await?;
    scene.acknowledged(again, "its repeat").await?;
    scene.answered_once(&given)
}

async fn out_of_order(scene: &Scene) -> Result<()> {
    let held = scene.withhold(&Draft::default()).await?;
    let later = scene.issue(&Draft::default()).await?;
    scene.ended(&later).await.context("the later one")?;
    let earlier = held.release().await?;
    scene.ended(&earlier).await.context("the earlier one")?;
    scene.acknowledged(earlier.sequence, "the earlier one").await
}

async fn news_first(scene: &Scene) -> Result<()> {
    let held = scene.withhold(&Draft::default()).await?;
    scene.sandbox.withdraw(&held.given.issued.case_id).await?;
    let news = scene.news("referral_withdrawn", &held.given).await?;
    scene.acknowledged(news, "the withdrawal").await?;
    let given = held.release().await?;
    scene.acknowledged(given.sequence, "the referral after its withdrawal").await
}

async fn ack_timeout(scene: &Scene) -> Result<()> {
    let given = scene.withhold(&Draft::default()).await?.given;
    // The runner is silent as long as the broker waits; from then on the adapter's time counts.
    let _ = tokio::time::timeout(ACK_WAIT, scene.acted(&given)).await;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await
}

async fn many(scene: &Scene) -> Result<()> {
    let mut all = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        all.push(scene.issue(&Draft::default()).await?);
    }
    for given in &all {
        scene.ended(given).await?;
        scene.acknowledged(given.sequence, "a referral").await?;
        scene.answered_once(given)?;
    }
    Ok(())
}
