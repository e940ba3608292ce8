//! Reads catalogue files: TOML with arrays `agency`, `topic` and `rule` (see `catalogue/`).

use contracts::routing::{Agency, ImportCatalogueRequest, Rule, Topic, WireFormat};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A file that is no catalogue; names the place in it.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue file cannot be read: {0}")]
pub struct CatalogueFileError(#[from] toml::de::Error);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    agency: Vec<AgencyRow>,
    topic: Vec<TopicRow>,
    rule: Vec<RuleRow>,
    /// Provinces and counties stand in the files for the people who write rules, and for screens.
    province: Vec<IgnoredAny>,
    county: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyRow {
    code: String,
    #[serde(default)]
    province: String,
    name_fa: String,
    name_en: String,
    #[serde(default)]
    format: FormatWord,
    #[serde(default)]
    supervisor: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormatWord {
    #[default]
    Protobuf,
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicRow {
    code: String,
    #[serde(default)]
    parent: String,
    name_fa: String,
    name_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    topic: String,
    #[serde(default)]
    province: String,
    #[serde(default)]
    county: String,
    agency: String,
    #[serde(default)]
    also: Vec<String>,
}

/// The catalogue that comes with Samad: the topics, and two provinces in detail.
///
/// # Errors
/// Never in a released build: a test reads the files.
pub fn shipped() -> Result<ImportCatalogueRequest, CatalogueFileError> {
    parse([
        include_str!("../catalogue/topics.toml"),
        include_str!("../catalogue/east-azerbaijan.toml"),
        include_str!("../catalogue/fars.toml"),
    ])
}

/// The import that catalogue files ask for, one after another: topics may stand in one file and the rules of a
/// province in another.
///
/// # Errors
/// When a text is not TOML of that shape; unknown keys are refused, so that a misspelt one is not overlooked.
pub fn parse<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<ImportCatalogueRequest, CatalogueFileError> {
    let mut import = ImportCatalogueRequest::default();
    for text in texts {
        let file: File = toml::from_str(text)?;
        import.agencies.extend(file.agency.into_iter().map(Agency::from));
        import.topics.extend(file.topic.into_iter().map(Topic::from));
        import.rules.extend(file.rule.into_iter().map(Rule::from));
    }
    Ok(import)
}

impl From<AgencyRow> for Agency {
    fn from(row: AgencyRow) -> Self {
        let format = match row.format {
            FormatWord::Protobuf => WireFormat::Protobuf,
            FormatWord::Json => WireFormat::Json,
        };
        Agency {
            code: row.code,
            province: row.province,
            name_fa: row.name_fa,
            name_en: row.name_en,
            format: format.into(),
            supervisor: row.supervisor,
        }
    }
}

impl From<TopicRow> for Topic {
    fn from(row: TopicRow) -> Self {
        Topic { code: row.code, parent: row.parent, name_fa: row.name_fa, name_en: row.name_en }
    }
}

impl From<RuleRow> for Rule {
    fn from(row: RuleRow) -> Self {
        let RuleRow { topic, province, county, agency, also } = row;
        Rule { topic, province, county, agency, also }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::api::import_catalogue::import_of;
    use crate::domain::catalogue::{Catalogue, Undecided};
    use crate::domain::import::faults;

    const TOPICS: &str = include_str!("../catalogue/topics.toml");
    const PROVINCES: &str = include_str!("../catalogue/provinces.toml");
    const SHIPPED: [(&str, &str); 2] = [
        ("east-azerbaijan", include_str!("../catalogue/east-azerbaijan.toml")),
        ("fars", include_str!("../catalogue/fars.toml")),
    ];

    fn codes(text: &str, places: &str) -> HashSet<String> {
        let file: toml::Table = toml::from_str(text).unwrap();
        let rows = file[places].as_array().unwrap().iter();
        rows.map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_shipped_files_import_without_a_fault_and_every_rule_resolves() {
        let request = parse([TOPICS, PROVINCES].into_iter().chain(SHIPPED.map(|(_, text)| text))).unwrap();
        let (import, misread) = import_of(request);
        assert_eq!([misread, faults(&import, &Catalogue::default())].concat(), []);
        let rules = import.rules.clone();
        let catalogue = Catalogue::new(import.agencies, import.topics, import.rules);
        assert!(catalogue.agencies.len() > 100 && rules.len() > 100);
        for (province, _) in SHIPPED {
            let of_province = catalogue.agencies.values().filter(|agency| agency.province == province);
            let alone: Vec<&str> =
                of_province.filter(|a| a.supervisor.is_empty()).map(|a| a.code.as_str()).collect();
            assert!(
                alone.len() == 1 && alone[0].ends_with("-state-inspectorate"),
                "nobody stands above {alone:?}"
            );
        }
        for rule in &rules {
            let decided = catalogue.decide(&rule.topic, &rule.province, &rule.county, &[]).unwrap();
            assert!(decided.iter().map(|agency| &agency.code).eq(rule.agencies()), "{rule:?}");
        }
        for (province, _) in SHIPPED {
            for topic in catalogue.topics.keys() {
                let root = topic.split('.').next().unwrap_or_default();
                let decided = catalogue.decide(topic, province, "", &[]);
                let by_hand = ["other", "joint", "policy"].contains(&root);
                assert_eq!(decided.err(), by_hand.then_some(Undecided::NoRule), "{topic} in {province}");
            }
        }
    }

    #[test]
    fn the_shipped_rules_name_places_that_exist() {
        let provinces = codes(PROVINCES, "province");
        for (province, text) in SHIPPED {
            let file: File = toml::from_str(text).unwrap();
            let counties = codes(text, "county");
            assert!(provinces.contains(province));
            for rule in &file.rule {
                assert_eq!(rule.province, province);
                assert!(rule.county.is_empty() || counties.contains(&rule.county), "{}", rule.county);
            }
        }
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = parse(["[[agency]]\ncode = \"a1\"\nname_fa = \"ا\"\nname_en = \"A\"\nformt = \"json\""])
            .unwrap_err();
        assert!(error.to_string().contains("formt"), "{error}");
    }
}
