//! Where a case goes: to agencies, to the arbiter, or to the desk with a reason (domain rule 4).

use super::catalogue::{Catalogue, Undecided};

/// What is decided by.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The case's topic.
    pub topic: &'a str,
    /// The case's province.
    pub province: &'a str,
    /// The case's county; may be empty.
    pub county: &'a str,
    /// How often agencies returned it.
    pub returns: u32,
    /// After so many returns the arbiter decides (a policy); 0: never.
    pub returns_before_arbitration: u32,
    /// Agencies that had the case in earlier rounds.
    pub tried: &'a [String],
    /// Whose it is, as the last agency thinks; may be empty.
    pub suggested: &'a str,
}

/// Where a case goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// To these agencies, at least one, by their codes.
    Refer(Vec<String>),
    /// To the manual desk: why, in Persian.
    Desk(String),
    /// To the provincial arbiter: why, in Persian.
    Arbiter(String),
}

/// Where the case goes.
#[must_use]
pub fn decide(catalogue: &Catalogue, question: &Question<'_>) -> Decision {
    let Question { topic, province, county, returns, returns_before_arbitration, .. } = *question;
    if returns_before_arbitration > 0 && returns >= returns_before_arbitration {
        let times = jalali::digits::persian(&returns.to_string());
        return Decision::Arbiter(reason(
            catalogue,
            question,
            &format!("پرونده {times} بار برگشت داده شده است"),
        ));
    }
    let why = match catalogue.decide(topic, province, county, question.tried) {
        Ok(agencies) => return Decision::Refer(agencies.into_iter().map(|a| a.code.clone()).collect()),
        Err(Undecided::UnknownTopic) => "موضوع در فهرست موضوع‌ها نیست",
        Err(Undecided::NoRule) => "برای این موضوع در این محل قاعده‌ای نیست",
        Err(Undecided::AllTried) => "پرونده برگشت داده شد و قاعده‌ای دستگاه دیگری را نام نمی‌برد",
    };
    Decision::Desk(reason(catalogue, question, why))
}

/// With the last agency's suggestion: only a known agency is passed on, for a person must be able to choose it.
fn reason(catalogue: &Catalogue, question: &Question<'_>, why: &str) -> String {
    match catalogue.agencies.get(question.suggested) {
        Some(agency) => format!("{why}؛ پیشنهاد دستگاه برگشت‌دهنده: {}", agency.name_fa),
        None => why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        let rule = |county: &str, agency: &str, also: &[&str]| Rule {
            topic: "water".into(),
            province: "fars".into(),
            county: county.into(),
            agency: agency.into(),
            also: also.iter().map(|code| (*code).to_owned()).collect(),
        };
        let topic = Topic {
            code: "water".into(),
            parent: String::new(),
            name_fa: "آب".into(),
            name_en: "Water".into(),
        };
        Catalogue::new(
            vec![agency("near"), agency("far"), agency("beside")],
            vec![topic],
            vec![rule("shiraz", "near", &[]), rule("", "far", &[]), rule("fasa", "near", &["beside"])],
        )
    }

    fn ask(county: &str, returns: u32, limit: u32, tried: &[&str], suggested: &str) -> Decision {
        let tried: Vec<String> = tried.iter().map(|code| (*code).to_owned()).collect();
        let question = Question {
            topic: "water",
            province: "fars",
            county,
            returns,
            returns_before_arbitration: limit,
            tried: &tried,
            suggested,
        };
        decide(&catalogue(), &question)
    }

    fn refer(codes: &[&str]) -> Decision {
        Decision::Refer(codes.iter().map(|code| (*code).to_owned()).collect())
    }

    #[test]
    fn after_the_policys_returns_the_arbiter_decides() {
        assert_eq!(ask("shiraz", 0, 2, &[], ""), refer(&["near"]));
        assert_eq!(ask("shiraz", 1, 2, &["near"], ""), refer(&["far"]));
        assert!(matches!(ask("shiraz", 1, 2, &["near", "far"], ""), Decision::Desk(_)));
        let Decision::Arbiter(why) = ask("shiraz", 2, 2, &["near", "far"], "far") else {
            panic!("an arbiter")
        };
        assert_eq!(why, "پرونده ۲ بار برگشت داده شده است؛ پیشنهاد دستگاه برگشت‌دهنده: دستگاه far");
    }

    #[test]
    fn a_suggestion_is_shown_only_of_a_known_agency() {
        let Decision::Arbiter(why) = ask("shiraz", 2, 2, &[], "nobody") else { panic!("an arbiter") };
        assert!(!why.contains("nobody"));
    }

    #[test]
    fn a_rule_may_name_several_agencies_and_who_had_the_case_gets_it_no_more() {
        assert_eq!(ask("fasa", 0, 2, &[], ""), refer(&["near", "beside"]));
        assert_eq!(ask("fasa", 1, 2, &["near"], ""), refer(&["beside"]));
        assert_eq!(ask("fasa", 1, 2, &["near", "beside"], ""), refer(&["far"]));
    }

    proptest! {
        /// Whatever happened before, a case goes somewhere, never to who had it, and to nobody after the limit but the arbiter.
        #[test]
        fn no_case_is_dropped(
            returns in 0..6_u32,
            limit in 0..4_u32,
            tried in prop::sample::subsequence(vec!["near", "far", "beside"], 0..=3),
            county in prop::sample::select(vec!["shiraz", "fasa", "lar", ""]),
        ) {
            match ask(county, returns, limit, &tried, "") {
                Decision::Refer(agencies) => {
                    prop_assert!(!agencies.is_empty() && (limit == 0 || returns < limit));
                    prop_assert!(agencies.iter().all(|code| !tried.contains(&code.as_str())));
                }
                Decision::Desk(why) => prop_assert!(!why.is_empty() && (limit == 0 || returns < limit)),
                Decision::Arbiter(why) => prop_assert!(!why.is_empty() && limit > 0 && returns >= limit),
            }
        }
    }
}
