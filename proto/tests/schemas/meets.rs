//! What an agency meets on the bus.

use std::sync::LazyLock;

use contracts::{AGENCY_HEARS, NOBODY};
use serde_json::Value;

/// One message that an agency meets.
pub struct Met {
    /// The name of its schema; of a fact, its name on the bus.
    pub name: &'static str,
    /// Its full name: `ce-type`.
    pub message: &'static str,
    /// The subject it comes or goes on, with parameters in braces; empty: the reply to another.
    pub address: String,
    /// What the agency writes itself: then words that Samad does not know are wrong, and these fields must be there.
    pub said: Option<&'static [&'static str]>,
}

/// Every one: facts that it hears, what it says, and what it is answered.
pub static MEETS: LazyLock<Vec<Met>> = LazyLock::new(|| {
    let heard = AGENCY_HEARS.iter().map(|fact| Met {
        name: fact.name,
        message: fact.message,
        address: format!("{}.v1.{}.{{province}}.{{agency}}.{{shard}}", fact.owner, fact.name),
        said: None,
    });
    let asked = Met {
        name: "action_published",
        message: "samad.agency.v1.ActionPublished",
        address: "agency.action_published.{referral_id}".to_owned(),
        said: Some(&["action_id", "kind"]),
    };
    let answered = Met {
        name: "action_verdict",
        message: "samad.agency.v1.ActionVerdict",
        address: String::new(),
        said: None,
    };
    heard.chain([asked, answered]).collect()
});

impl Met {
    /// The message with every field, as the golden files have it.
    pub fn example(&self) -> Value {
        let file = format!("{}/tests/golden/written/{}.json", env!("CARGO_MANIFEST_DIR"), self.name);
        serde_json::from_str(&std::fs::read_to_string(&file).expect(&file)).expect(&file)
    }

    /// The parameters of its address, and what they are.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let parameters = [
            ("province", format!("The province's code; {NOBODY}: none.")),
            ("agency", "The agency's own code: it hears no other's.".to_owned()),
            ("shard", "0 to 3, the same for all facts of one referral.".to_owned()),
            ("referral_id", "The referral's id, a UUID.".to_owned()),
        ];
        parameters.into_iter().filter(|(name, _)| self.address.contains(&format!("{{{name}}}")))
    }
}
