//! Where a case goes: to an agency, or to the desk with a reason (domain rule 4).

use super::catalogue::{Catalogue, Undecided};

/// After so many rounds that came back a person must decide.
const RETURNS_BEFORE_DESK: u32 = 2;

/// What is decided by.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The case's topic.
    pub topic: &'a str,
    /// The case's province.
    pub province: &'a str,
    /// The case's county; may be empty.
    pub county: &'a str,
    /// The round to decide: 1 for a new case.
    pub round: u32,
    /// Agencies that had the case in earlier rounds.
    pub tried: &'a [String],
    /// Whose it is, as the last agency thinks; may be empty.
    pub suggested: &'a str,
}

/// The agency's code, or why the desk must decide, in the words that the desk reads.
///
/// # Errors
/// The reason, in Persian.
pub fn decide(catalogue: &Catalogue, question: &Question<'_>) -> Result<String, String> {
    let reason = if question.round > RETURNS_BEFORE_DESK {
        "پرونده دو بار یا بیشتر برگشت داده شده است"
    } else {
        match catalogue.decide(question.topic, question.province, question.county, question.tried) {
            Ok(agency) => return Ok(agency.code.clone()),
            Err(Undecided::UnknownTopic) => "موضوع در فهرست موضوع‌ها نیست",
            Err(Undecided::NoRule) => "برای این موضوع در این محل قاعده‌ای نیست",
            Err(Undecided::AllTried) => "پرونده برگشت داده شد و قاعده‌ای دستگاه دیگری را نام نمی‌برد",
        }
    };
    // Only a known agency is passed on: a person must be able to choose it.
    Err(match catalogue.agencies.get(question.suggested) {
        Some(agency) => format!("{reason}؛ پیشنهاد دستگاه برگشت‌دهنده: {}", agency.name_fa),
        None => reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{Agency, Format, Rule, Topic};
    use super::*;

    fn catalogue() -> Catalogue {
        let agency = |code: &str| Agency {
            code: code.into(),
            province: "fars".into(),
            name_fa: format!("دستگاه {code}"),
            name_en: code.into(),
            format: Format::Protobuf,
            supervisor: String::new(),
        };
        let rule = |county: &str, agency: &str| Rule {
            topic: "water".into(),
            province: "fars".into(),
            county: county.into(),
            agency: agency.into(),
        };
        let topic = Topic {
            code: "water".into(),
            parent: String::new(),
            name_fa: "آب".into(),
            name_en: "Water".into(),
        };
        Catalogue::new(
            vec![agency("near"), agency("far")],
            vec![topic],
            vec![rule("shiraz", "near"), rule("", "far")],
        )
    }

    fn ask(round: u32, tried: &[&str], suggested: &str) -> Result<String, String> {
        let tried: Vec<String> = tried.iter().map(|code| (*code).to_owned()).collect();
        let question =
            Question { topic: "water", province: "fars", county: "shiraz", round, tried: &tried, suggested };
        decide(&catalogue(), &question)
    }

    #[test]
    fn after_the_second_return_the_desk_decides() {
        assert_eq!(ask(1, &[], ""), Ok("near".into()));
        assert_eq!(ask(2, &["near"], ""), Ok("far".into()));
        assert!(ask(2, &["near", "far"], "").is_err());
        assert!(ask(3, &["near", "elsewhere"], "").is_err());
    }

    #[test]
    fn the_desk_reads_a_suggestion_only_of_a_known_agency() {
        assert!(ask(3, &[], "far").unwrap_err().ends_with("دستگاه far"));
        assert!(!ask(3, &[], "nobody").unwrap_err().contains("nobody"));
    }
}
