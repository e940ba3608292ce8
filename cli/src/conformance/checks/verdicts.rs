//! What the adapter is told of its actions, on a bad day.

use std::time::Duration;

use anyhow::{Result, bail};

use super::{CONTRACT, Check, REQUESTS, ROUTING};
use crate::conformance::ambush::{Ambush, Told};
use crate::conformance::log::Action;
use crate::conformance::scene::{Given, Scene};
use crate::sandbox::Draft;

/// Routing's own verdict may come first; then the adapter was told nothing strange, and another referral is tried.
const TRIES: usize = 4;
/// Repeats of one action that are no loop.
const REPEATS: usize = 3;
/// While so long nothing is repeated, nothing is in a loop.
const CALM: Duration = Duration::from_secs(3);

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "unreadable-verdict",
        does: "answers an action with bytes that are no verdict",
        expects: "the adapter knows nothing by that, and asks again with the same action_id",
        rule: REQUESTS,
        restarts: false,
        run: |scene| Box::pin(asks_again(scene, Told::Garbage)),
    },
    Check {
        name: "wordless-verdict",
        does: "answers an action with a verdict that says neither recorded nor refused",
        expects: "the adapter knows nothing by that, and asks again with the same action_id",
        rule: REQUESTS,
        restarts: false,
        run: |scene| Box::pin(asks_again(scene, Told::Nothing)),
    },
    Check {
        name: "try-again",
        does: "refuses an action with try_again, which is retryable",
        expects: "the adapter asks again with the same action_id",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(asks_again(scene, Told::TryAgain)),
    },
    Check {
        name: "refused-for-good",
        does: "refuses an action for a reason that no adapter knows yet, not retryable",
        expects: "the action is not repeated for ever, and the referral is acknowledged",
        rule: ROUTING,
        restarts: false,
        run: |scene| Box::pin(lets_go(scene)),
    },
    Check {
        name: "verdict-of-tomorrow",
        does: "answers an action with recorded and a field that the contract does not have yet",
        expects: "the adapter goes on: the referral is answered and acknowledged",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(goes_on(scene)),
    },
];

/// A referral whose first action is answered so.
async fn ambushed(scene: &Scene, told: Told) -> Result<Given> {
    scene
        .feed
        .while_held(async {
            let given = scene.issue(&Draft::default()).await?;
            scene.log.lay(Ambush { referral: given.id().to_owned(), told });
            Ok(given)
        })
        .await
}

async fn asks_again(scene: &Scene, told: Told) -> Result<()> {
    for _ in 0..TRIES {
        let given = ambushed(scene, told).await?;
        let what = "the action was neither repeated nor the referral acknowledged";
        let repeated = scene.until(what, async || {
            let over = scene.log.is_acknowledged(given.sequence).then_some(false);
            Ok((repeats_of_the_first(scene, &given) > 1).then_some(true).or(over))
        });
        if repeated.await? {
            scene.ended(&given).await?;
            return scene.answered_once(&given);
        }
    }
    bail!("the adapter went on as if it had heard `recorded`, or repeated the action under another action_id")
}

async fn lets_go(scene: &Scene) -> Result<()> {
    let given = ambushed(scene, Told::NoOfTomorrow).await?;
    scene.acknowledged(given.sequence, "the referral, of which an action was refused for good,").await?;
    loop {
        let before = repeats_of_the_first(scene, &given);
        if before > REPEATS {
            bail!(
                "action_id: the refused action was repeated {before} times: what is not retryable is let go"
            );
        }
        tokio::time::sleep(CALM).await;
        if repeats_of_the_first(scene, &given) == before {
            return Ok(());
        }
    }
}

async fn goes_on(scene: &Scene) -> Result<()> {
    let given = ambushed(scene, Told::YesOfTomorrow).await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await
}

/// How often the first action on the referral was handed in.
fn repeats_of_the_first(scene: &Scene, given: &Given) -> usize {
    let actions = scene.log.actions(given.id());
    let first = actions.first().and_then(Action::known);
    actions.iter().filter(|action| first.is_some() && action.known() == first).count()
}
