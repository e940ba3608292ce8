//! Recomputes the whole ledger from its rows in bounded memory and names every fault.
//!
//! Rows, tiles and signed checkpoints say the same thing three times. Where rows and a level-0 tile differ, the
//! hash above them decides which of the two is true; the signed checkpoints decide over both.

mod account;
mod strays;
#[cfg(test)]
mod tests;

use tlog_tiles::Hash;
use uuid::Uuid;

pub use self::account::{CHUNK_LEAVES, Chunk, Fault, FaultKind, MAX_FAULTS, Row, Signed, Verdict};
use self::strays::Strays;
use super::checkpoint;
use super::leaf::commit;
use super::proof::TileSet;
use super::tree::{Frontier, TILE_WIDTH, TileKey, hash_in, subtree_root, width};

/// Fed chunk after chunk, then finished.
pub struct Verifier {
    size: u64,
    stored_root: Hash,
    verifier_key: String,
    frontier: Frontier,
    /// For each level from 1 the recomputed hashes of the tile being filled.
    uppers: Vec<Vec<Hash>>,
    strays: Strays,
    faults: Vec<Fault>,
    last_good_checkpoint: u64,
    checkpoints_diverged: bool,
}

impl Verifier {
    /// Verifies the ledger of `size` leaves whose stored root is `stored_root`; checkpoints must be signed by
    /// `verifier_key` (C2SP vkey).
    #[must_use]
    pub fn new(size: u64, stored_root: Hash, verifier_key: String) -> Self {
        Self {
            size,
            stored_root,
            verifier_key,
            frontier: Frontier::default(),
            uppers: Vec::new(),
            strays: Strays::default(),
            faults: Vec::new(),
            last_good_checkpoint: 0,
            checkpoints_diverged: false,
        }
    }

    /// First leaf of the next chunk; the ledger's size when all are verified.
    #[must_use]
    pub fn next_leaf(&self) -> u64 {
        self.frontier.size()
    }

    /// The tiles that the next chunk must bring: its own of level 0 and one of each level above.
    #[must_use]
    pub fn next_tiles(&self) -> Vec<TileKey> {
        let first = self.next_leaf() / TILE_WIDTH as u64;
        let own = (first..first + CHUNK_LEAVES / TILE_WIDTH as u64).map(|index| (0, index));
        let above = (1u8..8).map(|level| (level, first >> (8 * u32::from(level))));
        own.chain(above).filter(|key| width(self.size, *key) > 0).collect()
    }

    /// Verifies the next chunk. Costs O(leaves of the chunk).
    pub fn chunk(&mut self, chunk: Chunk) {
        let end = self.size.min(self.next_leaf() + CHUNK_LEAVES);
        let mut rows = chunk.rows.into_iter().peekable();
        let mut checkpoints = chunk.checkpoints.into_iter().peekable();
        while self.next_leaf() < end {
            let first = self.next_leaf();
            let mut found: Vec<Option<Row>> = Vec::new();
            found.resize_with(width(self.size, (0, first / TILE_WIDTH as u64)), || None);
            let beyond = first + found.len() as u64;
            while let Some(row) = rows.next_if(|row| row.index < beyond) {
                let place =
                    row.index.checked_sub(first).and_then(|at| found.get_mut(usize::try_from(at).ok()?));
                match place {
                    Some(place @ None) => *place = Some(row),
                    _ => self.strays.extra(&row),
                }
            }
            for hash in self.tile(first, &found, &chunk.tiles) {
                self.frontier.push(hash);
                while let Some(signed) = checkpoints.next_if(|c| c.size <= self.frontier.size()) {
                    self.checkpoint(&signed);
                }
            }
        }
        rows.for_each(|row| self.strays.extra(&row));
        checkpoints.for_each(|signed| self.checkpoint(&signed));
    }

    /// Rows found at or beyond the ledger's size: never recorded there.
    pub fn beyond(&mut self, rows: &[Row]) {
        rows.iter().for_each(|row| self.strays.extra(row));
    }

    /// Checkpoints of sizes beyond the ledger's: it was cut short after they were signed.
    pub fn cut_short(&mut self, signed: &Signed) {
        let (index, lost) = (signed.size, signed.size.saturating_sub(self.size));
        let message = format!("a tree of {index} facts was signed, the last {lost} are gone");
        self.fault(FaultKind::Checkpoint, index, None, message);
    }

    fn fault(&mut self, kind: FaultKind, index: u64, fact_id: Option<Uuid>, message: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { kind, index, fact_id, message });
        }
    }

    /// Verifies one level-0 tile and the rows beneath; returns the hashes that hold.
    fn tile(&mut self, first: u64, found: &[Option<Row>], tiles: &TileSet) -> Vec<Hash> {
        let index = first / TILE_WIDTH as u64;
        let actual: Vec<Option<Hash>> =
            found.iter().map(|row| row.as_ref().map(|row| row.leaf.hash())).collect();
        let bytes = tiles.get(&(0, index)).map_or(&[][..], Vec::as_slice);
        let stored: Vec<Option<Hash>> = (0..found.len()).map(|place| hash_in(bytes, place)).collect();
        let truth = self.decide(index, &actual, &stored, tiles);
        if let Some(place) = stored.iter().zip(&truth).position(|(stored, truth)| *stored != Some(*truth)) {
            let at = first + place as u64;
            let message = format!("tile 0/{index} is not what its facts hash to, first at {at}");
            self.fault(FaultKind::Tile, at, None, message);
        }
        for ((place, expected), (row, actual)) in (first..).zip(&truth).zip(found.iter().zip(actual)) {
            match row {
                None => self.strays.gap(place, *expected),
                Some(row) if actual == Some(*expected) => self.payload(row),
                Some(row) => self.strays.misfit(row, *expected),
            }
        }
        if truth.len() == TILE_WIDTH {
            self.climb(1, index, subtree_root(&truth), tiles);
        }
        truth
    }

    /// Which of two accounts of a tile is true: the one that the hash above agrees with.
    fn decide(
        &self,
        index: u64,
        rows: &[Option<Hash>],
        stored: &[Option<Hash>],
        tiles: &TileSet,
    ) -> Vec<Hash> {
        let parent = tiles.get(&(1, index / TILE_WIDTH as u64));
        let parent = parent.and_then(|hashes| hash_in(hashes, usize::try_from(index).ok()? % TILE_WIDTH));
        let agrees = |hashes: &[Hash]| match parent {
            Some(parent) if hashes.len() == TILE_WIDTH => subtree_root(hashes) == parent,
            _ => self.root_with(hashes) == self.stored_root,
        };
        let complete = |hashes: &[Option<Hash>]| hashes.iter().copied().collect::<Option<Vec<Hash>>>();
        let by_rows = complete(rows);
        let by_tile = complete(stored);
        if let Some(hashes) = by_rows.filter(|hashes| by_tile.as_ref() == Some(hashes) || agrees(hashes)) {
            return hashes;
        }
        // Either the tile is right, or both are damaged: then the tile, where it says anything, is the likelier.
        stored.iter().zip(rows).map(|(stored, row)| stored.or(*row).unwrap_or_default()).collect()
    }

    fn root_with(&self, hashes: &[Hash]) -> Hash {
        let mut frontier = self.frontier.clone();
        hashes.iter().for_each(|hash| frontier.push(*hash));
        frontier.root()
    }

    /// Compares a recomputed hash with the stored tile of a level above, and goes on upwards when that tile is full.
    fn climb(&mut self, level: u8, place: u64, hash: Hash, tiles: &TileSet) {
        let (index, within) =
            (place / TILE_WIDTH as u64, usize::try_from(place).unwrap_or_default() % TILE_WIDTH);
        let stored = tiles.get(&(level, index)).and_then(|hashes| hash_in(hashes, within));
        if stored != Some(hash) {
            let first = place << (8 * u32::from(level));
            let message =
                format!("tile {level}/{index} is not what the facts beneath hash to, at its place {within}");
            self.fault(FaultKind::Tile, first, None, message);
        }
        let depth = usize::from(level);
        self.uppers.resize_with(self.uppers.len().max(depth), Vec::new);
        let filling = &mut self.uppers[depth - 1];
        filling.push(hash);
        if filling.len() == TILE_WIDTH {
            let root = subtree_root(filling);
            filling.clear();
            self.climb(level + 1, index, root, tiles);
        }
    }

    /// A row whose metadata hold: does the payload?
    fn payload(&mut self, row: &Row) {
        let wrong = match (&row.payload, &row.salt) {
            // Erased together, which the ledger is made for.
            (None, None) => None,
            (Some(payload), Some(salt)) => (commit(salt, payload) != row.leaf.commitment)
                .then_some("the payload is not the one recorded"),
            (None, Some(_)) => Some("the payload is gone although it was not erased"),
            (Some(_), None) => Some("the salt is gone, the payload cannot be checked"),
        };
        if let Some(message) = wrong {
            self.fault(FaultKind::Altered, row.index, Some(row.leaf.fact_id), message.to_owned());
        }
    }

    fn checkpoint(&mut self, signed: &Signed) {
        let index = signed.size;
        match checkpoint::open(&self.verifier_key, &signed.note) {
            Err(e) => self.fault(FaultKind::Checkpoint, index, None, e.to_string()),
            Ok(told) if told != (signed.size, signed.root) => {
                let message = "its size or root is not what the signed note says".to_owned();
                self.fault(FaultKind::Checkpoint, index, None, message);
            }
            Ok(_) if index == self.frontier.size() && signed.root == self.frontier.root() => {
                self.last_good_checkpoint = index;
                self.checkpoints_diverged = false;
            }
            // The first of a run says where; those after it say the same again.
            Ok(_) if self.checkpoints_diverged => {}
            Ok(_) => {
                self.checkpoints_diverged = true;
                let from = self.last_good_checkpoint;
                let message = format!(
                    "the facts from {from} to {} are not those whose root was signed",
                    index.saturating_sub(1)
                );
                self.fault(FaultKind::Checkpoint, index, None, message);
            }
        }
    }

    /// The verdict over everything fed.
    #[must_use]
    pub fn finish(mut self) -> Verdict {
        let root = self.frontier.root();
        if self.next_leaf() != self.size {
            let (message, index) =
                (format!("only {} of {} facts were read", self.next_leaf(), self.size), self.next_leaf());
            self.fault(FaultKind::Removed, index, None, message);
        } else if root != self.stored_root {
            self.fault(
                FaultKind::Tile,
                self.size,
                None,
                "the stored root is not that of the facts".to_owned(),
            );
        }
        let Self { size, mut faults, strays, .. } = self;
        faults.extend(strays.resolve());
        faults.sort_by_key(|fault| (fault.index, fault.kind));
        faults.truncate(MAX_FAULTS);
        Verdict { size, root, faults }
    }
}
