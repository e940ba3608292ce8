//! Crashes, restarts and losses: nothing is dropped, nothing is done twice.

use std::sync::Arc;

use contracts::agency::ActionKind;
use sdk::{Answer, Desk, Referral};
use tokio::sync::Semaphore;

use crate::world::{AGENCY, Clerk, Judgement, Seen, World, gated, until};

#[tokio::test]
async fn a_crash_before_the_acknowledgement_repeats_the_same_action() {
    let world = World::new().await;
    world
        .judge(Box::new(|before, _| if before == 1 { Judgement::RecordInSilence } else { Judgement::Record }))
        .await;
    let does = |_, _: Referral, _: Desk| async { Ok(Answer::done("آب وصل شد.").into()) };
    let (_, crashing) = world.adapter(Clerk { does, seen: Seen::default() });
    let id = world.issue("آب قطع است").await;
    world.until_answered(id).await;
    crashing.abort();
    let _ = crashing.await;
    let seen = Seen::default();
    let _next = world.adapter(Clerk { does, seen: seen.clone() });
    world.until_acknowledged().await;
    assert_eq!(seen.calls(id), 1);
    let answers = world.actions(id, ActionKind::Answer);
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0].action_id, answers[1].action_id);
}

#[tokio::test]
async fn samad_being_away_or_busy_is_waited_out() {
    let world = World::new().await;
    let seen = Seen::default();
    let does = |_, _: Referral, _: Desk| async { Ok(Answer::done("آب وصل شد.").into()) };
    let _adapter = world.adapter(Clerk { does, seen: seen.clone() });
    let id = world.issue("آب قطع است").await;
    until("it is in hand", async || {
        bus::Feed::lag(&world.hub, "routing", AGENCY).await.is_ok_and(|lag| lag.in_hand == 1)
    })
    .await;
    world
        .judge(Box::new(|before, _| match before {
            0..8 => Judgement::Refuse { code: "busy", retryable: true },
            _ => Judgement::Record,
        }))
        .await;
    world.until_answered(id).await;
    world.until_acknowledged().await;
    assert_eq!(seen.calls(id), 1);
    let after = world.issue("باز هم قطع است").await;
    world.until_answered(after).await;
}

#[tokio::test]
async fn a_broker_restart_in_the_middle_costs_nothing() {
    let mut world = World::new().await;
    world.record().await;
    let (gate, seen) = (Arc::new(Semaphore::new(0)), Seen::default());
    let _adapter = world.adapter(gated(&gate, &seen));
    let id = world.issue("آب قطع است").await;
    until("it is at work", async || seen.calls(id) == 1).await;
    world.ground.nats.restart().await.unwrap();
    gate.add_permits(1);
    world.until_answered(id).await;
    world.until_acknowledged().await;
    assert_eq!(seen.calls(id), 1, "what was in hand is acknowledged after the restart");
    let after = world.issue("باز هم قطع است").await;
    gate.add_permits(1);
    world.until_answered(after).await;
    world.until_acknowledged().await;
}

#[tokio::test]
async fn an_emptied_broker_is_waited_for_and_old_acknowledgements_do_no_harm() {
    let mut world = World::new().await;
    world.record().await;
    let (gate, seen) = (Arc::new(Semaphore::new(0)), Seen::default());
    let (stop, running) = world.adapter(gated(&gate, &seen));
    let before = world.issue("پیش از آن").await;
    until("the first is at work", async || seen.calls(before) == 1).await;
    world.ground.nats.wipe().await.unwrap();
    world.make_consumer().await;
    // It has now the place in the stream that the first one had.
    let after = world.issue("پس از آن").await;
    until("the second is at work", async || seen.calls(after) == 1).await;
    gate.add_permits(1);
    world.until_answered(before).await;
    stop.cancel();
    gate.close();
    running.await.unwrap();
    assert!(world.actions(after, ActionKind::Answer).is_empty());
    let seen = Seen::default();
    let _next = world.adapter(gated(&Arc::new(Semaphore::new(1)), &seen));
    world.until_answered(after).await;
    world.until_acknowledged().await;
    assert_eq!(seen.calls(before), 0);
}
