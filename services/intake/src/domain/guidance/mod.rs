//! Entries of the guidance base (rule 11): what they must hold, how versions follow each other, how they are found.

mod search;

use std::collections::BTreeMap;

use contracts::intake::{GuidanceEntry, GuidanceKind, GuidanceRung};

use crate::domain::contact::Fault;

pub use search::{Found, Query, index_of, query};

/// Longest text of an entry, in characters.
const TEXT_MAX: usize = 8_000;
/// Longest title, source or lawful way, in characters.
const LINE_MAX: usize = 1_000;
/// Most topics or keywords of an entry.
const LIST_MAX: usize = 50;

/// What stands under an entry's newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// That version.
    pub version: u32,
    /// The hash of its content.
    pub digest: Vec<u8>,
}

/// What an import does to one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The entry is new: version 1.
    Added,
    /// Its content differs from the version that stands: this one follows.
    Changed(u32),
    /// It stands as it is.
    Unchanged,
}

/// What becomes of an entry with this content.
#[must_use]
pub fn change(standing: Option<&Standing>, digest: &[u8]) -> Change {
    match standing {
        None => Change::Added,
        Some(standing) if standing.digest == digest => Change::Unchanged,
        Some(standing) => Change::Changed(standing.version.saturating_add(1)),
    }
}

/// Every fault of an import; `entries[3].text` stands in the reason, for a field's name is fixed.
#[must_use]
pub fn faults(entries: &[GuidanceEntry]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, entry) in entries.iter().enumerate() {
        let mut wrong = |field: &str, reason: &str| {
            faults.push(Fault {
                field: "entries",
                reason: format!("{row} ({}): {field} {reason}", entry.entry),
            });
        };
        if !is_code(&entry.entry) {
            wrong("entry", "must be 3 to 60 lower-case letters, digits and hyphens");
        }
        if let Some(first) = seen.insert(&entry.entry, row) {
            wrong("entry", &format!("stands in row {first} too"));
        }
        if entry.kind() == GuidanceKind::Unspecified {
            wrong("kind", "must be mission or circular");
        }
        for (field, text, most) in [
            ("title", &entry.title, LINE_MAX),
            ("text", &entry.text, TEXT_MAX),
            ("lawful_way", &entry.lawful_way, LINE_MAX),
            ("source", &entry.source, LINE_MAX),
        ] {
            if text.chars().count() > most {
                wrong(field, &format!("has more than {most} characters"));
            }
            if text.contains('\0') {
                wrong(field, "holds control characters");
            }
        }
        if entry.title.trim().is_empty() || entry.text.trim().is_empty() {
            wrong("title and text", "must be given");
        }
        if entry.rungs().any(|rung| rung == GuidanceRung::Unspecified) {
            wrong("rungs", "must be information, beyond_capacity or unlawful");
        }
        if entry.rungs().any(|rung| rung == GuidanceRung::Unlawful) && entry.lawful_way.trim().is_empty() {
            wrong("lawful_way", "must be given where the entry says that something is unlawful (rule 3)");
        }
        if entry.topics.len() > LIST_MAX || entry.keywords.len() > LIST_MAX {
            wrong("topics and keywords", &format!("are more than {LIST_MAX}"));
        }
        if entry.topics.iter().chain(&entry.keywords).any(|word| word.contains(['\n', '\0'])) {
            wrong("topics and keywords", "hold line breaks");
        }
    }
    faults
}

/// A code of an entry is a token of subjects.
fn is_code(code: &str) -> bool {
    (3..=60).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> GuidanceEntry {
        GuidanceEntry {
            entry: "well-permit".into(),
            kind: GuidanceKind::Circular.into(),
            title: "پروانهٔ چاه".into(),
            text: "حفر چاه بدون پروانه ممنوع است.".into(),
            ..Default::default()
        }
    }

    #[test]
    fn every_fault_names_its_row() {
        assert_eq!(faults(&[entry()]), []);
        let mut unlawful = entry();
        unlawful.rungs = vec![GuidanceRung::Unlawful.into()];
        let reasons: Vec<String> =
            faults(&[entry(), unlawful]).into_iter().map(|fault| fault.reason).collect();
        assert_eq!(reasons.len(), 2);
        assert!(reasons[0].contains("row 0 too") && reasons[1].starts_with("1 (well-permit): lawful_way"));
        assert_eq!(faults(&[GuidanceEntry::default()]).len(), 3);
    }

    proptest! {
        #[test]
        fn versions_grow_by_one_with_each_change_and_with_nothing_else(contents in prop::collection::vec(0_u8..3, 1..20)) {
            let mut standing: Option<Standing> = None;
            let mut changes = 0;
            for (place, content) in contents.iter().enumerate() {
                let digest = vec![*content];
                if place == 0 || contents[place - 1] != *content {
                    changes += 1;
                }
                match change(standing.as_ref(), &digest) {
                    Change::Added => standing = Some(Standing { version: 1, digest }),
                    Change::Changed(version) => standing = Some(Standing { version, digest }),
                    Change::Unchanged => {}
                }
                prop_assert_eq!(standing.as_ref().map(|s| s.version), Some(changes));
                prop_assert_eq!(change(standing.as_ref(), &[*content]), Change::Unchanged);
            }
        }

        #[test]
        fn no_entry_panics(code in "\\PC{0,70}", title in "\\PC{0,20}", rungs in prop::collection::vec(-1_i32..5, 0..4)) {
            let _ = faults(&[GuidanceEntry { entry: code, title, rungs, ..entry() }]);
        }
    }
}
