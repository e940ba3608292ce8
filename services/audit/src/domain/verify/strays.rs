//! Rows that are not where they were recorded, matched with the places that miss a row.

use std::collections::{HashMap, HashSet};

use tlog_tiles::Hash;
use uuid::Uuid;

use super::{Fault, FaultKind, MAX_FAULTS, Row};

/// Places remembered at most: beyond, the ledger is ruined and naming more helps nobody.
const MAX_STRAYS: usize = 100_000;

struct Stray {
    index: u64,
    fact_id: Uuid,
    hash: Hash,
    /// Whether the place itself was recorded, with another fact in it.
    placed: bool,
}

/// Collects misplaced rows and unfilled places; bounded by [`MAX_STRAYS`].
#[derive(Default)]
pub(super) struct Strays {
    rows: Vec<Stray>,
    /// Recorded leaf hash → index, of every place where that fact is not found.
    wanted: HashMap<[u8; 32], u64>,
    dropped: u64,
}

impl Strays {
    fn full(&mut self) -> bool {
        let full = self.rows.len() + self.wanted.len() >= MAX_STRAYS;
        self.dropped += u64::from(full);
        full
    }

    /// A recorded place without a row.
    pub(super) fn gap(&mut self, index: u64, expected: Hash) {
        if !self.full() {
            self.wanted.insert(expected.0, index);
        }
    }

    /// A row in a place where another was recorded.
    pub(super) fn misfit(&mut self, row: &Row, expected: Hash) {
        if !self.full() {
            self.wanted.insert(expected.0, row.index);
            self.rows.push(Stray {
                index: row.index,
                fact_id: row.leaf.fact_id,
                hash: row.leaf.hash(),
                placed: true,
            });
        }
    }

    /// A row in a place where nothing was recorded.
    pub(super) fn extra(&mut self, row: &Row) {
        if !self.full() {
            self.rows.push(Stray {
                index: row.index,
                fact_id: row.leaf.fact_id,
                hash: row.leaf.hash(),
                placed: false,
            });
        }
    }

    /// Names each: a row that some place misses was reordered, another was altered or added; a place whose fact is
    /// nowhere, not even altered, lost it.
    pub(super) fn resolve(mut self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut altered = HashSet::new();
        for row in &self.rows {
            let index = row.index;
            let (kind, message) = match self.wanted.remove(&row.hash.0) {
                Some(home) => (FaultKind::Reordered, format!("the fact at {index} was recorded at {home}")),
                None if row.placed => {
                    (FaultKind::Altered, "the fact is not the one recorded here".to_owned())
                }
                None => (FaultKind::Added, "nothing was recorded here".to_owned()),
            };
            if kind == FaultKind::Altered {
                altered.insert(index);
            }
            faults.push(Fault { kind, index, fact_id: Some(row.fact_id), message });
        }
        for index in self.wanted.into_values().filter(|index| !altered.contains(index)) {
            let message = "the fact recorded here is gone".to_owned();
            faults.push(Fault { kind: FaultKind::Removed, index, fact_id: None, message });
        }
        faults.sort_by_key(|fault| (fault.index, fault.kind));
        faults.truncate(MAX_FAULTS);
        if self.dropped > 0
            && let Some(last) = faults.last_mut()
        {
            last.message =
                format!("{} (and {} places beyond the {MAX_STRAYS} looked at)", last.message, self.dropped);
        }
        faults
    }
}
