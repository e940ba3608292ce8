//! The way of a referral when all goes well, and when something says no.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contracts::agency::{ActionKind, AnswerOutcome};
use contracts::{json, routing};
use sdk::{Answer, Desk, Outcome, Referral, ReferralId, Retry, not_ours};
use tokio::sync::Semaphore;

use crate::world::{AGENCY, Clerk, Judgement, Seen, World, gated, until};

async fn fix(_call: usize, _referral: Referral, _desk: Desk) -> Result<Outcome, Retry> {
    Ok(Answer::done("آب وصل شد.").into())
}

#[tokio::test]
async fn a_referral_is_accepted_worked_on_and_answered() {
    let world = World::new().await;
    world.record().await;
    let (stop, running) = world.adapter(Clerk {
        does: |_, referral: Referral, desk: Desk| async move {
            desk.progress(referral.id, format!("بررسی: {}", referral.statement)).await?;
            Ok(Answer::not_possible("خارج از محدوده است.", "مادهٔ ۴").into())
        },
        seen: Seen::default(),
    });
    for content_type in [json::PROTOBUF, json::JSON] {
        let id = world.issue_as("آب قطع است", content_type).await;
        world.until_answered(id).await;
        let told = world.told().split_off(world.told().len() - 3);
        assert!(told.iter().all(|told| told.agency == AGENCY && told.action.referral_id == id.to_string()));
        let kinds: Vec<_> = told.iter().map(|told| told.action.kind()).collect();
        assert_eq!(kinds, [ActionKind::Accepted, ActionKind::Progress, ActionKind::Answer]);
        assert_eq!(told[1].action.text, "بررسی: آب قطع است");
        assert_eq!(told[2].action.outcome(), AnswerOutcome::NotPossible);
        assert_eq!(told[2].action.legal_reason, "مادهٔ ۴");
    }
    world.until_acknowledged().await;
    assert!(
        world.told().iter().all(|told| told.moment.is_none()),
        "a live adapter does not choose the moment"
    );
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_question_mark_gives_the_referral_again() {
    let world = World::new().await;
    world.record().await;
    let seen = Seen::default();
    let does = |call, _: Referral, _: Desk| async move {
        if call == 1 {
            std::fs::read("/nowhere/work-orders")?;
        }
        Ok(Answer::partly("نیمی انجام شد.").into())
    };
    let _adapter = world.adapter(Clerk { does, seen: seen.clone() });
    let id = world.issue("آب قطع است").await;
    world.until_answered(id).await;
    world.until_acknowledged().await;
    assert_eq!(seen.calls(id), 2);
    let accepted = world.actions(id, ActionKind::Accepted);
    assert!(
        accepted.iter().all(|action| action.action_id == accepted[0].action_id),
        "one action, said twice"
    );
    assert_eq!(world.actions(id, ActionKind::Answer).len(), 1);
}

#[tokio::test]
async fn what_is_not_ours_goes_back_with_a_suggestion() {
    let world = World::new().await;
    world.record().await;
    let does =
        |_, _: Referral, _: Desk| async { Ok(not_ours("برق است").belongs_to("fars-power").into()) };
    let _adapter = world.adapter(Clerk { does, seen: Seen::default() });
    let id = world.issue("برق قطع است").await;
    until("it is returned", async || !world.actions(id, ActionKind::Returned).is_empty()).await;
    world.until_acknowledged().await;
    let returned = world.actions(id, ActionKind::Returned).remove(0);
    assert_eq!((returned.text.as_str(), returned.suggested_agency.as_str()), ("برق است", "fars-power"));
}

#[tokio::test]
async fn a_refusal_ends_the_matter_and_is_heard() {
    let world = World::new().await;
    world
        .judge(Box::new(|_, action| match action.kind() {
            ActionKind::Answer => Judgement::Refuse { code: "missing_text", retryable: false },
            _ => Judgement::Record,
        }))
        .await;
    let seen = Seen::default();
    let _adapter = world.adapter(Clerk { does: fix, seen: seen.clone() });
    let id = world.issue("آب قطع است").await;
    world.until_answered(id).await;
    world.until_acknowledged().await;
    assert_eq!((seen.calls(id), world.actions(id, ActionKind::Answer).len()), (1, 1));
    let refused = refused(id, &world.actions(id, ActionKind::Answer)[0].action_id);
    world.state(&refused, json::PROTOBUF).await;
    until("the refusal is heard", async || !seen.refusals.lock().unwrap().is_empty()).await;
    assert_eq!(seen.refusals.lock().unwrap()[0].code, "missing_text");
    world.until_acknowledged().await;
}

fn refused(referral: ReferralId, action_id: &str) -> routing::ActionRefused {
    routing::ActionRefused {
        action_id: action_id.to_owned(),
        referral_id: referral.to_string(),
        agency: AGENCY.into(),
        province: "fars".into(),
        refusal: Some(contracts::agency::Refusal { code: "missing_text".into(), ..Default::default() }),
        refused_at: None,
    }
}

#[tokio::test]
async fn the_news_of_one_referral_come_one_after_the_other() {
    let world = World::new().await;
    world.record().await;
    let (gate, seen) = (Arc::new(Semaphore::new(0)), Seen::default());
    let _adapter = world.adapter(gated(&gate, &seen));
    let id = world.issue("آب قطع است").await;
    until("it is at work", async || seen.calls(id) == 1).await;
    world.state(&refused(id, "a"), json::PROTOBUF).await;
    let other = world.issue("آب گل‌آلود است").await;
    until("another is not kept waiting", async || seen.calls(other) == 1).await;
    assert!(seen.refusals.lock().unwrap().is_empty(), "its turn has not come");
    gate.add_permits(2);
    until("the refusal is heard", async || !seen.refusals.lock().unwrap().is_empty()).await;
    assert_eq!(world.actions(id, ActionKind::Answer).len(), 1, "the answer was first");
    world.until_acknowledged().await;
}

#[tokio::test]
async fn what_is_answered_already_does_not_reach_the_agency() {
    let world = World::new().await;
    world.judge(Box::new(|_, _| Judgement::Refuse { code: "already_answered", retryable: false })).await;
    let seen = Seen::default();
    let _adapter = world.adapter(Clerk { does: fix, seen: seen.clone() });
    let id = world.issue("آب قطع است").await;
    until("it is accepted", async || !world.actions(id, ActionKind::Accepted).is_empty()).await;
    world.until_acknowledged().await;
    assert_eq!(seen.calls(id), 0);
    let desk = Desk::open(&world.connection).await.unwrap();
    assert_eq!(desk.answer(id, Answer::done("وصل شد.")).await, Ok(()), "our own answer stands");
    assert_eq!(desk.progress(id, "در راه").await.unwrap_err().code, "already_answered");
    assert_eq!(desk.progress(id, "ب".repeat(4_001)).await.unwrap_err().code, "text_too_long");
}

#[tokio::test]
async fn an_answer_may_come_later_and_bear_its_own_moment() {
    let world = World::new().await;
    world.record().await;
    let does = |_, _: Referral, _: Desk| async { Ok(Outcome::Later) };
    let _adapter = world.adapter(Clerk { does, seen: Seen::default() });
    let id = world.issue("آب قطع است").await;
    until("it is accepted", async || !world.actions(id, ActionKind::Accepted).is_empty()).await;
    world.until_acknowledged().await;
    let moment = "2014-08-01T08:00:00Z".parse().unwrap();
    let desk = Desk::open(&world.connection).await.unwrap();
    desk.at(moment).answer(id, Answer::done("وصل شد.")).await.unwrap();
    let answer = world.actions(id, ActionKind::Answer).remove(0);
    assert_eq!(answer.acted_at, Some(contracts::timestamp(moment)));
    assert_eq!(world.told().pop().unwrap().moment.as_deref(), Some("2014-08-01T08:00:00Z"));
}

#[tokio::test]
async fn many_are_acted_on_at_once_but_not_all() {
    const REFERRALS: usize = 200;
    let world = World::new().await;
    world.record().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, peak) = (now.clone(), most.clone());
    let does = move |_, referral: Referral, desk: Desk| {
        let (count, peak) = (count.clone(), peak.clone());
        async move {
            peak.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            desk.progress(referral.id, "در دست بررسی").await?;
            count.fetch_sub(1, Ordering::SeqCst);
            Ok(Answer::done("انجام شد.").into())
        }
    };
    for _ in 0..REFERRALS {
        world.issue("آب قطع است").await;
    }
    let _adapter = world.adapter(Clerk { does, seen: Seen::default() });
    world.until_acknowledged().await;
    let answers = world.told().iter().filter(|told| told.action.kind() == ActionKind::Answer).count();
    assert_eq!(answers, REFERRALS);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=64).contains(&most), "{most} at once");
}
