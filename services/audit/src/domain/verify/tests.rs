//! Whatever is done to a stored ledger is found and named.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tlog_tiles::{HASH_SIZE, Hash};
use uuid::Uuid;

use super::*;
use crate::domain::checkpoint::LogKey;
use crate::domain::leaf::{Leaf, SALT_BYTES};
use crate::domain::tree::Edge;

/// A ledger as the store holds it.
#[derive(Clone)]
struct Shelf {
    rows: BTreeMap<u64, Row>,
    tiles: TileSet,
    checkpoints: Vec<Signed>,
    root: Hash,
    size: u64,
    key: LogKey,
}

fn row(index: u64) -> Row {
    let (salt, payload) = (vec![index as u8; SALT_BYTES], format!("payload {index}").into_bytes());
    let leaf = Leaf {
        fact_id: Uuid::from_u128(u128::from(index) + 1),
        fact: "intake.v1.case_registered".into(),
        at: jiff::Timestamp::from_second(1_700_000_000 + index as i64).unwrap(),
        about: Uuid::from_u128(u128::from(index / 8)),
        commitment: commit(&salt, &payload),
    };
    Row { index, leaf, payload: Some(payload), salt: Some(salt) }
}

fn shelf(size: u64, batch: usize) -> Shelf {
    let key = LogKey::parse(&LogKey::generate("test.example.ir", &[3; 32]).unwrap()).unwrap();
    let (mut edge, mut tiles, mut checkpoints) = (Edge::default(), TileSet::new(), Vec::new());
    let rows: BTreeMap<u64, Row> = (0..size).map(|index| (index, row(index))).collect();
    let hashes: Vec<Hash> = rows.values().map(|row| row.leaf.hash()).collect();
    for batch in hashes.chunks(batch) {
        tiles.extend(edge.append(batch).into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)));
        let (size, root) = (edge.size(), edge.root());
        checkpoints.push(Signed { size, root, note: key.sign(size, root).unwrap() });
    }
    Shelf { rows, tiles, checkpoints, root: edge.root(), size, key }
}

fn verify(shelf: &Shelf) -> Vec<Fault> {
    let mut verifier = Verifier::new(shelf.size, shelf.root, shelf.key.verifier_key().to_owned());
    while verifier.next_leaf() < shelf.size {
        let first = verifier.next_leaf();
        let end = first + CHUNK_LEAVES;
        let tiles = verifier.next_tiles().into_iter();
        verifier.chunk(Chunk {
            rows: shelf.rows.range(first..end.min(shelf.size)).map(|(_, row)| row.clone()).collect(),
            tiles: tiles.filter_map(|key| Some((key, shelf.tiles.get(&key)?.clone()))).collect(),
            checkpoints: shelf
                .checkpoints
                .iter()
                .filter(|c| c.size > first && c.size <= end)
                .cloned()
                .collect(),
        });
    }
    let beyond: Vec<Row> = shelf.rows.range(shelf.size..).map(|(_, row)| row.clone()).collect();
    verifier.beyond(&beyond);
    verifier.finish().faults
}

fn named(faults: &[Fault]) -> Vec<(FaultKind, u64)> {
    faults.iter().map(|fault| (fault.kind, fault.index)).collect()
}

fn put(shelf: &mut Shelf, index: u64, mut row: Row) {
    row.index = index;
    shelf.rows.insert(index, row);
}

/// Sizes around the borders of tiles and chunks, and between.
fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![2u64..40, 250u64..262, 500u64..800, 2_040u64..2_060, 4_000u64..4_400]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_untouched_ledger_is_whole(size in 0u64..3_000, batch in 1usize..600) {
        prop_assert_eq!(verify(&shelf(size, batch.max(40))), vec![]);
    }

    #[test]
    fn a_changed_payload_is_altered(size in sizes(), at in 0.0f64..1.0, bit in 0u8..8) {
        let (mut shelf, index) = (shelf(size, 300), (at * size as f64) as u64);
        shelf.rows.get_mut(&index).unwrap().payload.as_mut().unwrap()[3] ^= 1 << bit;
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Altered, index)]);
    }

    #[test]
    fn changed_metadata_are_altered(size in sizes(), at in 0.0f64..1.0, which in 0u8..5) {
        let (mut shelf, index) = (shelf(size, 300), (at * size as f64) as u64);
        let leaf = &mut shelf.rows.get_mut(&index).unwrap().leaf;
        match which {
            0 => leaf.fact_id = Uuid::max(),
            1 => leaf.fact.push('x'),
            2 => leaf.at = jiff::Timestamp::UNIX_EPOCH,
            3 => leaf.about = Uuid::max(),
            _ => leaf.commitment[31] ^= 1,
        }
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Altered, index)]);
    }

    #[test]
    fn a_removed_fact_is_named(size in sizes(), at in 0.0f64..1.0) {
        let (mut shelf, index) = (shelf(size, 300), (at * size as f64) as u64);
        shelf.rows.remove(&index);
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Removed, index)]);
    }

    #[test]
    fn a_removed_fact_with_the_rest_moved_up_is_named(size in 3u64..600, at in 0.0f64..1.0) {
        let (mut shelf, index) = (shelf(size, 300), (at * size as f64) as u64);
        for later in index + 1..size {
            let row = shelf.rows[&later].clone();
            put(&mut shelf, later - 1, row);
        }
        shelf.rows.remove(&(size - 1));
        let faults = named(&verify(&shelf));
        prop_assert!(faults.contains(&(FaultKind::Removed, index)));
        prop_assert_eq!(faults.iter().filter(|(kind, _)| *kind == FaultKind::Reordered).count() as u64, size - 1 - index);
    }

    #[test]
    fn swapped_facts_are_reordered_and_both_named(size in sizes(), a in 0.0f64..1.0, b in 0.0f64..1.0) {
        let mut shelf = shelf(size, 300);
        let (a, b) = ((a * size as f64) as u64, (b * size as f64) as u64);
        prop_assume!(a != b);
        let (at_a, at_b) = (shelf.rows[&a].clone(), shelf.rows[&b].clone());
        put(&mut shelf, a, at_b);
        put(&mut shelf, b, at_a);
        let faults = verify(&shelf);
        prop_assert_eq!(named(&faults), vec![(FaultKind::Reordered, a.min(b)), (FaultKind::Reordered, a.max(b))]);
        prop_assert!(faults.iter().all(|f| f.message.contains(&a.to_string()) && f.message.contains(&b.to_string())));
    }

    #[test]
    fn an_added_fact_is_named(size in sizes()) {
        let mut shelf = shelf(size, 300);
        put(&mut shelf, size, row(size + 7));
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Added, size)]);
    }

    #[test]
    fn any_flipped_bit_of_any_tile_is_named(size in sizes(), which in 0.0f64..1.0, at in 0.0f64..1.0, bit in 0u8..8) {
        let mut shelf = shelf(size, 300);
        let mut keys: Vec<_> = shelf.tiles.keys().copied().collect();
        keys.sort_unstable();
        let tile = shelf.tiles.get_mut(&keys[(which * keys.len() as f64) as usize]).unwrap();
        let at = (at * tile.len() as f64) as usize;
        tile[at] ^= 1 << bit;
        let (level, index) = keys[(which * keys.len() as f64) as usize];
        let leaf = ((index << 8) + (at / HASH_SIZE) as u64) << (8 * u32::from(level));
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Tile, leaf)]);
    }

    #[test]
    fn rewriting_a_fact_and_its_whole_tree_breaks_the_signed_roots(size in 700u64..1_500, at in 0.0f64..1.0) {
        let (honest, index) = (shelf(size, 300), (at * size as f64) as u64);
        let mut forged = honest.clone();
        let row = forged.rows.get_mut(&index).unwrap();
        row.payload = Some(b"forged".to_vec());
        row.leaf.commitment = commit(row.salt.as_ref().unwrap(), b"forged");
        let hashes: Vec<Hash> = forged.rows.values().map(|row| row.leaf.hash()).collect();
        let mut edge = Edge::default();
        forged.tiles = edge.append(&hashes).into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)).collect();
        forged.root = edge.root();
        let first_signed_after = honest.checkpoints.iter().find(|c| c.size > index).unwrap().size;
        prop_assert_eq!(named(&verify(&forged)), vec![(FaultKind::Checkpoint, first_signed_after)]);
    }

    #[test]
    fn a_forged_signature_or_root_is_named(size in 300u64..900, at in 0.0f64..1.0, root in any::<bool>()) {
        let mut shelf = shelf(size, 200);
        let which = (at * shelf.checkpoints.len() as f64) as usize;
        let checkpoint = &mut shelf.checkpoints[which];
        let other = LogKey::parse(&LogKey::generate("test.example.ir", &[4; 32]).unwrap()).unwrap();
        if root { checkpoint.root.0[0] ^= 1 } else { checkpoint.note = other.sign(checkpoint.size, checkpoint.root).unwrap() }
        let size = checkpoint.size;
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Checkpoint, size)]);
    }

    #[test]
    fn erasing_salt_and_payload_together_is_lawful_and_one_alone_is_not(size in sizes(), at in 0.0f64..1.0) {
        let (mut shelf, index) = (shelf(size, 300), (at * size as f64) as u64);
        let row = shelf.rows.get_mut(&index).unwrap();
        row.salt = None;
        prop_assert_eq!(named(&verify(&shelf)), vec![(FaultKind::Altered, index)]);
        shelf.rows.get_mut(&index).unwrap().payload = None;
        prop_assert_eq!(verify(&shelf), vec![]);
    }

    #[test]
    fn many_faults_at_once_are_all_named(seed in prop::collection::btree_map(0u64..2_000, 0u8..3, 1..20)) {
        let mut shelf = shelf(2_000, 300);
        let mut expected = Vec::new();
        for (index, what) in seed {
            match what {
                0 => { shelf.rows.remove(&index); expected.push((FaultKind::Removed, index)); }
                1 => { shelf.rows.get_mut(&index).unwrap().payload = None; expected.push((FaultKind::Altered, index)); }
                _ => { shelf.rows.get_mut(&index).unwrap().leaf.fact.push('x'); expected.push((FaultKind::Altered, index)); }
            }
        }
        prop_assert_eq!(named(&verify(&shelf)), expected);
    }
}

#[test]
fn a_ledger_cut_short_after_signing_is_found() {
    let (whole, short) = (shelf(900, 300), shelf(600, 300));
    let mut verifier = Verifier::new(600, short.root, short.key.verifier_key().to_owned());
    let tiles = verifier.next_tiles().into_iter().map(|key| (key, short.tiles[&key].clone())).collect();
    verifier.chunk(Chunk { rows: short.rows.into_values().collect(), tiles, checkpoints: short.checkpoints });
    verifier.cut_short(&whole.checkpoints[2]);
    assert_eq!(named(&verifier.finish().faults), vec![(FaultKind::Checkpoint, 900)]);
}

#[test]
fn a_ledger_of_many_tiles_is_verified_through_all_levels() {
    let shelf = shelf(TILE_WIDTH as u64 * TILE_WIDTH as u64 + 3_000, 5_000);
    assert_eq!(verify(&shelf), vec![]);
}

#[test]
fn rows_that_were_not_fed_are_missed() {
    let shelf = shelf(5_000, 1_000);
    let mut verifier = Verifier::new(5_000, shelf.root, shelf.key.verifier_key().to_owned());
    verifier.chunk(Chunk::default());
    assert!(!verifier.finish().faults.is_empty());
}
