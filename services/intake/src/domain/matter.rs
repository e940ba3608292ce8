//! The same matter again: whether a contact speaks of an open case, by who calls and by what is said.

use std::collections::{BTreeMap, BTreeSet};

use contracts::CaseId;
use contracts::intake::CaseState;
use jiff::Timestamp;

use crate::domain::desk::{DeskPolicy, SameMatter};
use crate::domain::persian::{normalise, stems};

/// Keys of a text: one is enough to find it, and each has one entry in an index.
pub const KEYS: usize = 2;
/// Stems of a text that says enough to be compared.
const STEMS_MIN: usize = 3;
/// Open cases that a contact is shown at most.
const SHOWN: usize = 5;

/// By what the open cases of the same matter are found; kept with a case as long as it is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traces {
    /// Keyed hash of the national id.
    pub citizen_hash: Option<[u8; 32]>,
    /// Keyed hash of the telephone number.
    pub caller_hash: Option<[u8; 32]>,
    /// Keys of the text in its place and topic; none: it says too little.
    pub matter: Option<[i64; KEYS]>,
}

/// Why a case seems to be of the same matter. The numbers are those of `samad.intake.v1.MatchedBy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The same national id.
    NationalId = 1,
    /// The same telephone number.
    Phone = 2,
    /// A text that is alike, of the same topic and place.
    Text = 3,
}

/// An open case that was found by a trace of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub case_id: CaseId,
    /// Its tracking code.
    pub tracking_code: String,
    /// How far it is.
    pub state: CaseState,
    /// Topic code.
    pub topic: String,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// The matter in its words.
    pub statement: String,
    /// The trace that led to it.
    pub found_by: Why,
}

/// An answered case whose citizen has not yet said whether that solved the matter (rule 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Its id.
    pub case_id: CaseId,
    /// Its tracking code.
    pub tracking_code: String,
    /// Topic code.
    pub topic: String,
    /// When it was answered.
    pub answered_at: Timestamp,
    /// Until when the citizen's word is taken.
    pub feedback_until: Timestamp,
}

/// A case that was found by a trace of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is open.
    Open(Candidate),
    /// It is answered, and its citizen, who calls, can be asked.
    Awaited(Awaited),
}

/// An open case of perhaps the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The case.
    pub case: Candidate,
    /// Everything that speaks for it.
    pub why: BTreeSet<Why>,
    /// Of the same topic.
    pub same_topic: bool,
}

impl Similar {
    /// Whether it is likely the same person's same matter: then a new case needs a reason.
    #[must_use]
    pub fn is_likely(&self) -> bool {
        let same_person = self.why.contains(&Why::NationalId) || self.why.contains(&Why::Phone);
        same_person && (self.same_topic || self.why.contains(&Why::Text))
    }
}

/// Keys of a matter: texts that share many word pairs share a key with the more likelihood the more they share
/// (MinHash). Texts of another topic or place never do.
#[must_use]
pub fn keys(province: &str, county: &str, topic: &str, text: &str) -> Option<[i64; KEYS]> {
    let stems = stems(text);
    if stems.len() < STEMS_MIN {
        return None;
    }
    let place = hash(0, &[province, county, topic]);
    let least = |seed: u64| {
        let pairs = stems.windows(2).map(|pair| hash(place ^ seed, &[&pair[0], &pair[1]]));
        pairs.min().unwrap_or_default().cast_signed()
    };
    Some([least(0x9e37_79b9_7f4a_7c15), least(0xc2b2_ae3d_27d4_eb4f)])
}

/// FNV-1a over the words, then mixed, so that the least of many hashes is any of them alike.
fn hash(seed: u64, words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    for word in words {
        for byte in word.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// How alike two texts are, in percent: trigrams that they share, of all that either has, after both are spelt alike.
#[must_use]
pub fn likeness_percent(one: &str, other: &str) -> u32 {
    let trigrams = |text: &str| -> BTreeSet<[char; 3]> {
        let letters: Vec<char> = format!("  {} ", normalise(text)).chars().collect();
        letters.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
    };
    let (one, other) = (trigrams(one), trigrams(other));
    let (shared, all) = (one.intersection(&other).count(), one.union(&other).count());
    u32::try_from(100 * shared / all.max(1)).unwrap_or(100)
}

/// The open cases of perhaps the same matter, the most likely first.
#[must_use]
pub fn similar(topic: &str, text: &str, found: Vec<Candidate>, policy: &DeskPolicy) -> Vec<Similar> {
    if policy.same_matter == SameMatter::Off {
        return Vec::new();
    }
    let mut cases: BTreeMap<CaseId, Similar> = BTreeMap::new();
    for case in found {
        let alike = || likeness_percent(text, &case.statement) >= policy.alike_percent;
        let same_topic = case.topic == topic;
        let (id, found_by) = (case.case_id, case.found_by);
        let why = if found_by != Why::Text || alike() { Some(found_by) } else { None };
        let text_too = same_topic && found_by != Why::Text && alike();
        let similar = cases.entry(id).or_insert_with(|| Similar { case, why: BTreeSet::new(), same_topic });
        similar.why.extend(why);
        similar.why.extend(text_too.then_some(Why::Text));
    }
    let mut similar: Vec<Similar> = cases.into_values().filter(|similar| !similar.why.is_empty()).collect();
    similar.sort_by_key(|s| {
        (
            !s.is_likely(),
            std::cmp::Reverse(s.why.len()),
            std::cmp::Reverse(s.case.registered_at),
            s.case.case_id,
        )
    });
    similar.truncate(SHOWN);
    similar
}

/// Of whom the caller can be asked at `now`, the first to lapse first, each once.
#[must_use]
pub fn to_ask(mut awaited: Vec<Awaited>, now: Timestamp) -> Vec<Awaited> {
    awaited.retain(|case| case.feedback_until > now);
    awaited.sort_by_key(|case| (case.feedback_until, case.case_id));
    awaited.dedup_by_key(|case| case.case_id);
    awaited
}

/// Whether a new case may be registered although these are open.
#[must_use]
pub fn needs_reason(similar: &[Similar], reason: &str, policy: &DeskPolicy) -> bool {
    policy.same_matter == SameMatter::Reason && reason.is_empty() && similar.iter().any(Similar::is_likely)
}

#[cfg(test)]
mod tests;
