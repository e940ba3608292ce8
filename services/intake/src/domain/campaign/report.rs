//! What a campaign brought and what became of it, from counts by one property each.

use std::collections::BTreeMap;

use contracts::intake::{Channel, GuidanceRung, Kind};

/// By what contacts were counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// All of them.
    All,
    /// How they reached the centre.
    Channel(Channel),
    /// What the citizen brought.
    Kind(Kind),
    /// The topic's code.
    Topic(String),
    /// The county's code.
    County(String),
    /// The rung on which advice ended them; unspecified: none did.
    Rung(GuidanceRung),
    /// How the case stands that they opened; none: they opened none.
    Case(Option<Standing>),
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// An answer is owed.
    Open,
    /// It is answered.
    Answered,
    /// It ended otherwise.
    Ended,
}

/// A campaign in figures. Words are those of the contracts, in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// All contacts.
    pub contacts: u64,
    /// Those that advice ended.
    pub guidance: u64,
    /// Those that opened a case.
    pub cases: u64,
    /// Cases that are answered.
    pub answered: u64,
    /// Cases on which an answer is owed.
    pub open: u64,
    /// Contacts by channel.
    pub by_channel: BTreeMap<String, u64>,
    /// Contacts by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Contacts by topic.
    pub by_topic: BTreeMap<String, u64>,
    /// Contacts by county.
    pub by_county: BTreeMap<String, u64>,
    /// Guidance by rung.
    pub by_rung: BTreeMap<String, u64>,
}

impl Report {
    /// Adds counts; the order in which they come leaves no trace.
    #[must_use]
    pub fn of(counts: impl IntoIterator<Item = (By, u64)>) -> Self {
        let mut report = Report::default();
        for (by, count) in counts {
            report.add(by, count);
        }
        report
    }

    fn add(&mut self, by: By, count: u64) {
        let (tally, of) = match by {
            By::All => {
                self.contacts += count;
                return;
            }
            By::Case(None) | By::Rung(GuidanceRung::Unspecified) => return,
            By::Case(Some(standing)) => {
                self.cases += count;
                match standing {
                    Standing::Open => self.open += count,
                    Standing::Answered => self.answered += count,
                    Standing::Ended => {}
                }
                return;
            }
            By::Rung(rung) => {
                self.guidance += count;
                (&mut self.by_rung, word(rung.as_str_name(), "GUIDANCE_RUNG_"))
            }
            By::Channel(channel) => (&mut self.by_channel, word(channel.as_str_name(), "CHANNEL_")),
            By::Kind(kind) => (&mut self.by_kind, word(kind.as_str_name(), "KIND_")),
            By::Topic(topic) => (&mut self.by_topic, topic),
            By::County(county) => (&mut self.by_county, county),
        };
        *tally.entry(of).or_default() += count;
    }
}

fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase()
}

/// A tally, most first.
#[must_use]
pub fn most_first(tally: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut rows: Vec<(&str, u64)> = tally.iter().map(|(of, count)| (of.as_str(), *count)).collect();
    rows.sort_by_key(|(of, count)| (std::cmp::Reverse(*count), *of));
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts() -> Vec<(By, u64)> {
        vec![
            (By::All, 10),
            (By::Channel(Channel::Letter), 7),
            (By::Channel(Channel::Phone), 3),
            (By::Rung(GuidanceRung::Unspecified), 4),
            (By::Rung(GuidanceRung::BeyondCapacity), 6),
            (By::Case(None), 6),
            (By::Case(Some(Standing::Answered)), 1),
            (By::Case(Some(Standing::Open)), 2),
            (By::Case(Some(Standing::Ended)), 1),
            (By::County("shiraz".into()), 10),
        ]
    }

    #[test]
    fn cases_and_guidance_are_told_apart() {
        let report = Report::of(counts());
        assert_eq!((report.contacts, report.guidance, report.cases), (10, 6, 4));
        assert_eq!((report.answered, report.open), (1, 2));
        assert_eq!(most_first(&report.by_channel), [("letter", 7), ("phone", 3)]);
        assert_eq!(most_first(&report.by_rung), [("beyond_capacity", 6)]);
    }

    proptest! {
        #[test]
        fn the_order_of_counts_leaves_no_trace(shuffled in Just(counts()).prop_shuffle()) {
            prop_assert_eq!(Report::of(shuffled), Report::of(counts()));
        }
    }
}
