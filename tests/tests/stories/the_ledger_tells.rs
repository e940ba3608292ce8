use contracts::audit::{Verification, VerifyLedgerRequest};
use sqlx::{Connection, PgConnection};

use crate::world::{World, leak};

async fn verify(world: &World) -> Verification {
    let mut answers = world.doors.audit().verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner();
    let mut result = None;
    while let Some(answer) = answers.message().await.unwrap() {
        result = answer.result.or(result);
    }
    result.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_and_a_removed_fact_are_named() {
    let world = World::new().await;
    world.register(Some("story-0004"), &leak()).await;
    world.figures_when(|f| f["answered"] == 1).await;
    let sound = verify(&world).await;
    assert!(sound.ok && sound.size > 8, "{sound:?}");

    let url = world.system.postgres.as_ref().unwrap().url("audit");
    let mut database = PgConnection::connect(&url).await.unwrap();
    sqlx::query("UPDATE leaf SET payload = set_byte(payload, 0, 255 - get_byte(payload, 0)) WHERE idx = 3")
        .execute(&mut database)
        .await
        .unwrap();
    let altered = verify(&world).await;
    assert!(!altered.ok);
    assert!(altered.faults.iter().any(|f| f.kind == "altered" && f.index == 3), "{altered:?}");

    sqlx::query("DELETE FROM leaf WHERE idx = 5").execute(&mut database).await.unwrap();
    let removed = verify(&world).await;
    assert!(removed.faults.iter().any(|f| f.kind == "removed" && f.index == 5), "{removed:?}");
    world.end().await;
}
