//! Who calls, and for which part of the country and of the government they speak.

mod token;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use token::{KEY_LIFE, Purpose, Signer, TOKEN_LIFE, Unfit, Verifier};

/// What somebody's office lets them do; each door says which roles may make which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers calls, registers, works through the desk.
    Operator,
    /// Holds a province, or an agency, to account.
    Manager,
    /// Passes or gives back what was held.
    Reviewer,
    /// Rules whose something is.
    Arbiter,
    /// Watches every province.
    Monitor,
    /// Runs the deployment.
    Ops,
    /// A service of the deployment, on behalf of the public.
    Service,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Operator,
        Role::Manager,
        Role::Reviewer,
        Role::Arbiter,
        Role::Monitor,
        Role::Ops,
        Role::Service,
    ];
    /// Whoever works in a centre, a province or the capital.
    pub const STAFF: [Role; 6] =
        [Role::Operator, Role::Manager, Role::Reviewer, Role::Arbiter, Role::Monitor, Role::Ops];

    /// The role as it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Manager => "manager",
            Role::Reviewer => "reviewer",
            Role::Arbiter => "arbiter",
            Role::Monitor => "monitor",
            Role::Ops => "ops",
            Role::Service => "service",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let words = || Role::ALL.map(Role::word).join(", ");
        let role = Role::ALL.into_iter().find(|role| role.word() == text);
        role.ok_or_else(|| anyhow::anyhow!("a role is one of {}, not `{text}`", words()))
    }
}

/// Somebody who calls, as their token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The account.
    pub id: String,
    /// How people call them.
    pub name: String,
    /// See [`Role`].
    pub role: Role,
    /// The province that their office ends at; empty: none.
    #[serde(default)]
    pub province: String,
    /// The agency that their office ends at; empty: none.
    #[serde(default)]
    pub agency: String,
}

impl Caller {
    /// A part of the deployment itself, bound to no place.
    #[must_use]
    pub fn of_deployment(role: Role, id: &str) -> Self {
        Caller {
            id: id.to_owned(),
            name: id.to_owned(),
            role,
            province: String::new(),
            agency: String::new(),
        }
    }

    /// Whether no province and no agency bounds them.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        self.province.is_empty() && self.agency.is_empty()
    }

    /// Lets them act for `province`; empty stands for the whole country.
    ///
    /// # Errors
    /// When their office ends at another province, or at an agency: that decides nothing for a province.
    pub fn for_province(&self, province: &str) -> Result<(), OutOfScope> {
        if !self.agency.is_empty() {
            return Err(OutOfScope {
                asked: named("province", province),
                held: named("agency", &self.agency),
            });
        }
        if self.province.is_empty() || self.province == province {
            return Ok(());
        }
        Err(OutOfScope { asked: named("province", province), held: named("province", &self.province) })
    }

    /// Lets them act for `agency`.
    ///
    /// # Errors
    /// When their office ends at another agency, or at a province: that does nothing in an agency's name.
    pub fn for_agency(&self, agency: &str) -> Result<(), OutOfScope> {
        if self.agency == agency || self.is_unbounded() {
            return Ok(());
        }
        let held = if self.agency.is_empty() {
            named("province", &self.province)
        } else {
            named("agency", &self.agency)
        };
        Err(OutOfScope { asked: named("agency", agency), held })
    }

    /// Lets them act on a matter of `agency` in `province`: in the agency's name, the province's or all's.
    ///
    /// # Errors
    /// When their office ends at another agency or another province.
    pub fn for_matter(&self, province: &str, agency: &str) -> Result<(), OutOfScope> {
        if self.agency.is_empty() { self.for_province(province) } else { self.for_agency(agency) }
    }

    /// The province that a list may show them: the one they ask for, or their own where they ask for all.
    ///
    /// # Errors
    /// As [`Caller::for_province`].
    pub fn sees<'a>(&'a self, asked: &'a str) -> Result<&'a str, OutOfScope> {
        let shown = if asked.is_empty() { self.province.as_str() } else { asked };
        self.for_province(shown).map(|()| shown)
    }

    /// Who is written down as having decided: the caller. Only whoever runs the deployment writes down a word that
    /// was `given` to them by somebody else.
    #[must_use]
    pub fn signs(&self, given: &str) -> String {
        match (self.role, given.trim()) {
            (Role::Ops, "") => self.name.clone(),
            (Role::Ops, given) => given.to_owned(),
            _ => format!("{} ({})", self.name, self.id),
        }
    }
}

/// What was asked lies outside the caller's office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfScope {
    asked: String,
    held: String,
}

fn named(kind: &str, code: &str) -> String {
    match (kind, code) {
        ("province", "") => "the whole country".to_owned(),
        _ => format!("{kind} {code}"),
    }
}

impl fmt::Display for OutOfScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is a matter of {}; your token's scope is {}", self.asked, self.held)
    }
}

impl std::error::Error for OutOfScope {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn caller(role: Role, province: &str, agency: &str) -> Caller {
        Caller {
            province: province.to_owned(),
            agency: agency.to_owned(),
            ..Caller::of_deployment(role, "a-1")
        }
    }

    #[test]
    fn an_office_ends_where_its_token_says() {
        let manager = caller(Role::Manager, "fars", "");
        assert!(manager.for_province("fars").is_ok());
        assert_eq!(manager.sees(""), Ok("fars"));
        let refused = manager.for_province("yazd").unwrap_err().to_string();
        assert!(refused.contains("yazd") && refused.contains("fars"), "{refused}");
        assert!(manager.for_province("").is_err() && manager.for_agency("fa-water").is_err());
        let water = caller(Role::Manager, "fars", "fa-water");
        assert!(water.for_agency("fa-water").is_ok() && water.for_agency("fa-gas").is_err());
        assert!(water.for_province("fars").is_err(), "an agency decides nothing for its province");
        assert!(water.for_matter("fars", "fa-water").is_ok() && water.for_matter("fars", "fa-gas").is_err());
        assert!(
            manager.for_matter("fars", "fa-gas").is_ok() && manager.for_matter("yazd", "fa-gas").is_err()
        );
        let monitor = caller(Role::Monitor, "", "");
        assert!(monitor.for_matter("yazd", "ya-gas").is_ok());
        assert!(monitor.for_province("yazd").is_ok() && monitor.for_province("").is_ok());
        assert!(monitor.for_agency("fa-gas").is_ok());
    }

    #[test]
    fn the_caller_is_written_down_and_only_operations_speak_for_others() {
        assert_eq!(caller(Role::Arbiter, "fars", "").signs("somebody else"), "a-1 (a-1)");
        assert_eq!(caller(Role::Ops, "", "").signs(" arbiter.fars "), "arbiter.fars");
        assert_eq!(caller(Role::Ops, "", "").signs(""), "a-1");
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.word().parse::<Role>().unwrap(), role);
        }
        assert!("king".parse::<Role>().is_err());
    }

    proptest! {
        #[test]
        fn a_bounded_caller_sees_no_other_province(own in "[a-z]{2,8}", asked in "[a-z]{0,8}", role in 0..7_usize) {
            let caller = caller(Role::ALL[role], &own, "");
            match caller.sees(&asked) {
                Ok(shown) => prop_assert_eq!(shown, own.as_str()),
                Err(_) => prop_assert!(!asked.is_empty() && asked != own),
            }
        }
    }
}
