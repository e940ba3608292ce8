//! Proofs that a stranger can check with the public key alone.

use audit::domain::{checkpoint, proof};
use contracts::audit::{GetCheckpointRequest, ProveConsistencyRequest, ProveInclusionRequest};
use tlog_tiles::{Hash, record_hash};
use tonic::Code;

use crate::world::{World, lifecycles};

fn hash(bytes: &[u8]) -> Hash {
    Hash(bytes.try_into().unwrap())
}

fn hashes(bytes: &[Vec<u8>]) -> Vec<Hash> {
    bytes.iter().map(|bytes| hash(bytes)).collect()
}

#[tokio::test]
async fn every_fact_is_proved_to_be_in_the_signed_tree() {
    let world = World::new().await;
    let facts = lifecycles(100);
    world.hear(&facts).await;
    world.sign().await;
    let signed = world.api.clone().get_checkpoint(GetCheckpointRequest {}).await.unwrap().into_inner();
    for said in facts.iter().step_by(97) {
        let asked = ProveInclusionRequest { fact_id: said.fact_id.to_string() };
        let answer = world.api.clone().prove_inclusion(asked).await.unwrap().into_inner();
        let (size, root) = checkpoint::open(&signed.verifier_key, &answer.checkpoint).unwrap();
        assert!(proof::includes(
            &hashes(&answer.hashes),
            size,
            root,
            answer.index,
            record_hash(&answer.leaf)
        ));
        let leaf = String::from_utf8(answer.leaf).unwrap();
        assert!(leaf.contains(&said.fact_id.to_string()) && leaf.contains(&said.fact), "{leaf}");
    }
}

#[tokio::test]
async fn what_is_not_in_the_ledger_or_not_signed_is_not_found() {
    let world = World::new().await;
    assert_eq!(
        world.api.clone().get_checkpoint(GetCheckpointRequest {}).await.unwrap_err().code(),
        Code::NotFound
    );
    let facts = lifecycles(1);
    let asked = ProveInclusionRequest { fact_id: facts[0].fact_id.to_string() };
    assert_eq!(world.api.clone().prove_inclusion(asked.clone()).await.unwrap_err().code(), Code::NotFound);
    world.hear(&facts).await;
    assert_eq!(world.api.clone().prove_inclusion(asked).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_later_tree_extends_each_earlier_one() {
    let world = World::new().await;
    for batch in lifecycles(90).chunks(300) {
        world.hear(batch).await;
        world.sign().await;
    }
    for (old_size, new_size) in [(1, 630), (256, 257), (300, 600), (630, 630)] {
        let asked = ProveConsistencyRequest { old_size, new_size };
        let answer = world.api.clone().prove_consistency(asked).await.unwrap().into_inner();
        let (old, new) = ((old_size, hash(&answer.old_root)), (new_size, hash(&answer.new_root)));
        assert!(proof::extends(&hashes(&answer.hashes), new, old));
    }
    for (old_size, new_size) in [(1, 631), (0, 5), (6, 5)] {
        let asked = ProveConsistencyRequest { old_size, new_size };
        let refused = world.api.clone().prove_consistency(asked).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
}
