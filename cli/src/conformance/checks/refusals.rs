//! What is settled before the adapter comes to it: its actions are refused, and it lets the referral go.

use anyhow::{Context as _, Result};

use super::{Check, ROUTING, SDK};
use crate::conformance::scene::{Given, Scene};
use crate::sandbox::{Draft, Hand};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "withdrawn-before-it-came",
        does: "delivers a referral whose case the citizen has withdrawn: actions are refused with case_withdrawn",
        expects: "the referral and the withdrawal are acknowledged",
        rule: ROUTING,
        restarts: false,
        run: |scene| Box::pin(withdrawn(scene)),
    },
    Check {
        name: "answered-by-hand",
        does: "delivers a referral that the agency's staff answered at /staff: actions are refused with already_answered",
        expects: "the referral is acknowledged, and the first answer stands",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(by_hand(scene, Hand::Answer)),
    },
    Check {
        name: "returned-by-hand",
        does: "delivers a referral that the agency's staff returned at /staff: actions are refused with already_returned",
        expects: "the referral is acknowledged",
        rule: ROUTING,
        restarts: false,
        run: |scene| Box::pin(by_hand(scene, Hand::Return)),
    },
];

async fn withdrawn(scene: &Scene) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            scene.sandbox.withdraw(&given.issued.case_id).await?;
            scene.news("referral_withdrawn", &given).await?;
            Ok(given)
        })
        .await?;
    let news = scene.news("referral_withdrawn", &given).await?;
    scene.acknowledged(news, "the withdrawal").await?;
    let_go(scene, &given).await
}

async fn by_hand(scene: &Scene, hand: Hand) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            scene.sandbox.by_hand(&given.issued, hand).await?;
            Ok(given)
        })
        .await?;
    let_go(scene, &given).await
}

async fn let_go(scene: &Scene, given: &Given) -> Result<()> {
    let waited = scene.acknowledged(given.sequence, "the referral").await;
    waited.context("a refusal that is not retryable ends the matter")
}
