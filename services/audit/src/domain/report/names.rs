//! What codes are called: agencies and topics as routing's facts name them, places as the official country divisions
//! do, and the contracts' own words. A code that nobody has named is shown as it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::observation::{Observation, Topic};
use super::present::{Cells, Contacts, Guidance};

/// More steps up the tree of topics are not shown.
const MAX_DEPTH: usize = 4;

/// The divisions of the country, from the same files that the rules of routing are written with.
const PLACES: [&str; 3] = [
    include_str!("../../../../routing/catalogue/provinces.toml"),
    include_str!("../../../../routing/catalogue/east-azerbaijan.toml"),
    include_str!("../../../../routing/catalogue/fars.toml"),
];

/// The contracts' words.
const WORDS: [(&str, &str); 18] = [
    ("phone", "تلفن"),
    ("voicemail", "پیام صوتی"),
    ("letter", "نامه"),
    ("web", "وب"),
    ("sms", "پیامک"),
    ("in_person", "حضوری"),
    ("request", "درخواست"),
    ("complaint", "شکایت"),
    ("suggestion", "پیشنهاد"),
    ("criticism", "انتقاد"),
    ("idea", "ایده"),
    ("report", "گزارش"),
    ("information", "اطلاع‌رسانی"),
    ("beyond_capacity", "خارج از توان دستگاه"),
    ("unlawful", "غیرقانونی"),
    ("guidance", "راهنمایی"),
    ("case", "پرونده"),
    ("unknown", "نامشخص"),
];

/// Names by code.
type Called = BTreeMap<String, String>;

#[derive(Deserialize)]
struct PlaceFile {
    #[serde(default)]
    province: Vec<Place>,
    #[serde(default)]
    county: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    code: String,
    name_fa: String,
}

/// The files are part of the program; a test reads them.
static BY_CODE: LazyLock<Called> = LazyLock::new(|| {
    let files = PLACES.iter().filter_map(|text| toml::from_str::<PlaceFile>(text).ok());
    let places = files.flat_map(|file| file.province.into_iter().chain(file.county));
    places.map(|place| (place.code, place.name_fa)).collect()
});

/// The name of a province or county; empty where it has none.
#[must_use]
pub fn place(code: &str) -> String {
    BY_CODE.get(code).cloned().unwrap_or_default()
}

/// Collects what facts call agencies and topics: the latest name counts, in whatever order they are heard.
#[derive(Debug, Default)]
pub struct Naming {
    agencies: BTreeMap<String, (Timestamp, String)>,
    topics: BTreeMap<String, (Timestamp, Topic)>,
}

impl Naming {
    /// Notes the names that an observation gives.
    pub fn hear(&mut self, observation: &Observation) {
        match observation {
            Observation::Named { agency, name_fa, at } => {
                later(&mut self.agencies, agency, (*at, name_fa.clone()));
            }
            Observation::TopicsNamed { topics, at } => {
                topics.iter().for_each(|topic| later(&mut self.topics, &topic.code, (*at, topic.clone())));
            }
            _ => {}
        }
    }

    /// What everything is called in the end.
    #[must_use]
    pub fn finish(self) -> Names {
        let agencies = self.agencies.into_iter().map(|(code, (_, name))| (code, name)).collect();
        let path = |code: &String| {
            let topic = |code: &String| self.topics.get(code).map(|(_, topic)| topic);
            let up = std::iter::successors(topic(code), |below| topic(&below.parent));
            let mut names: Vec<&str> = up.take(MAX_DEPTH).map(|topic| topic.name_fa.as_str()).collect();
            names.reverse();
            names.join(" › ")
        };
        let topics = self.topics.keys().map(|code| (code.clone(), path(code))).collect();
        Names { agencies, topics }
    }
}

fn later<T: Ord>(known: &mut BTreeMap<String, (Timestamp, T)>, code: &str, named: (Timestamp, T)) {
    match known.get_mut(code) {
        Some(held) if *held >= named => {}
        Some(held) => *held = named,
        None => drop(known.insert(code.to_owned(), named)),
    }
}

/// What agencies and topics are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    agencies: Called,
    /// With what is above them: `خدمات شهری › پسماند`.
    topics: Called,
}

impl Names {
    /// The agency's name; empty where it has none.
    #[must_use]
    pub fn agency(&self, code: &str) -> String {
        self.agencies.get(code).cloned().unwrap_or_default()
    }
}

/// Names of the codes that stand in a report's tables, by table; a code that has none is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    pub channel: Called,
    pub kind: Called,
    pub topic: Called,
    pub county: Called,
    pub outcome: Called,
    pub rung: Called,
}

impl Words {
    pub(super) fn of(contacts: &Contacts, guidance: &Guidance, names: &Names) -> Self {
        let word =
            |code: &str| WORDS.iter().find(|(known, _)| *known == code).map(|(_, word)| (*word).into());
        Self {
            channel: called(&contacts.by_channel, word),
            kind: called(&contacts.by_kind, word),
            topic: called(&contacts.by_topic, |code| names.topics.get(code).cloned()),
            county: called(&contacts.by_county, |code| BY_CODE.get(code).cloned()),
            outcome: called(&contacts.by_outcome, word),
            rung: called(&guidance.by_rung, word),
        }
    }
}

fn called(cells: &Cells, name: impl Fn(&str) -> Option<String>) -> Called {
    cells.keys().filter_map(|code| Some((code.clone(), name(code)?))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(code: &str, parent: &str, name_fa: &str, second: i64) -> Observation {
        let [code, parent, name_fa] = [code, parent, name_fa].map(str::to_owned);
        let at = Timestamp::from_second(second).unwrap();
        Observation::TopicsNamed { topics: vec![Topic { code, parent, name_fa }], at }
    }

    fn heard(facts: &[Observation]) -> Names {
        let mut naming = Naming::default();
        facts.iter().for_each(|fact| naming.hear(fact));
        naming.finish()
    }

    #[test]
    fn every_shipped_place_has_its_name() {
        for text in PLACES {
            toml::from_str::<PlaceFile>(text).unwrap();
        }
        assert_eq!((place("fars").as_str(), place("fasa").as_str()), ("فارس", "فسا"));
        assert_eq!(place("nowhere"), "");
    }

    #[test]
    fn a_topic_is_called_with_what_is_above_it_and_a_circle_ends() {
        let names = heard(&[named("water", "", "آب", 1), named("water.leak", "water", "نشتی", 1)]);
        assert_eq!(names.topics["water.leak"], "آب › نشتی");
        let circle = heard(&[named("a", "b", "الف", 1), named("b", "a", "ب", 1)]);
        assert_eq!(circle.topics["a"], "ب › الف › ب › الف");
    }

    proptest! {
        #[test]
        fn the_latest_name_counts_in_any_order(
            (facts, shuffled) in prop::collection::vec((prop::sample::select(vec!["a", "b"]), 0i64..4, "[a-c]"), 0..9)
                .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        ) {
            let said = |(code, second, name): &(&str, i64, String)| named(code, "", name, *second);
            let facts: Vec<_> = facts.iter().map(said).collect();
            let shuffled: Vec<_> = shuffled.iter().map(said).collect();
            prop_assert_eq!(heard(&facts), heard(&shuffled));
        }
    }
}
