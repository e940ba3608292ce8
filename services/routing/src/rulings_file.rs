//! Policies of rulings as a file (TOML); what is absent is off.

use contracts::routing::RulingPolicy;
use contracts::timestamp;
use serde::Deserialize;

use crate::catalogue_file::CatalogueFileError;

/// What a new deployment starts with.
const BUILT_IN: &str = include_str!("../rulings.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Vec<Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Entry {
    programme: String,
    extension_days_max: u32,
    extensions_max: u32,
    returns_before_arbitration: u32,
    answer_letters_min: u32,
    boilerplate_window: u32,
    boilerplate_others: u32,
    boilerplate_bits: u32,
    elsewhere_phrases: Vec<String>,
    callback_per_mille: u32,
    valid_from: Option<jiff::Timestamp>,
}

/// The policies of a file.
///
/// # Errors
/// Says what cannot be read, and where; a misspelt key is not overlooked.
pub fn parse(text: &str) -> Result<Vec<RulingPolicy>, CatalogueFileError> {
    let file: File = toml::from_str(text)?;
    Ok(file.policy.into_iter().map(policy).collect())
}

/// The policies that come with Samad.
///
/// # Errors
/// Never in a released build: a test reads the file.
pub fn built_in() -> Result<Vec<RulingPolicy>, CatalogueFileError> {
    parse(BUILT_IN)
}

fn policy(entry: Entry) -> RulingPolicy {
    RulingPolicy {
        programme: entry.programme,
        version: 0,
        extension_days_max: entry.extension_days_max,
        extensions_max: entry.extensions_max,
        returns_before_arbitration: entry.returns_before_arbitration,
        answer_letters_min: entry.answer_letters_min,
        boilerplate_window: entry.boilerplate_window,
        boilerplate_others: entry.boilerplate_others,
        boilerplate_bits: entry.boilerplate_bits,
        elsewhere_phrases: entry.elsewhere_phrases,
        callback_per_mille: entry.callback_per_mille,
        valid_from: entry.valid_from.map(timestamp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_deployment_holds_no_boilerplate_and_replays_a_past_as_it_was() {
        let policies = built_in().unwrap();
        assert!(
            policies.iter().all(|policy| policy.boilerplate_window == 0 && policy.callback_per_mille == 0)
        );
        assert!(policies.iter().all(|policy| policy.returns_before_arbitration == 2));
        let replayed = policies.iter().find(|policy| policy.programme == "boston311").unwrap();
        assert!(replayed.answer_letters_min == 0 && replayed.elsewhere_phrases.is_empty());
    }

    #[test]
    fn nothing_lengthens_an_inaction_complaint_and_its_answer_passes_the_same_gate() {
        let policies = built_in().unwrap();
        let of = |programme: &str| policies.iter().find(|policy| policy.programme == programme).unwrap();
        let (inaction, general) = (of("inaction"), of(""));
        assert_eq!((inaction.extensions_max, inaction.extension_days_max), (0, 0));
        let same = RulingPolicy {
            programme: String::new(),
            extensions_max: 2,
            extension_days_max: 15,
            ..inaction.clone()
        };
        assert_eq!(&same, general);
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(parse("[[policy]]\nextension_day_max = 3").is_err());
    }
}
