//! Who answers for what: agencies, the tree of topics, and the rules between them (domain rule 4).

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// No tree of topics is deeper; a walk up that takes longer goes round in a circle.
pub const MAX_DEPTH: usize = 16;

/// How an agency wants its facts written. The numbers are those of `samad.routing.v1.WireFormat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i32")]
pub enum Format {
    /// Protobuf.
    Protobuf = 1,
    /// The protobuf JSON mapping.
    Json = 2,
}

impl TryFrom<i32> for Format {
    type Error = String;

    /// Unset (0) means protobuf.
    fn try_from(number: i32) -> Result<Self, String> {
        match number {
            0 | 1 => Ok(Format::Protobuf),
            2 => Ok(Format::Json),
            other => Err(format!("{other} is no wire format")),
        }
    }
}

impl Format {
    /// The content type of facts in this format.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Protobuf => contracts::json::PROTOBUF,
            Format::Json => contracts::json::JSON,
        }
    }
}

/// A body that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Agency {
    /// Also its NATS account and subject token.
    pub code: String,
    /// Empty for a national body.
    pub province: String,
    /// As citizens read it.
    pub name_fa: String,
    /// As developers read it.
    pub name_en: String,
    /// See [`Format`].
    pub format: Format,
    /// The agency above it, to which complaints about its manager go (rule 9); empty: unknown.
    pub supervisor: String,
}

/// What a contact is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Topic {
    /// Its id in contacts and rules.
    pub code: String,
    /// Empty for a root.
    pub parent: String,
    /// As citizens read it.
    pub name_fa: String,
    /// As developers read it.
    pub name_en: String,
}

/// A topic, and all below it, in a place belongs to an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The topic's code.
    pub topic: String,
    /// Empty: every province.
    pub province: String,
    /// Empty: every county.
    pub county: String,
    /// The agency's code.
    pub agency: String,
    /// Codes of agencies that must act beside it.
    pub also: Vec<String>,
}

impl Rule {
    /// Everyone it names, the first agency first.
    pub fn agencies(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.agency).chain(&self.also)
    }
}

/// Why no rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecided {
    /// The topic is not in the tree.
    UnknownTopic,
    /// No rule covers the topic in that place.
    NoRule,
    /// Every agency that a rule names was tried.
    AllTried,
}

/// Everything that decides where a case goes.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By code.
    pub agencies: BTreeMap<String, Agency>,
    /// By code.
    pub topics: BTreeMap<String, Topic>,
    /// Agencies by topic, province and county.
    rules: HashMap<String, HashMap<String, HashMap<String, Vec<String>>>>,
}

impl Catalogue {
    /// A catalogue of these rows.
    #[must_use]
    pub fn new(agencies: Vec<Agency>, topics: Vec<Topic>, rules: Vec<Rule>) -> Self {
        let mut by_topic: HashMap<String, HashMap<String, HashMap<String, Vec<String>>>> = HashMap::new();
        for rule in rules {
            let agencies = rule.agencies().cloned().collect();
            let of_topic = by_topic.entry(rule.topic).or_default();
            of_topic.entry(rule.province).or_default().insert(rule.county, agencies);
        }
        Catalogue {
            agencies: agencies.into_iter().map(|a| (a.code.clone(), a)).collect(),
            topics: topics.into_iter().map(|t| (t.code.clone(), t)).collect(),
            rules: by_topic,
        }
    }

    /// The agencies that exactly this rule names.
    #[must_use]
    pub fn rule(&self, topic: &str, province: &str, county: &str) -> Option<&[String]> {
        self.rules.get(topic)?.get(province)?.get(county).map(Vec::as_slice)
    }

    /// Who must act: the deeper topic wins, then the county, then the province, then a national rule.
    /// Agencies in `excluded` have had the case already: the next most specific rule decides.
    ///
    /// # Errors
    /// When no rule decides: then a person must.
    pub fn decide(
        &self,
        topic: &str,
        province: &str,
        county: &str,
        excluded: &[String],
    ) -> Result<Vec<&Agency>, Undecided> {
        let mut undecided =
            if self.topics.contains_key(topic) { Undecided::NoRule } else { Undecided::UnknownTopic };
        let mut next = self.topics.get(topic);
        for _ in 0..MAX_DEPTH {
            let Some(topic) = next else { break };
            for (province, county) in [(province, county), (province, ""), ("", "")] {
                let Some(codes) = self.rule(&topic.code, province, county) else { continue };
                let left = codes.iter().filter(|code| !excluded.contains(code));
                let left: Vec<&Agency> = left.filter_map(|code| self.agencies.get(code)).collect();
                if !left.is_empty() {
                    return Ok(left);
                }
                undecided = Undecided::AllTried;
            }
            next = self.topics.get(&topic.parent);
        }
        Err(undecided)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn catalogue(rules: &[(&str, &str, &str, &str)]) -> Catalogue {
        let named = |code: &&str| (*code).to_owned();
        let agencies = ["national", "province", "county", "wells"].iter().map(|code| Agency {
            code: named(code),
            province: String::new(),
            name_fa: String::new(),
            name_en: String::new(),
            format: Format::Protobuf,
            supervisor: String::new(),
        });
        let topics = [("water", ""), ("water.wells", "water"), ("other", "")].iter().map(|(code, parent)| {
            Topic { code: named(code), parent: named(parent), name_fa: String::new(), name_en: String::new() }
        });
        let rules = rules.iter().map(|(topic, province, county, agency)| Rule {
            topic: named(topic),
            province: named(province),
            county: named(county),
            agency: named(agency),
            also: Vec::new(),
        });
        Catalogue::new(agencies.collect(), topics.collect(), rules.collect())
    }

    const ALL: [(&str, &str, &str, &str); 4] = [
        ("water", "", "", "national"),
        ("water", "fars", "", "province"),
        ("water", "fars", "shiraz", "county"),
        ("water.wells", "fars", "", "wells"),
    ];

    fn decided(topic: &str, province: &str, county: &str, excluded: &[&str]) -> Result<String, Undecided> {
        let excluded: Vec<String> = excluded.iter().map(|code| (*code).to_owned()).collect();
        catalogue(&ALL).decide(topic, province, county, &excluded).map(|agencies| agencies[0].code.clone())
    }

    #[test]
    fn the_most_specific_rule_wins() {
        assert_eq!(decided("water", "fars", "shiraz", &[]), Ok("county".into()));
        assert_eq!(decided("water", "fars", "fasa", &[]), Ok("province".into()));
        assert_eq!(decided("water", "yazd", "yazd", &[]), Ok("national".into()));
        assert_eq!(decided("water.wells", "fars", "shiraz", &[]), Ok("wells".into()));
        assert_eq!(decided("water.wells", "yazd", "", &[]), Ok("national".into()));
    }

    #[test]
    fn a_returned_case_goes_to_the_next_rule() {
        assert_eq!(decided("water.wells", "fars", "shiraz", &["wells"]), Ok("county".into()));
        assert_eq!(decided("water.wells", "fars", "shiraz", &["wells", "county"]), Ok("province".into()));
        let all = ["wells", "county", "province", "national"];
        assert_eq!(decided("water.wells", "fars", "shiraz", &all), Err(Undecided::AllTried));
    }

    #[test]
    fn what_no_rule_covers_needs_a_person() {
        assert_eq!(decided("other", "fars", "shiraz", &[]), Err(Undecided::NoRule));
        assert_eq!(decided("dragons", "fars", "shiraz", &[]), Err(Undecided::UnknownTopic));
    }

    #[test]
    fn a_circle_of_topics_ends() {
        let mut catalogue = catalogue(&[]);
        if let Some(water) = catalogue.topics.get_mut("water") {
            water.parent = "water.wells".into();
        }
        assert_eq!(catalogue.decide("water", "fars", "", &[]).err(), Some(Undecided::NoRule));
    }

    proptest! {
        #[test]
        fn the_order_of_rules_is_nothing(rules in Just(ALL.to_vec()).prop_shuffle(), keep in 0..5_usize) {
            let kept: Vec<_> = ALL.iter().copied().filter(|r| rules[..keep.min(4)].contains(r)).collect();
            let (shuffled, ordered) = (catalogue(&rules[..keep.min(4)]), catalogue(&kept));
            for topic in ["water", "water.wells", "other"] {
                let one = shuffled.decide(topic, "fars", "shiraz", &[]);
                prop_assert_eq!(one, ordered.decide(topic, "fars", "shiraz", &[]));
            }
        }
    }
}
