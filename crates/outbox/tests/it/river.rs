use std::sync::Arc;

use chassis::clock::{Clock, random_u64};

use crate::world::{World, fact};

/// Cursors by id alone lose rows whose transaction commits late: many writers, late commits, rollbacks.
#[tokio::test(flavor = "multi_thread")]
async fn every_committed_fact_is_heard_and_no_other() {
    let world = Arc::new(World::new().await);
    world.start(2).await;
    let mut writers = Vec::new();
    for writer in 0..16 {
        let world = world.clone();
        writers.push(tokio::spawn(async move {
            let mut committed = 0;
            for round in 0..30 {
                let mut tx = world.teller.begin().await.unwrap();
                tx.emit(Clock::live().now(), &fact(&format!("{writer}-{round}"), ""));
                // The transaction id is taken here; the commit comes when it comes.
                sqlx::query("SELECT pg_current_xact_id(), pg_sleep($1)")
                    .bind((random_u64() % 20) as f64 / 1000.0)
                    .execute(tx.connection())
                    .await
                    .unwrap();
                if !random_u64().is_multiple_of(10) {
                    tx.commit().await.unwrap();
                    committed += 1;
                }
            }
            committed
        }));
    }
    let mut committed = 0;
    for writer in writers {
        committed += writer.await.unwrap();
    }
    world.until_effects(committed).await;
    world.tell("last", "").await;
    world.until_effects(committed + 1).await;
    assert_eq!(world.effects().await, committed + 1);
    assert_eq!(world.dead().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_stops_nobody_and_is_replayed_once_cured() {
    let world = World::new().await;
    world.poison.store(true, std::sync::atomic::Ordering::SeqCst);
    for number in 0..40 {
        world.tell(&number.to_string(), if number % 20 == 7 { "poison" } else { "" }).await;
    }
    let ears = world.start(1).await;
    world.until_effects(38).await;
    let ops = outbox::Ops::server(&world.hearer, &world.bus, ears, "SELECT 0::bigint");
    for _ in 0..600 {
        if world.dead().await == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mut ops = world.door(ops).await;
    let letters = ops
        .list_dead_letters(contracts::ops::ListDeadLettersRequest::default())
        .await
        .unwrap()
        .into_inner()
        .letters;
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].reason, "it is poison");
    let request = contracts::ops::ReplayDeadLetterRequest { id: letters[0].id };
    assert!(!ops.replay_dead_letter(request).await.unwrap().into_inner().handled, "still poison");
    world.poison.store(false, std::sync::atomic::Ordering::SeqCst);
    for letter in letters {
        let shown = ops
            .get_dead_letter(contracts::ops::GetDeadLetterRequest { id: letter.id })
            .await
            .unwrap()
            .into_inner();
        assert!(shown.letter.unwrap().redacted_body.contains("fars"));
        let request = contracts::ops::ReplayDeadLetterRequest { id: letter.id };
        assert!(ops.replay_dead_letter(request).await.unwrap().into_inner().handled);
    }
    assert_eq!((world.effects().await, world.dead().await), (40, 0));
    world.end().await;
}
