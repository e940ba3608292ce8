//! The agenda of a meeting: its turns by topic, and the agencies that hold their cases.

use std::collections::{BTreeMap, BTreeSet};

/// What one citizen brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The contact's id.
    pub contact_id: String,
    /// Its case; empty where advice ended it.
    pub case_id: String,
    /// The case's code.
    pub tracking_code: String,
    /// `samad.intake.v1.Kind`.
    pub kind: i32,
    /// Topic code.
    pub topic: String,
    /// The matter.
    pub statement: String,
    /// Where it lies.
    pub place: String,
    /// Agencies that hold its case.
    pub agencies: Vec<String>,
}

/// Turns of one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its code.
    pub topic: String,
    /// In the order of their registration.
    pub turns: Vec<Turn>,
    /// Agencies that hold cases of it.
    pub agencies: BTreeSet<String>,
}

/// Groups turns, given in the order of their registration, by topic: most asked first.
#[must_use]
pub fn by_topic(turns: Vec<Turn>) -> Vec<Topic> {
    let mut topics: BTreeMap<String, Topic> = BTreeMap::new();
    for turn in turns {
        let topic = topics.entry(turn.topic.clone()).or_insert_with(|| Topic {
            topic: turn.topic.clone(),
            turns: Vec::new(),
            agencies: BTreeSet::new(),
        });
        topic.agencies.extend(turn.agencies.iter().cloned());
        topic.turns.push(turn);
    }
    let mut topics: Vec<Topic> = topics.into_values().collect();
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.turns.len()));
    topics
}

/// What an agency is invited for: its topics, and how many turns these are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concern {
    /// Topics.
    pub topics: BTreeSet<String>,
    /// Turns.
    pub turns: u32,
}

/// The agencies concerned, each with its topics.
#[must_use]
pub fn concerned(topics: &[Topic]) -> BTreeMap<&str, Concern> {
    let mut concerned: BTreeMap<&str, Concern> = BTreeMap::new();
    for turn in topics.iter().flat_map(|topic| &topic.turns) {
        for agency in turn.agencies.iter().collect::<BTreeSet<_>>() {
            let concern = concerned.entry(agency).or_default();
            concern.topics.insert(turn.topic.clone());
            concern.turns += 1;
        }
    }
    concerned
}
