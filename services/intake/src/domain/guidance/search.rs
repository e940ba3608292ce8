//! How entries are found by Persian words: an index text for PostgreSQL, made here so that no locale decides.

use contracts::intake::GuidanceEntry;

use crate::domain::persian::{normalise, sound, stems};

/// Positions that a text-search vector can tell apart.
const POSITIONS: usize = 16_000;
/// Words of a query that are looked for; more narrow nothing down.
const WORDS: usize = 20;

/// What is stored beside an entry to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// A `tsvector` in its text form: stems of the title weigh A, of keywords B, of the text D.
    pub lexemes: String,
    /// Title and keywords as they sound.
    pub sound: String,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// A `tsquery` in its text form: any of the stems.
    pub any: String,
    /// All of the stems.
    pub all: String,
    /// Each word as it sounds.
    pub sounds: Vec<String>,
}

/// The index texts of an entry.
#[must_use]
pub fn index_of(entry: &GuidanceEntry) -> Found {
    let named = std::iter::once(&entry.title).chain(&entry.keywords).map(String::as_str);
    let sound = named.map(sound).collect::<Vec<_>>().join(" ");
    let weighted = [
        (stems(&entry.title), 'A'),
        (entry.keywords.iter().flat_map(|word| stems(word)).collect(), 'B'),
        (stems(&format!("{} {} {}", entry.text, entry.lawful_way, entry.source)), 'D'),
    ];
    let words = weighted.iter().flat_map(|(stems, weight)| stems.iter().map(move |stem| (stem, weight)));
    // Stems are letters and digits only: nothing needs escaping.
    let lexemes = words
        .take(POSITIONS)
        .enumerate()
        .map(|(place, (stem, weight))| format!("'{stem}':{}{weight}", place + 1));
    Found { lexemes: lexemes.collect::<Vec<_>>().join(" "), sound }
}

/// What a text asks for; none where it holds no word that tells anything.
#[must_use]
pub fn query(words: &str) -> Option<Query> {
    let mut asked = stems(words);
    asked.truncate(WORDS);
    if asked.is_empty() {
        return None;
    }
    let quoted: Vec<String> = asked.iter().map(|stem| format!("'{stem}'")).collect();
    let clean = normalise(words);
    let sounds = clean.split(' ').map(sound).filter(|word| word.len() > 2).take(WORDS).collect();
    Some(Query { any: quoted.join(" | "), all: quoted.join(" & "), sounds })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_typed_text_breaks_out_of_the_quotes(words in "\\PC{0,80}") {
            let entry = GuidanceEntry { title: words.clone(), text: words.clone(), ..Default::default() };
            let index = index_of(&entry);
            prop_assert_eq!(index.lexemes.matches('\'').count(), 2 * index.lexemes.matches(':').count());
            if let Some(query) = query(&words) {
                prop_assert!(query.any.split(" | ").count() <= WORDS);
                prop_assert!(query.any.split(" | ").all(|word| index.lexemes.contains(word)));
            }
        }
    }

    #[test]
    fn the_title_weighs_most() {
        let entry = GuidanceEntry {
            title: "قطعی آب".into(),
            keywords: vec!["فشار آب".into()],
            text: "شمارهٔ ۱۲۲".into(),
            ..Default::default()
        };
        let index = index_of(&entry);
        assert_eq!(index.lexemes, "'قطع':1A 'اب':2A 'فشار':3B 'اب':4B 'شماره':5D '122':6D");
        assert_eq!(index.sound, "qtai ab fwar ab");
        assert_eq!(query("از و به"), None);
    }
}
