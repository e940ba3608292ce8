//! What codes are called: topics and agencies as routing's catalogue names them, provinces and counties as the
//! official country divisions do. A code that has no name is not shown to citizens.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Life;
use chassis::grpc::{Badge, Channel};
use contracts::routing::routing_service_client::RoutingServiceClient;
use contracts::routing::{ListAgenciesRequest, ListTopicsRequest};
use serde::Deserialize;
use tokio::sync::watch;

use crate::lang::Lang;

/// Catalogues change a few times a year; a new name is shown this soon.
const ASK_EVERY: Duration = Duration::from_secs(60);

/// Until routing has told the first agencies: a new installation is given its catalogue while it starts.
const ASK_AGAIN: Duration = Duration::from_secs(1);

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Agencies of a page, and pages: three times what the country has.
const PAGE: u32 = 500;
const MAX_PAGES: usize = 10;

/// More steps up the tree of topics are not shown.
const MAX_DEPTH: usize = 4;

/// The divisions of the country by the province that a file is of, the same files that routing's rules are written with.
const PLACES: [(&str, &str); 3] = [
    ("", include_str!("../../routing/catalogue/provinces.toml")),
    ("east-azerbaijan", include_str!("../../routing/catalogue/east-azerbaijan.toml")),
    ("fars", include_str!("../../routing/catalogue/fars.toml")),
];

struct Name {
    fa: String,
    en: String,
    /// Of a topic: the code above it; of a county: its province.
    parent: String,
}

#[derive(Deserialize)]
struct PlaceFile {
    #[serde(default)]
    province: Vec<PlaceRow>,
    #[serde(default)]
    county: Vec<PlaceRow>,
}

#[derive(Deserialize)]
struct PlaceRow {
    code: String,
    name_fa: String,
    #[serde(default)]
    name_en: String,
}

/// Names by code.
#[derive(Default)]
struct Book {
    topics: HashMap<String, Name>,
    agencies: HashMap<String, Name>,
}

/// Knows the names; cheap to copy.
#[derive(Clone)]
pub(crate) struct Names {
    places: Arc<HashMap<String, Name>>,
    book: watch::Receiver<Arc<Book>>,
}

impl Names {
    /// Keeps asking routing at `routing_url`, under `badge`, for as long as `life` lasts.
    pub fn spawn(routing_url: &str, badge: &Badge, life: &Life) -> Result<Self> {
        let channel = chassis::grpc::channel(routing_url, ANSWER_WITHIN, badge)
            .with_context(|| format!("routing_url `{routing_url}` cannot be used"))?;
        let (say, book) = watch::channel(Arc::default());
        let (mut routing, ending) = (RoutingServiceClient::new(channel), life.clone());
        life.spawn("names", async move {
            loop {
                let asked = tokio::select! { book = ask(&mut routing) => book, () = ending.stopping() => return Ok(()) };
                let pause = match asked {
                    Ok(book) => {
                        let pause = if book.agencies.is_empty() { ASK_AGAIN } else { ASK_EVERY };
                        say.send_replace(Arc::new(book));
                        pause
                    }
                    Err(status) => {
                        tracing::debug!(code = ?status.code(), "routing tells no names now: the last ones stay");
                        ASK_AGAIN
                    }
                };
                tokio::select! { () = tokio::time::sleep(pause) => {}, () = ending.stopping() => return Ok(()) }
            }
        });
        Ok(Names { places: Arc::new(places()?), book })
    }

    /// `خدمات شهری › روشنایی معابر`; empty while the topic's name is not known.
    pub fn topic(&self, lang: Lang, code: &str) -> String {
        let book = self.book.borrow().clone();
        let up = std::iter::successors(book.topics.get(code), |topic| book.topics.get(&topic.parent));
        let mut names: Vec<_> = up.take(MAX_DEPTH).map(|topic| lang.say(&topic.fa, &topic.en)).collect();
        names.reverse();
        names.join(" › ")
    }

    /// Every topic with its name, by name.
    pub fn topics(&self) -> Vec<(String, String)> {
        let book = self.book.borrow().clone();
        by_name(book.topics.keys().map(|code| (code.clone(), self.topic(Lang::Fa, code))))
    }

    /// Whether this is a province's code.
    pub fn is_province(&self, code: &str) -> bool {
        self.places.get(code).is_some_and(|name| name.parent.is_empty())
    }

    /// Every province with its name, by name.
    pub fn provinces(&self) -> Vec<(String, String)> {
        let provinces = self.places.iter().filter(|(_, name)| name.parent.is_empty());
        by_name(provinces.map(|(code, name)| (code.clone(), name.fa.clone())))
    }

    /// A province's counties with their names, by name; none where they are not known.
    pub fn counties(&self, province: &str) -> Vec<(String, String)> {
        let own = self.places.iter().filter(|(_, name)| !province.is_empty() && name.parent == province);
        by_name(own.map(|(code, name)| (code.clone(), name.fa.clone())))
    }

    /// The agency's Persian name; its code where it has none.
    pub fn agency_fa(&self, code: &str) -> String {
        let book = self.book.borrow().clone();
        book.agencies.get(code).map_or(code, |agency| &agency.fa).to_owned()
    }

    /// The agency's English name; `name_fa`, which the case carries, in Persian or where there is no other.
    pub fn agency(&self, lang: Lang, code: &str, name_fa: &str) -> String {
        let book = self.book.borrow().clone();
        let english =
            book.agencies.get(code).map(|agency| agency.en.as_str()).filter(|name| !name.is_empty());
        lang.say(name_fa, english.unwrap_or(name_fa)).to_owned()
    }

    /// `شیراز، استان فارس`; only the province where the county has no name, and empty without either.
    pub fn place(&self, lang: Lang, province: &str, county: &str) -> String {
        let province = self.places.get(province).map(|name| match lang {
            Lang::Fa => format!("استان {}", name.fa),
            Lang::En => format!("{} province", name.en),
        });
        let county = self.places.get(county).map(|name| lang.say(&name.fa, &name.en).to_owned());
        county.into_iter().chain(province).collect::<Vec<_>>().join(lang.say("، ", ", "))
    }
}

async fn ask(routing: &mut RoutingServiceClient<Channel>) -> Result<Book, tonic::Status> {
    let mut book = Book::default();
    for topic in routing.list_topics(ListTopicsRequest {}).await?.into_inner().topics {
        book.topics.insert(topic.code, Name { fa: topic.name_fa, en: topic.name_en, parent: topic.parent });
    }
    let mut page_token = String::new();
    for _ in 0..MAX_PAGES {
        let request = ListAgenciesRequest { page_size: PAGE, page_token, ..ListAgenciesRequest::default() };
        let page = routing.list_agencies(request).await?.into_inner();
        for agency in page.agencies {
            let name = Name { fa: agency.name_fa, en: agency.name_en, parent: String::new() };
            book.agencies.insert(agency.code, name);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(book)
}

fn places() -> Result<HashMap<String, Name>> {
    let mut places = HashMap::new();
    for (province, text) in PLACES {
        let file: PlaceFile = toml::from_str(text).context("the shipped places cannot be read")?;
        for row in file.province.into_iter().chain(file.county) {
            let en = if row.name_en.is_empty() { spelt(&row.code) } else { row.name_en };
            places.insert(row.code, Name { fa: row.name_fa, en, parent: province.to_owned() });
        }
    }
    Ok(places)
}

fn by_name(named: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut named: Vec<_> = named.collect();
    named.sort_by(|one, other| one.1.cmp(&other.1));
    named
}

/// A county's code is its name in Latin letters.
fn spelt(code: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    code.split('-').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let name =
            |fa: &str, en: &str, parent: &str| Name { fa: fa.into(), en: en.into(), parent: parent.into() };
        let book = Book {
            topics: [
                ("municipal".to_owned(), name("خدمات شهری", "Municipal services", "")),
                ("municipal.light".to_owned(), name("روشنایی", "Lighting", "municipal")),
                ("a".to_owned(), name("آ", "A", "a")),
            ]
            .into(),
            agencies: [("water".to_owned(), name("آب", "Water", ""))].into(),
        };
        Names { places: Arc::new(places().unwrap()), book: watch::channel(Arc::new(book)).1 }
    }

    #[test]
    fn a_topic_is_named_with_what_is_above_it() {
        assert_eq!(names().topic(Lang::Fa, "municipal.light"), "خدمات شهری › روشنایی");
        assert_eq!(names().topic(Lang::En, "unknown"), "");
        assert_eq!(names().topic(Lang::En, "a"), "A › A › A › A", "a circle ends");
    }

    #[test]
    fn places_have_their_official_names() {
        assert_eq!(names().place(Lang::Fa, "fars", "shiraz"), "شیراز، استان فارس");
        assert_eq!(
            names().place(Lang::En, "east-azerbaijan", "khoda-afarin"),
            "Khoda Afarin, East Azerbaijan province"
        );
        assert_eq!(names().place(Lang::Fa, "fars", "nowhere"), "استان فارس");
        assert_eq!(names().place(Lang::Fa, "boston", ""), "");
        assert_eq!(["fars", "shiraz", "boston"].map(|code| names().is_province(code)), [true, false, false]);
    }

    #[test]
    fn forms_offer_what_there_is_by_name() {
        let topics = names().topics();
        assert!(topics.contains(&("municipal.light".to_owned(), "خدمات شهری › روشنایی".to_owned())));
        assert!(topics.is_sorted_by_key(|(_, name)| name.clone()));
        let counties = names().counties("fars");
        assert!(counties.contains(&("shiraz".to_owned(), "شیراز".to_owned())));
        assert!(counties.iter().all(|(code, _)| code != "tabriz" && code != "fars"));
        assert!(names().counties("").is_empty() && names().counties("nowhere").is_empty());
        assert_eq!(
            (names().agency_fa("water"), names().agency_fa("other")),
            ("آب".to_owned(), "other".to_owned())
        );
    }

    #[test]
    fn an_agency_keeps_its_persian_name_where_no_english_is_known() {
        assert_eq!(names().agency(Lang::En, "water", "آب"), "Water");
        assert_eq!(names().agency(Lang::En, "other", "دیگر"), "دیگر");
        assert_eq!(names().agency(Lang::Fa, "water", "آب و فاضلاب"), "آب و فاضلاب");
    }
}
