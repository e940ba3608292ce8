//! The RFC 6962 Merkle tree in C2SP tlog-tiles form, grown at its right edge only.

use thiserror::Error;
use tlog_tiles::{EMPTY_HASH, HASH_SIZE, Hash, Tile as Coordinates, node_hash};

/// Levels of the binary tree in one tile (C2SP tlog-tiles).
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// Level and place of a tile.
pub type TileKey = (u8, u64);

/// A tile: `hashes` is its width times 32 bytes, a partial tile is a prefix of the full one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// 0 holds the leaf hashes; each level above holds the roots of the tiles beneath.
    pub level: u8,
    /// Place within the level, from 0.
    pub index: u64,
    /// Concatenated hashes.
    pub hashes: Vec<u8>,
}

/// The stored tiles do not make a tree of the stored size.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("tile {level}/{index} holds {found} hashes where a tree of {size} leaves needs {wanted}")]
pub struct BrokenEdge {
    level: u8,
    index: u64,
    size: u64,
    found: usize,
    wanted: usize,
}

/// The right edge of a tree: for each level the hashes that no full tile holds yet. All that appending needs.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// Hashes at `level` in a tree of `size` leaves.
fn count(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
}

/// Width that the tile has in a tree of `size` leaves; 0 when it lies beyond.
#[must_use]
pub fn width(size: u64, (level, index): TileKey) -> usize {
    let beyond = count(size, level).saturating_sub(index.saturating_mul(TILE_WIDTH as u64));
    usize::try_from(beyond).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
}

/// The partial tiles of a tree of `size` leaves: what [`Edge::load`] needs.
#[must_use]
pub fn edge_keys(size: u64) -> Vec<TileKey> {
    (0..=u8::MAX)
        .map(|level| (level, count(size, level) >> TILE_HEIGHT))
        .take_while(|(level, _)| count(size, *level) > 0)
        .filter(|key| width(size, *key) > 0)
        .collect()
}

/// The hash at `place` within a tile's bytes, if the tile is that wide.
#[must_use]
pub fn hash_in(hashes: &[u8], place: usize) -> Option<Hash> {
    let bytes = hashes.get(place * HASH_SIZE..(place + 1) * HASH_SIZE)?;
    bytes.try_into().ok().map(Hash)
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Root of a perfect subtree over `hashes`, whose number is a power of two.
#[must_use]
pub fn subtree_root(hashes: &[Hash]) -> Hash {
    Coordinates::subtree_hash(&bytes(hashes))
}

impl Edge {
    /// The edge of a tree of `size` leaves from its stored partial tiles ([`edge_keys`]), in any order.
    ///
    /// # Errors
    /// [`BrokenEdge`] when a tile is missing or has another width than the size demands.
    pub fn load(size: u64, tiles: &[Tile]) -> Result<Self, BrokenEdge> {
        let mut edge = Self { size, levels: Vec::new() };
        for (level, index) in edge_keys(size) {
            let wanted = width(size, (level, index));
            let stored = tiles.iter().find(|tile| (tile.level, tile.index) == (level, index));
            let stored = stored.map_or(&[][..], |tile| &tile.hashes);
            if stored.len() != wanted * HASH_SIZE {
                let found = stored.len() / HASH_SIZE;
                return Err(BrokenEdge { level, index, size, found, wanted });
            }
            let hashes = (0..wanted).filter_map(|place| hash_in(stored, place));
            edge.level(usize::from(level)).extend(hashes);
        }
        Ok(edge)
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    fn level(&mut self, level: usize) -> &mut Vec<Hash> {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        &mut self.levels[level]
    }

    /// Adds leaves and returns every tile that is new or wider than before. Costs O(leaves + log size).
    pub fn append(&mut self, leaves: &[Hash]) -> Vec<Tile> {
        let before = self.size;
        let mut changed = Vec::new();
        for leaf in leaves {
            self.size += 1;
            self.push(0, *leaf, &mut changed);
        }
        for (level, hashes) in (0u8..).zip(&self.levels) {
            let grown = count(self.size, level) != count(before, level);
            if grown && !hashes.is_empty() {
                let index = count(self.size, level) >> TILE_HEIGHT;
                changed.push(Tile { level, index, hashes: bytes(hashes) });
            }
        }
        changed
    }

    fn push(&mut self, level: u8, hash: Hash, full: &mut Vec<Tile>) {
        let size = self.size;
        let hashes = self.level(usize::from(level));
        hashes.push(hash);
        if hashes.len() == TILE_WIDTH {
            let data = bytes(hashes);
            hashes.clear();
            let root = Coordinates::subtree_hash(&data);
            full.push(Tile { level, index: (count(size, level) >> TILE_HEIGHT) - 1, hashes: data });
            self.push(level + 1, root, full);
        }
    }

    /// The root hash (RFC 6962 §2.1).
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut subtrees = Vec::new();
        for hashes in self.levels.iter().rev() {
            let mut rest = &hashes[..];
            while !rest.is_empty() {
                let (perfect, after) = rest.split_at(1 << rest.len().ilog2());
                subtrees.push(subtree_root(perfect));
                rest = after;
            }
        }
        fold(&subtrees)
    }
}

/// Root over perfect subtrees that shrink from left to right.
fn fold(subtrees: &[Hash]) -> Hash {
    subtrees.iter().rev().copied().reduce(|right, left| node_hash(left, right)).unwrap_or(EMPTY_HASH)
}

/// A tree of which only the roots of its perfect subtrees are kept: enough for the root after each leaf.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf; O(1) on average.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                hash = node_hash(left, hash);
            }
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// The root hash (RFC 6962 §2.1) in O(log size).
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.subtrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use tlog_tiles::record_hash;

    /// RFC 6962 §2.1 word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let left = 1 << (leaves.len() - 1).ilog2();
                node_hash(by_definition(&leaves[..left]), by_definition(&leaves[left..]))
            }
        }
    }

    fn leaves(n: usize) -> Vec<Hash> {
        (0..n).map(|i| record_hash(&i.to_be_bytes())).collect()
    }

    type Stored = BTreeMap<TileKey, Vec<u8>>;

    fn edge_of(size: u64, stored: &Stored) -> Edge {
        let tiles: Vec<Tile> = edge_keys(size)
            .into_iter()
            .map(|(level, index)| Tile { level, index, hashes: stored[&(level, index)].clone() })
            .collect();
        Edge::load(size, &tiles).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_split_into_batches_gives_the_same_tiles_and_root(splits in prop::collection::vec(0usize..700, 1..8)) {
            let all = leaves(splits.iter().sum());
            let (mut stored, mut size, mut frontier) = (Stored::new(), 0, Frontier::default());
            for split in splits {
                let mut edge = edge_of(size, &stored);
                let batch = &all[usize::try_from(size).unwrap()..][..split];
                let changed = edge.append(batch);
                prop_assert!(changed.len() <= split / TILE_WIDTH + 4, "only the edge is rewritten");
                for tile in changed {
                    let old = stored.insert((tile.level, tile.index), tile.hashes.clone());
                    prop_assert!(tile.hashes.starts_with(&old.unwrap_or_default()), "a tile only grows");
                }
                batch.iter().for_each(|leaf| frontier.push(*leaf));
                size = edge.size();
                prop_assert_eq!(edge.root(), by_definition(&all[..usize::try_from(size).unwrap()]));
                prop_assert_eq!(edge.root(), frontier.root());
            }
            let at_once: Stored =
                Edge::default().append(&all).into_iter().map(|tile| ((tile.level, tile.index), tile.hashes)).collect();
            prop_assert_eq!(at_once, stored);
        }
    }

    #[test]
    fn three_levels_of_tiles() {
        let all = leaves(TILE_WIDTH * TILE_WIDTH + 300);
        let mut edge = Edge::default();
        let tiles = edge.append(&all);
        assert_eq!(edge.root(), by_definition(&all));
        assert_eq!(tiles.iter().map(|tile| tile.level).max(), Some(2));
        assert_eq!(edge_keys(edge.size()), vec![(0, 257), (1, 1), (2, 0)]);
    }

    #[test]
    fn a_missing_or_short_edge_tile_is_refused() {
        assert!(Edge::load(3, &[]).is_err());
        let short = Tile { level: 0, index: 0, hashes: vec![0; 64] };
        assert!(Edge::load(3, &[short]).is_err());
    }
}
