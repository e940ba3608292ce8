//! A complaint of inaction goes to whom it is about: the agency that held the referral and did nothing (domain rules 3
//! and 6). Its manager answers for it, so no rule sends it elsewhere, and the agency cannot return it.

use super::catalogue::Catalogue;
use super::next_round::Decision;

/// The agency whose inaction a case complains of; none for other cases, and none where it complains of that agency's
/// manager too: then rule 9 decides.
#[must_use]
pub fn complained_of<'a>(about_agency: &'a str, about_manager: &str) -> Option<&'a str> {
    Some(about_agency).filter(|agency| !agency.is_empty() && about_manager.is_empty())
}

/// To that agency alone; to a person where the catalogue does not know it.
#[must_use]
pub fn to_itself(catalogue: &Catalogue, agency: &str) -> Decision {
    if catalogue.agencies.contains_key(agency) {
        return Decision::Refer(vec![agency.to_owned()]);
    }
    Decision::Desk("شکایت از عدم اقدام: دستگاهی که ارجاع را داشته در فهرست دستگاه‌ها نیست".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::catalogue::{Agency, Format, Rule};
    use super::*;

    const CODES: [&str; 3] = ["water", "power", "governor"];

    /// Whatever rules say.
    fn catalogue(rules: &[usize]) -> Catalogue {
        let agency = |code: &&str| Agency {
            code: (*code).into(),
            province: "fars".into(),
            name_fa: "دستگاه".into(),
            name_en: "Agency".into(),
            format: Format::Protobuf,
            supervisor: String::new(),
        };
        let rule = |(n, place): (usize, &usize)| Rule {
            topic: format!("topic-{n}"),
            province: "fars".into(),
            county: String::new(),
            agency: CODES[*place].into(),
            also: Vec::new(),
        };
        let rules = rules.iter().enumerate().map(rule).collect();
        Catalogue::new(CODES.iter().map(agency).collect(), Vec::new(), rules)
    }

    #[test]
    fn a_complaint_of_a_manager_too_is_rule_nines() {
        assert_eq!(complained_of("water", ""), Some("water"));
        assert_eq!(complained_of("water", "water"), None);
        assert_eq!(complained_of("", ""), None);
    }

    proptest! {
        #[test]
        fn it_goes_to_nobody_else(rules in prop::collection::vec(0..3_usize, 0..5), about in "water|power|governor|nobody") {
            match to_itself(&catalogue(&rules), &about) {
                Decision::Refer(agencies) => prop_assert_eq!(agencies, [about]),
                Decision::Desk(why) => prop_assert!(about == "nobody" && why.contains("عدم اقدام")),
                Decision::Arbiter(_) => prop_assert!(false, "nobody disputes it"),
            }
        }
    }
}
