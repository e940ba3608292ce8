//! What the verification is fed, and what it says.

use tlog_tiles::Hash;
use uuid::Uuid;

use crate::domain::leaf::Leaf;
use crate::domain::proof::TileSet;
use crate::domain::tree::TILE_WIDTH;

/// Faults named at most (`Verification.faults` in the contract).
pub const MAX_FAULTS: usize = 1_000;

/// Leaves in one chunk: eight level-0 tiles, so that a chunk never crosses a tile of any level above.
pub const CHUNK_LEAVES: u64 = 8 * TILE_WIDTH as u64;

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The leaf's index; for a checkpoint its size, for a tile its first leaf.
    pub index: u64,
    /// The fact found there, if there is one.
    pub fact_id: Option<Uuid>,
    /// What was found, in words.
    pub message: String,
}

/// The kinds of fault, in the contract's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Payload or metadata of a fact are not what was recorded.
    Altered,
    /// A recorded fact is gone.
    Removed,
    /// A fact stands at another index than the one it was recorded at.
    Reordered,
    /// A fact that was never recorded.
    Added,
    /// A stored tile is not what the facts beneath it hash to.
    Tile,
    /// A signed root is not the root of the facts, or the signature is bad.
    Checkpoint,
}

impl FaultKind {
    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Removed => "removed",
            Self::Reordered => "reordered",
            Self::Added => "added",
            Self::Tile => "tile",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// A stored leaf with what is needed to check its commitment.
#[derive(Debug, Clone)]
pub struct Row {
    pub index: u64,
    pub leaf: Leaf,
    /// Absent when erased.
    pub payload: Option<Vec<u8>>,
    /// Absent when erased.
    pub salt: Option<Vec<u8>>,
}

/// A stored checkpoint.
#[derive(Debug, Clone)]
pub struct Signed {
    pub size: u64,
    pub root: Hash,
    pub note: String,
}

/// One stretch of the ledger as it is stored.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Rows of [`Verifier::next_leaf`] up to [`CHUNK_LEAVES`] on, by index.
    pub rows: Vec<Row>,
    /// The tiles of [`Verifier::next_tiles`] as far as they exist.
    pub tiles: TileSet,
    /// Checkpoints of sizes within the chunk: above its first leaf's index, up to its end, by size.
    pub checkpoints: Vec<Signed>,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Leaves that were verified.
    pub size: u64,
    /// The root recomputed from the facts.
    pub root: Hash,
    /// By index, at most [`MAX_FAULTS`].
    pub faults: Vec<Fault>,
}
