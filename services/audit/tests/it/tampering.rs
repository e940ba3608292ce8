//! What is done to the stored ledger behind the service's back is detected and named.

use crate::world::{World, lifecycles};

async fn grown() -> World {
    let world = World::new().await;
    for batch in lifecycles(400).chunks(250) {
        world.hear(batch).await;
        world.sign().await;
    }
    assert_eq!(world.faults().await, vec![]);
    world
}

fn fault(kind: &str, index: u64) -> (String, u64) {
    (kind.to_owned(), index)
}

#[tokio::test]
async fn a_tampered_byte_is_named() {
    let world = grown().await;
    world
        .tamper("UPDATE leaf SET payload = set_byte(payload, 5, get_byte(payload, 5) # 1) WHERE idx = 1234")
        .await;
    assert_eq!(world.faults().await, vec![fault("altered", 1234)]);
}

#[tokio::test]
async fn tampered_metadata_are_named() {
    let world = grown().await;
    world.tamper("UPDATE leaf SET at = at + interval '1 microsecond' WHERE idx = 77").await;
    world.tamper("UPDATE leaf SET fact = 'intake.v1.case_closed' WHERE idx = 2700").await;
    assert_eq!(world.faults().await, vec![fault("altered", 77), fault("altered", 2700)]);
}

#[tokio::test]
async fn a_removed_fact_is_named() {
    let world = grown().await;
    world.tamper("DELETE FROM leaf WHERE idx = 2050").await;
    assert_eq!(world.faults().await, vec![fault("removed", 2050)]);
}

#[tokio::test]
async fn reordered_facts_are_named_with_both_places() {
    let world = grown().await;
    world.tamper("UPDATE leaf SET idx = 1000000 WHERE idx = 100").await;
    world.tamper("UPDATE leaf SET idx = 100 WHERE idx = 2100").await;
    world.tamper("UPDATE leaf SET idx = 2100 WHERE idx = 1000000").await;
    let verification = world.verify().await;
    let told: Vec<_> =
        verification.faults.iter().map(|f| (f.kind.as_str(), f.index, f.message.as_str())).collect();
    let here = ("reordered", 100, "the fact at 100 was recorded at 2100");
    assert_eq!(told, vec![here, ("reordered", 2100, "the fact at 2100 was recorded at 100")]);
}

#[tokio::test]
async fn an_added_fact_is_named() {
    let world = grown().await;
    world
        .tamper(
            "INSERT INTO leaf SELECT 2800, gen_random_uuid(), fact, at, about, commitment, payload FROM leaf WHERE idx = 3",
        )
        .await;
    assert_eq!(world.faults().await, vec![fault("added", 2800)]);
}

#[tokio::test]
async fn damaged_tiles_and_checkpoints_are_named() {
    let world = grown().await;
    world.tamper("UPDATE tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE level = 0 AND idx = 3").await;
    world.tamper("UPDATE checkpoint SET note = replace(note, '500', '501') WHERE size = 500").await;
    assert_eq!(world.faults().await, vec![fault("checkpoint", 500), fault("tile", 3 * 256 + 1)]);
}

#[tokio::test]
async fn a_ledger_cut_short_is_named() {
    let world = grown().await;
    world.tamper("UPDATE tree SET size = 2750, root = (SELECT root FROM checkpoint WHERE size = 2750)").await;
    let faults = world.faults().await;
    assert!(faults.contains(&fault("checkpoint", 2800)), "{faults:?}");
    assert!(faults.contains(&fault("added", 2750)), "{faults:?}");
}

#[tokio::test]
async fn erasing_a_case_leaves_the_tree_whole() {
    let world = grown().await;
    world.tamper("DELETE FROM case_salt WHERE about = (SELECT about FROM leaf WHERE idx = 8)").await;
    assert_eq!(world.faults().await.len(), 7, "the salt alone: its seven facts cannot be checked");
    world.tamper("UPDATE leaf SET payload = NULL WHERE about = (SELECT about FROM leaf WHERE idx = 8)").await;
    assert_eq!(world.faults().await, vec![]);
}

#[tokio::test]
async fn many_writers_and_deliveries_record_each_fact_once() {
    let world = World::new().await;
    let facts = lifecycles(60);
    let (first, second): (Vec<_>, Vec<_>) = tokio::join!(
        async {
            let mut recorded = Vec::new();
            for batch in facts.chunks(50) {
                recorded.push(world.hear(batch).await);
            }
            recorded
        },
        async {
            let mut recorded = Vec::new();
            for batch in facts.rchunks(70) {
                recorded.push(world.hear(batch).await);
            }
            recorded
        }
    );
    assert_eq!(first.iter().sum::<usize>() + second.iter().sum::<usize>(), facts.len());
    world.sign().await;
    let verification = world.verify().await;
    assert_eq!((verification.size, verification.ok), (420, true));
}
