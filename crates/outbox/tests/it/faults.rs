use async_nats::HeaderMap;
use jiff::Timestamp;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_broker_is_filled_again_from_the_outbox() {
    let mut world = World::new().await;
    world.start(1).await;
    for number in 0..50 {
        world.tell(&number.to_string(), "").await;
    }
    world.until_effects(50).await;
    world.ground.nats.wipe().await.unwrap();
    world.tell("after", "").await;
    world.until_effects(51).await;
    for _ in 0..600 {
        if again(&world).await == 50 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(again(&world).await, 50, "the old facts were published again");
    assert_eq!(world.effects().await, 51);
    world.end().await;
}

async fn again(world: &World) -> i64 {
    let sql = "SELECT count(*) FROM effect WHERE deliveries > 1 AND case_id <> 'after'";
    sqlx::query_scalar(sql).fetch_one(world.hearer.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbox_is_replayed_from_a_moment_on() {
    let world = World::new().await;
    let ears = world.start(1).await;
    world.tell("one", "").await;
    world.until_effects(1).await;
    let flow = flow(&world, ears).await;
    assert_eq!((flow.published, flow.outbox_waiting, flow.dead_letters), (1, 0, 0));
    world.end().await;
}

async fn flow(world: &World, ears: Vec<outbox::Listener>) -> contracts::ops::GetFlowResponse {
    let ops = outbox::Ops::server(&world.teller, &world.bus, vec![], "SELECT 0::bigint");
    let mut ops = world.door(ops).await;
    let since = Some(contracts::timestamp(Timestamp::UNIX_EPOCH));
    let replayed = ops.replay_outbox(contracts::ops::ReplayOutboxRequest { since }).await.unwrap();
    assert_eq!(replayed.into_inner().facts, 1);
    drop(ears);
    for _ in 0..600 {
        let flow = ops.get_flow(contracts::ops::GetFlowRequest::default()).await.unwrap().into_inner();
        if flow.outbox_waiting == 0 {
            return flow;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the outbox did not empty");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_read_ends_in_the_dead_letters() {
    let world = World::new().await;
    world.start(2).await;
    let client = async_nats::connect(world.ground.nats_url()).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("ce-id", "not an id");
    let subject = "intake.v1.case_registered.fars._.1";
    client.publish_with_headers(subject, headers, "\u{0}rubbish".into()).await.unwrap();
    client.publish(subject, "no headers at all".into()).await.unwrap();
    client.flush().await.unwrap();
    world.tell("good", "").await;
    world.until_effects(1).await;
    for _ in 0..600 {
        if world.dead().await == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(world.dead().await, 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_stated_after_a_standstill_of_days_are_published() {
    let world = World::new().await;
    // As if the service had last run days ago: no partition is there for today.
    let partitions: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_inherits JOIN pg_class ON oid = inhrelid
         WHERE inhparent = 'outbox.fact'::regclass AND relname <> 'fact_other'",
    )
    .fetch_all(world.teller.pool())
    .await
    .unwrap();
    assert!(!partitions.is_empty());
    for partition in partitions {
        let drop = sqlx::AssertSqlSafe(format!("DROP TABLE outbox.{partition}"));
        sqlx::query(drop).execute(world.teller.pool()).await.unwrap();
    }
    world.tell("one", "").await;
    world.tell("two", "").await;
    world.start(1).await;
    world.until_effects(2).await;
    let strays: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox.fact_other")
        .fetch_one(world.teller.pool())
        .await
        .unwrap();
    assert_eq!(strays, 0);
    world.tell("three", "").await;
    world.until_effects(3).await;
    world.end().await;
}
