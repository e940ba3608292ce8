//! A Samad that is younger than the adapter: contracts only grow.

use anyhow::Result;

use super::{CONTRACT, Check, SDK};
use crate::conformance::change::Change;
use crate::conformance::scene::Scene;
use crate::sandbox::Draft;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "unknown-field",
        does: "delivers a referral again with a field that the contract does not have yet",
        expects: "it is read and acknowledged as if the field were not there",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(changed(scene, Change::UnknownField)),
    },
    Check {
        name: "unknown-kind",
        does: "delivers a referral again with a kind of contact (99) that does not exist yet",
        expects: "it is read and acknowledged: the kind is taken for unspecified",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(changed(scene, Change::UnknownKind)),
    },
];

async fn changed(scene: &Scene, change: Change) -> Result<()> {
    let given = scene.issue(&Draft::default()).await?;
    let again = scene.again(&given, change).await?;
    scene.ended(&given).await?;
    scene.acknowledged(again, "the changed referral").await?;
    scene.answered_once(&given)
}
