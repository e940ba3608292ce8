//! Inclusion and consistency proofs (RFC 6962 §2.1.1–2) from stored tiles, and their verification.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use thiserror::Error;
use tlog_tiles::{
    Error as TlogError, Hash, HashReader, Tile as Coordinates, check_record, check_tree, prove_record,
    prove_tree, tree_hash,
};

use super::tree::{TILE_HEIGHT, TileKey};

/// What a proof can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// That the leaf at `index` is in the tree of `size` leaves.
    Inclusion { size: u64, index: u64 },
    /// That the tree of `new` leaves extends that of `old` leaves.
    Consistency { old: u64, new: u64 },
    /// The root of the tree of `size` leaves.
    Root { size: u64 },
}

/// Why there is no proof.
#[derive(Debug, Error)]
pub enum ProofFault {
    /// Sizes or index outside the tree.
    #[error("no such tree or leaf: {0:?}")]
    OutOfRange(Question),
    /// The tiles given do not hold what the proof needs.
    #[error("tiles are missing or too narrow")]
    Tiles(#[from] TlogError),
}

/// Stored tiles by key; a tile may be wider than the tree asked about.
pub type TileSet = HashMap<TileKey, Vec<u8>>;

struct Stored<'a>(&'a TileSet);

impl HashReader for Stored<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, TlogError> {
        let hash_at = |index: &u64| {
            let tile = Coordinates::from_index(TILE_HEIGHT, *index);
            let data = self.0.get(&(tile.level(), tile.level_index())).ok_or(TlogError::InvalidTile)?;
            tile.hash_at_index(data, *index)
        };
        indexes.iter().map(hash_at).collect()
    }
}

/// Notes which tiles a proof reads, so that the store can load them all in one query.
#[derive(Default)]
struct Plan(RefCell<BTreeSet<TileKey>>);

impl HashReader for Plan {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, TlogError> {
        let key = |index: &u64| {
            let tile = Coordinates::from_index(TILE_HEIGHT, *index);
            (tile.level(), tile.level_index())
        };
        self.0.borrow_mut().extend(indexes.iter().map(key));
        Ok(vec![Hash::default(); indexes.len()])
    }
}

impl Question {
    fn in_range(self) -> Result<Self, ProofFault> {
        let ok = match self {
            Self::Inclusion { size, index } => index < size,
            Self::Consistency { old, new } => (1..=new).contains(&old),
            Self::Root { .. } => true,
        };
        if ok { Ok(self) } else { Err(ProofFault::OutOfRange(self)) }
    }

    fn answer_from(self, reader: &impl HashReader) -> Result<Vec<Hash>, ProofFault> {
        Ok(match self.in_range()? {
            Self::Inclusion { size, index } => prove_record(size, index, reader)?,
            Self::Consistency { old, new } => prove_tree(new, old, reader)?,
            Self::Root { size } => vec![tree_hash(size, reader)?],
        })
    }

    /// The tiles that the answer needs: at most some per level.
    ///
    /// # Errors
    /// [`ProofFault::OutOfRange`].
    pub fn tiles(self) -> Result<Vec<TileKey>, ProofFault> {
        let plan = Plan::default();
        self.answer_from(&plan)?;
        Ok(plan.0.into_inner().into_iter().collect())
    }

    /// The proof's hashes in RFC 6962 order; for a root, that one hash.
    ///
    /// # Errors
    /// [`ProofFault`] when out of range or when a tile is missing or too narrow.
    pub fn answer(self, tiles: &TileSet) -> Result<Vec<Hash>, ProofFault> {
        self.answer_from(&Stored(tiles))
    }
}

/// Whether `proof` shows that `leaf` is at `index` in the tree of `size` leaves with that `root`.
#[must_use]
pub fn includes(proof: &[Hash], size: u64, root: Hash, index: u64, leaf: Hash) -> bool {
    index < size && check_record(&proof.to_vec(), size, root, index, leaf).is_ok()
}

/// Whether `proof` shows that the `new` tree (size, root) extends the `old` one.
#[must_use]
pub fn extends(proof: &[Hash], new: (u64, Hash), old: (u64, Hash)) -> bool {
    check_tree(&proof.to_vec(), new.0, new.1, old.0, old.1).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tree::{Edge, Frontier};
    use proptest::prelude::*;
    use tlog_tiles::record_hash;

    fn grown(size: u64) -> (Vec<Hash>, TileSet) {
        let leaves: Vec<Hash> = (0..size).map(|i| record_hash(&i.to_le_bytes())).collect();
        let tiles = Edge::default().append(&leaves);
        (leaves, tiles.into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)).collect())
    }

    fn root_of(leaves: &[Hash]) -> Hash {
        let mut frontier = Frontier::default();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        frontier.root()
    }

    /// Only the planned tiles, so that a plan that forgets one fails.
    fn answer(question: Question, all: &TileSet) -> Vec<Hash> {
        let planned = question.tiles().unwrap();
        question.answer(&planned.into_iter().map(|key| (key, all[&key].clone())).collect()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn every_leaf_of_every_past_tree_is_proved(size in 1u64..1_500, a in 0.0f64..1.0, b in 0.0f64..1.0, bit in 0usize..256) {
            let (leaves, tiles) = grown(size);
            let past = 1 + (a * (size - 1) as f64) as u64;
            let index = (b * past as f64) as u64;
            let root = answer(Question::Root { size: past }, &tiles)[0];
            let (past_leaves, at) = (&leaves[..past as usize], index as usize);
            prop_assert_eq!(root, root_of(past_leaves));

            let proof = answer(Question::Inclusion { size: past, index }, &tiles);
            prop_assert!(includes(&proof, past, root, index, leaves[at]));
            let mut other = leaves[at];
            other.0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!includes(&proof, past, root, index, other));

            let now = root_of(&leaves);
            let proof = answer(Question::Consistency { old: past, new: size }, &tiles);
            prop_assert!(extends(&proof, (size, now), (past, root)));
            prop_assert!(!extends(&proof, (size, now), (past, other)));
        }
    }

    #[test]
    fn what_lies_beyond_the_tree_is_refused() {
        for question in [
            Question::Inclusion { size: 5, index: 5 },
            Question::Consistency { old: 0, new: 5 },
            Question::Consistency { old: 6, new: 5 },
        ] {
            assert!(matches!(question.tiles(), Err(ProofFault::OutOfRange(_))));
        }
        let missing = Question::Inclusion { size: 5, index: 2 }.answer(&TileSet::new());
        assert!(matches!(missing, Err(ProofFault::Tiles(_))));
    }
}
