//! What an import may hold, and what it changes.

use std::collections::HashSet;

use super::catalogue::{Agency, Catalogue, MAX_DEPTH, Rule, Topic};

/// Longest agency code (a NATS account and subject token).
const AGENCY_CODE: std::ops::RangeInclusive<usize> = 2..=40;
/// Longest other code.
const CODE: usize = 100;
/// Longest name.
const NAME: usize = 200;
/// Agencies of one rule: a case that more must answer is no case of one topic.
const AGENCIES_OF_RULE: usize = 20;

/// Rows to import.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// New and changed agencies.
    pub agencies: Vec<Agency>,
    /// New and changed topics.
    pub topics: Vec<Topic>,
    /// New and changed rules.
    pub rules: Vec<Rule>,
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row and field, e.g. `rules[3].agency`.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What an import changes.
#[derive(Debug, Default)]
pub struct Change<'a> {
    /// Agencies that are new.
    pub added: Vec<&'a Agency>,
    /// Agencies that are now otherwise.
    pub changed: Vec<&'a Agency>,
    /// Topics that are new or otherwise.
    pub topics: Vec<&'a Topic>,
    /// Rules that are new or name other agencies.
    pub rules: Vec<&'a Rule>,
}

impl Change<'_> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.topics.is_empty() && self.rules.is_empty()
    }
}

/// Whether a text can be a token of a subject: lower-case letters, digits and hyphens.
#[must_use]
pub fn is_token(text: &str) -> bool {
    (1..=CODE).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_agency_code(text: &str) -> bool {
    is_token(text) && AGENCY_CODE.contains(&text.len()) && text.bytes().any(|b| b.is_ascii_lowercase())
}

fn is_topic_code(text: &str) -> bool {
    let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    (1..=CODE).contains(&text.len()) && text.bytes().all(allowed)
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= NAME && !text.chars().any(char::is_control)
}

/// Everything that is wrong with an import into what is held already.
#[must_use]
pub fn faults(import: &Import, held: &Catalogue) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    check_agencies(import, held, &mut faults);
    check_topics(import, held, &mut faults);
    check_rules(import, held, &mut faults);
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn unless(&mut self, fine: bool, place: impl FnOnce() -> String, reason: &str) {
        if !fine {
            self.0.push(Fault { place: place(), reason: reason.to_owned() });
        }
    }
}

fn check_agencies(import: &Import, held: &Catalogue, faults: &mut Faults) {
    let new: HashSet<&str> = import.agencies.iter().map(|a| a.code.as_str()).collect();
    let mut seen = HashSet::new();
    for (row, agency) in import.agencies.iter().enumerate() {
        let at = |field: &'static str| move || format!("agencies[{row}].{field}");
        let letters = "must be 2 to 40 lower-case letters, digits and hyphens with a letter";
        faults.unless(is_agency_code(&agency.code), at("code"), letters);
        faults.unless(seen.insert(&agency.code), at("code"), "is there twice");
        let province = agency.province.is_empty() || is_token(&agency.province);
        faults.unless(province, at("province"), "must be lower-case letters, digits and hyphens, or empty");
        faults.unless(is_name(&agency.name_fa), at("name_fa"), "must be 1 to 200 characters");
        faults.unless(is_name(&agency.name_en), at("name_en"), "must be 1 to 200 characters");
        let above = agency.supervisor.as_str();
        let another = above != agency.code && (new.contains(above) || held.agencies.contains_key(above));
        faults.unless(above.is_empty() || another, at("supervisor"), "is no other agency");
    }
}

fn check_topics(import: &Import, held: &Catalogue, faults: &mut Faults) {
    let mut parents: std::collections::HashMap<&str, &str> =
        held.topics.values().map(|t| (t.code.as_str(), t.parent.as_str())).collect();
    parents.extend(import.topics.iter().map(|t| (t.code.as_str(), t.parent.as_str())));
    let mut seen = HashSet::new();
    for (row, topic) in import.topics.iter().enumerate() {
        let at = |field: &'static str| move || format!("topics[{row}].{field}");
        let letters = "must be 1 to 100 lower-case letters, digits, dots, hyphens and underscores";
        faults.unless(is_topic_code(&topic.code), at("code"), letters);
        faults.unless(seen.insert(&topic.code), at("code"), "is there twice");
        let known = topic.parent.is_empty() || parents.contains_key(topic.parent.as_str());
        faults.unless(known, at("parent"), "is no topic");
        let above = std::iter::successors(Some(topic.code.as_str()), |code| parents.get(code).copied());
        let ends = above.take(MAX_DEPTH + 1).any(str::is_empty);
        faults.unless(ends || !known, at("parent"), "leads in a circle or deeper than 16 levels");
        faults.unless(is_name(&topic.name_fa), at("name_fa"), "must be 1 to 200 characters");
        faults.unless(is_name(&topic.name_en), at("name_en"), "must be 1 to 200 characters");
    }
}

fn check_rules(import: &Import, held: &Catalogue, faults: &mut Faults) {
    let agencies: HashSet<&str> = import
        .agencies
        .iter()
        .map(|a| a.code.as_str())
        .chain(held.agencies.keys().map(String::as_str))
        .collect();
    let topics: HashSet<&str> =
        import.topics.iter().map(|t| t.code.as_str()).chain(held.topics.keys().map(String::as_str)).collect();
    let mut seen = HashSet::new();
    for (row, rule) in import.rules.iter().enumerate() {
        let at = |field: &'static str| move || format!("rules[{row}].{field}");
        faults.unless(topics.contains(rule.topic.as_str()), at("topic"), "is no topic");
        faults.unless(agencies.contains(rule.agency.as_str()), at("agency"), "is no agency");
        let known = rule.also.iter().all(|code| agencies.contains(code.as_str()));
        faults.unless(known, at("also"), "names what is no agency");
        let distinct = rule.agencies().collect::<HashSet<_>>().len() == 1 + rule.also.len();
        faults.unless(
            distinct && rule.also.len() < AGENCIES_OF_RULE,
            at("also"),
            "must be at most 19 others, once each",
        );
        for (field, code) in [("province", &rule.province), ("county", &rule.county)] {
            let fine = code.is_empty() || is_token(code);
            faults.unless(fine, at(field), "must be lower-case letters, digits and hyphens, or empty");
        }
        faults.unless(
            rule.county.is_empty() || !rule.province.is_empty(),
            at("county"),
            "needs its province",
        );
        let unique = seen.insert((&rule.topic, &rule.province, &rule.county));
        faults.unless(unique, at("topic"), "has two rules in the same place");
    }
}

/// What a faultless import changes in what is held; a repeated one changes nothing.
#[must_use]
pub fn change<'a>(import: &'a Import, held: &Catalogue) -> Change<'a> {
    let mut change = Change::default();
    for agency in &import.agencies {
        match held.agencies.get(&agency.code) {
            None => change.added.push(agency),
            Some(same) if same == agency => {}
            Some(_) => change.changed.push(agency),
        }
    }
    change.topics = import.topics.iter().filter(|t| held.topics.get(&t.code) != Some(*t)).collect();
    let same =
        |r: &Rule| held.rule(&r.topic, &r.province, &r.county).is_some_and(|held| r.agencies().eq(held));
    change.rules = import.rules.iter().filter(|rule| !same(rule)).collect();
    change
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
