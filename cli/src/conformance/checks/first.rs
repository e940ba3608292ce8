//! What every adapter does with every referral. All but two look at the same one.

use anyhow::{Result, bail, ensure};
use contracts::agency::ActionKind;

use super::{CONTRACT, Check, PULLING, REQUESTS, SDK};
use crate::conformance::log::Action;
use crate::conformance::scene::Scene;
use crate::sandbox::Draft;

/// Longest text of an action, in letters.
const LONGEST_TEXT: usize = 4_000;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "takes-a-referral",
        does: "refers a case to the agency",
        expects: "the adapter pulls it and hands an action in",
        rule: PULLING,
        restarts: false,
        run: |scene| Box::pin(takes(scene)),
    },
    Check {
        name: "answers-it",
        does: "waits for what comes of it",
        expects: "it is answered by itself, as a sandbox has no people who would",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(answers(scene)),
    },
    Check {
        name: "acknowledges-it",
        does: "waits for the acknowledgement",
        expects: "it is acknowledged, so that it is not given again",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(acknowledges(scene)),
    },
    Check {
        name: "acts-before-it-acknowledges",
        does: "looks which came first",
        expects: "an action was handed in before the acknowledgement: what crashes between the two is given again",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(acts_first(scene)),
    },
    Check {
        name: "nothing-after-the-answer",
        does: "looks at what was said of it",
        expects: "the answer is the last word: progress comes before it",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(last_word(scene)),
    },
    Check {
        name: "gives-uuids",
        does: "looks at the actions' ids",
        expects: "each action_id is a UUID",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(uuids(scene)),
    },
    Check {
        name: "names-the-referral",
        does: "compares each action with the subject it came on",
        expects: "referral_id in the body, where it is there, is that of the subject",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(names(scene)),
    },
    Check {
        name: "one-id-for-one-action",
        does: "refers another case and compares all actions on both",
        expects: "no two different actions bear one action_id",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(one_id(scene)),
    },
    Check {
        name: "says-its-format",
        does: "looks at the header ce-datacontenttype or Content-Type of each action",
        expects: "application/protobuf or application/json, and the body is that",
        rule: REQUESTS,
        restarts: false,
        run: |scene| Box::pin(format(scene)),
    },
    Check {
        name: "answers-in-persian",
        does: "reads the answer as the citizen will",
        expects: "a Persian text of at most 4,000 letters",
        rule: CONTRACT,
        restarts: false,
        run: |scene| Box::pin(persian(scene)),
    },
];

async fn takes(scene: &Scene) -> Result<()> {
    scene.acted(scene.specimen().await?).await
}

async fn answers(scene: &Scene) -> Result<()> {
    let given = scene.specimen().await?;
    scene.ended(given).await?;
    let answered = !scene.log.ids(given.id(), ActionKind::Answer).is_empty();
    ensure!(answered, "it was returned: name a topic that is the agency's own with --topic");
    Ok(())
}

async fn acknowledges(scene: &Scene) -> Result<()> {
    scene.acknowledged(scene.specimen().await?.sequence, "the referral").await
}

async fn acts_first(scene: &Scene) -> Result<()> {
    acknowledges(scene).await?;
    let given = scene.specimen().await?;
    let first = scene.log.acted_first(given.id(), given.sequence);
    ensure!(first, "it was acknowledged first: acknowledge what Samad has said `recorded` to");
    Ok(())
}

async fn last_word(scene: &Scene) -> Result<()> {
    let given = scene.specimen().await?;
    scene.ended(given).await?;
    acknowledges(scene).await?;
    let actions = scene.log.actions(given.id());
    let said: Vec<ActionKind> = actions.iter().filter_map(Action::known).map(|(_, kind)| kind).collect();
    let after = said.iter().skip_while(|kind| **kind != ActionKind::Answer);
    let mut strange = after.filter(|kind| **kind != ActionKind::Answer);
    match strange.next() {
        Some(kind) => bail!("kind: {} came after the answer, and is refused", kind.as_str_name()),
        None => Ok(()),
    }
}

async fn uuids(scene: &Scene) -> Result<()> {
    for action in said(scene).await? {
        if let Some((id, _)) = action.known() {
            let fits = id.parse::<contracts::ActionId>().is_ok();
            ensure!(fits, "action_id: {id:?} is no UUID such as 0192f0c1-7b3a-7c4d-8e5f-102030405060");
        }
    }
    Ok(())
}

async fn names(scene: &Scene) -> Result<()> {
    for action in said(scene).await? {
        if let Ok(message) = &action.message {
            ensure!(
                [action.subject.as_str(), ""].contains(&message.referral_id.as_str()),
                "referral_id: the body says {:?}, the subject {}",
                message.referral_id,
                action.subject
            );
        }
    }
    Ok(())
}

async fn one_id(scene: &Scene) -> Result<()> {
    let (one, other) = (scene.specimen().await?, scene.issue(&Draft::default()).await?);
    scene.acted(one).await?;
    scene.ended(&other).await?;
    let actions = [scene.log.actions(one.id()), scene.log.actions(other.id())].concat();
    let known =
        |action: &Action| action.known().map(|(id, kind)| (id.to_owned(), (action.subject.clone(), kind)));
    let known: Vec<_> = actions.iter().filter_map(known).collect();
    for (place, (id, what)) in known.iter().enumerate() {
        let clash = known[..place].iter().find(|(earlier, before)| earlier == id && before != what);
        if let Some((_, (referral, kind))) = clash {
            bail!(
                "action_id: {id} is that of {} on {referral} and of {} on {}",
                kind.as_str_name(),
                what.1.as_str_name(),
                what.0
            );
        }
    }
    Ok(())
}

async fn format(scene: &Scene) -> Result<()> {
    for Action { format, message, .. } in said(scene).await? {
        if let Err(error) = message {
            bail!("the body is not what its ce-datacontenttype or Content-Type ({format:?}) says: {error}");
        }
    }
    Ok(())
}

async fn persian(scene: &Scene) -> Result<()> {
    let given = scene.specimen().await?;
    scene.ended(given).await?;
    for message in scene.log.actions(given.id()).into_iter().filter_map(|action| action.message.ok()) {
        if message.kind() == ActionKind::Answer {
            let letters = message.text.chars().count();
            ensure!(letters <= LONGEST_TEXT, "text: {letters} letters, of which {LONGEST_TEXT} are taken");
            let is_persian = message.text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
            ensure!(is_persian, "text: it has no Persian letter, and the citizen reads it");
        }
    }
    Ok(())
}

/// The actions on the referral that these checks look at, once there are any.
async fn said(scene: &Scene) -> Result<Vec<Action>> {
    let given = scene.specimen().await?;
    scene.acted(given).await?;
    acknowledges(scene).await?;
    Ok(scene.log.actions(given.id()))
}
