//! What people decide on a referral, and the adapter hears.

use anyhow::{Context as _, Result, ensure};
use contracts::agency::ActionKind;

use super::{CONTRACT, Check, RULES, SDK};
use crate::conformance::scene::{Given, Scene};
use crate::sandbox::{Draft, Hand};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "extension-granted",
        does: "grants an extension that the agency's staff asked for",
        expects: "extension_ruled is acknowledged, and the referral is answered",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(extension(scene)),
    },
    Check {
        name: "documents-came",
        does: "brings the citizen's documents, for which the agency's staff asked",
        expects: "documents_received is acknowledged, and the referral is answered",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(documents(scene)),
    },
    Check {
        name: "answer-given-back",
        does: "gives back an answer that only points elsewhere: action_refused with answer_rejected",
        expects: "action_refused is acknowledged, and the adapter goes on to serve",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(given_back(scene)),
    },
    Check {
        name: "next-round",
        does: "lets the citizen say that the answer solved nothing: the same case comes again as another referral",
        expects: "it is answered too, with actions of its own",
        rule: RULES,
        restarts: false,
        run: |scene| Box::pin(next_round(scene)),
    },
];

async fn extension(scene: &Scene) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            let asked = scene.sandbox.by_hand(&given.issued, Hand::AskExtension).await?;
            scene.sandbox.rule_extension(&given.issued, &asked, true).await?;
            Ok(given)
        })
        .await?;
    hears_and_answers(scene, &given, "extension_ruled").await
}

async fn documents(scene: &Scene) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            let asked = scene.sandbox.by_hand(&given.issued, Hand::AskDocuments).await?;
            scene.sandbox.documents_come(&given.issued, &asked).await?;
            Ok(given)
        })
        .await?;
    hears_and_answers(scene, &given, "documents_received").await
}

async fn hears_and_answers(scene: &Scene, given: &Given, news: &str) -> Result<()> {
    let sequence = scene.news(news, given).await?;
    scene.acknowledged(sequence, news).await?;
    scene.ended(given).await
}

async fn given_back(scene: &Scene) -> Result<()> {
    let given = scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            let answered = scene.sandbox.by_hand(&given.issued, Hand::PointElsewhere).await?;
            scene.sandbox.give_back(&given.issued, &answered).await?;
            Ok(given)
        })
        .await?;
    let refused = scene.news("action_refused", &given).await?;
    scene.acknowledged(refused, "action_refused").await?;
    let next = scene.issue(&Draft::default()).await?;
    scene.ended(&next).await.context("the next referral")
}

async fn next_round(scene: &Scene) -> Result<()> {
    let first = scene.issue(&Draft::default()).await?;
    scene.ended(&first).await?;
    scene.sandbox.answered(&first.issued).await?;
    let next = scene.given(scene.sandbox.reopen(&first.issued).await?).await?;
    scene.ended(&next).await.context("the next round")?;
    let ids = |given: &Given| scene.log.ids(given.id(), ActionKind::Answer);
    let again = ids(&first).into_iter().find(|id| ids(&next).contains(id));
    ensure!(
        again.is_none(),
        "action_id: {again:?} answers both rounds: derive it from the referral's id, not the case's"
    );
    ensure!(!ids(&next).is_empty(), "the next round was not answered (see {CONTRACT})");
    Ok(())
}
