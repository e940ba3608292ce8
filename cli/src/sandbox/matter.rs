//! What somebody brings to a sandbox, and where it must lie to reach the agency that is tried.

use chassis::clock::{Clock, random_u64};
use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest};
use contracts::routing::{Agency, ImportCatalogueRequest, Rule};

use crate::demo_day::national_id;

/// Where a national body's matters lie.
const PROVINCE: &str = "east-azerbaijan";
/// A topic that no rule of the shipped catalogue decides: the manual desk does.
const TOPIC_OF_THE_DESK: &str = "other";

/// What somebody brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What they say.
    pub text: String,
    /// Where it is, in words.
    pub place: String,
    /// See [`Kind`].
    pub kind: Kind,
    /// Its number in another system; empty when it came from none.
    pub reference: String,
}

impl Default for Draft {
    fn default() -> Self {
        Draft {
            text: "از دیروز عصر مشکل پابرجاست و کسی برای رسیدگی نیامده است.".to_owned(),
            place: "خیابان امام، کوچهٔ دوم، پلاک ۱۲".to_owned(),
            kind: Kind::Request,
            reference: String::new(),
        }
    }
}

/// How a matter comes to an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Topic code.
    pub topic: String,
    /// Province code.
    pub province: String,
    /// County code; may be empty.
    pub county: String,
    /// No rule leads there: somebody at the manual desk sends it.
    pub by_desk: bool,
}

impl Way {
    /// The way of `topic` to the agency, or of any topic that leads there by the rules of `catalogue`.
    #[must_use]
    pub fn to(agency: &Agency, topic: Option<&str>, catalogue: &ImportCatalogueRequest) -> Self {
        let leads = |rule: &&Rule| {
            let below = |topic: &str| topic == rule.topic || topic.starts_with(&format!("{}.", rule.topic));
            rule.agency == agency.code && topic.is_none_or(below)
        };
        let rule = catalogue.rules.iter().find(leads);
        let province = rule.map(|rule| &rule.province).filter(|province| !province.is_empty());
        let province = province.unwrap_or(&agency.province);
        Way {
            topic: topic.or(rule.map(|rule| rule.topic.as_str())).unwrap_or(TOPIC_OF_THE_DESK).to_owned(),
            province: if province.is_empty() { PROVINCE } else { province }.to_owned(),
            county: rule.map(|rule| rule.county.clone()).unwrap_or_default(),
            by_desk: topic.is_none() && rule.is_none(),
        }
    }
}

impl Draft {
    /// The contact that brings it, of a person who does not exist.
    pub(super) fn contact(&self, way: &Way) -> RegisterContactRequest {
        RegisterContactRequest {
            request_key: Clock::live().new_id().to_string(),
            channel: Channel::Phone.into(),
            province: way.province.clone(),
            county: way.county.clone(),
            citizen: Some(Citizen {
                name: "آزمون آزمونی".to_owned(),
                national_id: national_id(random_u64()),
                phone: format!("0914{:07}", random_u64() % 10_000_000),
                email: String::new(),
            }),
            kind: self.kind.into(),
            topic: way.topic.clone(),
            text: self.text.clone(),
            place: self.place.clone(),
            source_reference: self.reference.clone(),
            outcome: Outcome::Register.into(),
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(code: &str, topic: Option<&str>) -> Way {
        let catalogue = routing::catalogue_file::shipped().unwrap();
        let agency = catalogue.agencies.iter().find(|agency| agency.code == code).unwrap();
        Way::to(agency, topic, &catalogue)
    }

    #[test]
    fn a_rule_leads_to_the_agency_or_the_desk_does() {
        let water = way("ea-water", None);
        assert_eq!(
            (water.topic.as_str(), water.province.as_str(), water.by_desk),
            ("water", PROVINCE, false)
        );
        let tabriz = way("ea-municipality-tabriz", Some("municipal.waste"));
        assert_eq!((tabriz.topic.as_str(), tabriz.county.as_str()), ("municipal.waste", "tabriz"));
        let port = way("ea-post", None);
        assert_eq!((port.topic.as_str(), port.by_desk), ("telecom.post", false));
        let governor = way("ea-governor", None);
        assert_eq!((governor.topic.as_str(), governor.by_desk), (TOPIC_OF_THE_DESK, true));
    }
}
