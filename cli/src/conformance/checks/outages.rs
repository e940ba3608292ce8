//! The way is cut, or the adapter's process ends: nothing is lost and nothing doubled.

use anyhow::{Context as _, Result};

use super::{Check, SDK};
use crate::conformance::scene::{Given, Scene};
use crate::sandbox::Draft;

/// Referrals in hand when the process is killed.
const IN_HAND: usize = 20;
/// Referrals that wait for its start.
const WAITING: usize = 5;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "cut-off",
        does: "cuts the adapter's connections, lets them in again and refers a case",
        expects: "the adapter comes back by itself and answers it",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(cut_off(scene)),
    },
    Check {
        name: "killed-mid-way",
        does: "refers twenty cases, kills the adapter (SIGKILL) at its first action, and starts it again",
        expects: "all are answered, none twice",
        rule: SDK,
        restarts: true,
        run: |scene| Box::pin(killed(scene)),
    },
    Check {
        name: "stopped-in-order",
        does: "asks the adapter to stop (SIGTERM), starts it again and refers a case",
        expects: "it ends by itself, and the case is answered by the next process",
        rule: SDK,
        restarts: true,
        run: |scene| Box::pin(stopped(scene)),
    },
    Check {
        name: "starts-with-a-backlog",
        does: "refers five cases while the adapter is down, and one that is withdrawn meanwhile; then starts it",
        expects: "the five are answered and all is acknowledged",
        rule: SDK,
        restarts: true,
        run: |scene| Box::pin(backlog(scene)),
    },
];

async fn cut_off(scene: &Scene) -> Result<()> {
    scene.cut_off().await?;
    let given = scene.issue(&Draft::default()).await?;
    scene.ended(&given).await
}

async fn killed(scene: &Scene) -> Result<()> {
    let mut all = scene.feed.while_held(issue(scene, IN_HAND)).await?;
    let first = all.remove(0);
    scene.acted(&first).await?;
    scene.end_adapter("KILL").await?;
    scene.start_adapter().await?;
    all.push(first);
    answered(scene, &all).await
}

async fn stopped(scene: &Scene) -> Result<()> {
    let ended = scene.end_adapter("TERM").await;
    scene.start_adapter().await?;
    ended?;
    answered(scene, &issue(scene, 1).await?).await
}

async fn backlog(scene: &Scene) -> Result<()> {
    scene.end_adapter("TERM").await?;
    let waiting = issue(scene, WAITING).await?;
    let withdrawn = scene.issue(&Draft::default()).await?;
    scene.sandbox.withdraw(&withdrawn.issued.case_id).await?;
    scene.start_adapter().await?;
    answered(scene, &waiting).await?;
    scene.acknowledged(withdrawn.sequence, "the withdrawn referral").await
}

async fn issue(scene: &Scene, count: usize) -> Result<Vec<Given>> {
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(scene.issue(&Draft::default()).await?);
    }
    Ok(all)
}

async fn answered(scene: &Scene, all: &[Given]) -> Result<()> {
    for given in all {
        scene.ended(given).await.context("a referral from before, or while, it was down")?;
        scene.acknowledged(given.sequence, "it").await?;
        scene.answered_once(given)?;
    }
    Ok(())
}
