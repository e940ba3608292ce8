//! A notice: one message to a citizen about one fact.

use contracts::{CaseId, FactId, NoticeId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters of an answer that fit a message; the rest is read on the case's page.
const EXCERPT: usize = 300;

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// The case is registered: its code and the promised date.
    Registered,
    /// Which agency holds it.
    Referred,
    /// The answer.
    Closed,
    /// The agency let its time pass: one may complain of inaction (rule 5).
    Breached,
    /// The case was taken back, as the citizen asked.
    Withdrawn,
    /// The case is open again, since its answer did not solve the matter (rule 8).
    Reopened,
    /// The agency was given more time (rule 7).
    Extended,
    /// The agency needs documents.
    DocumentsAsked,
}

impl Template {
    /// Every template.
    pub const ALL: [Template; 8] = [
        Template::Registered,
        Template::Referred,
        Template::Closed,
        Template::Breached,
        Template::Withdrawn,
        Template::Reopened,
        Template::Extended,
        Template::DocumentsAsked,
    ];

    /// Its name in files, facts and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Template::Registered => "registered",
            Template::Referred => "referred",
            Template::Closed => "closed",
            Template::Breached => "breached",
            Template::Withdrawn => "withdrawn",
            Template::Reopened => "reopened",
            Template::Extended => "extended",
            Template::DocumentsAsked => "documents_asked",
        }
    }

    /// The template of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.name() == name)
    }
}

/// What a text needs besides the contact point.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What the citizen was promised at registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Timestamp>,
    /// The agency's name as the citizen reads it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agency: String,
    /// The answer's beginning.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Until when the citizen is asked whether the answer solved the matter (rule 8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_until: Option<Timestamp>,
    /// Whether the reopened case goes to the province's arbiter.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub to_arbiter: bool,
    /// How many days more the agency has.
    #[serde(skip_serializing_if = "is_zero")]
    pub days: u32,
    /// Why it has them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Which documents the agency needs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub documents: String,
}

fn is_zero(days: &u32) -> bool {
    *days == 0
}

/// A notice to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The case whose citizen is told.
    pub case_id: CaseId,
    /// Where.
    pub province: String,
    /// The fact that it tells of.
    pub cause: FactId,
    /// What it tells.
    pub template: Template,
    /// See [`Details`].
    pub details: Details,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Draft {
    /// The same for the same fact and template, so that no fact is told twice.
    #[must_use]
    pub fn id(&self) -> NoticeId {
        NoticeId(self.cause.derived(self.template.name()).0)
    }
}

/// The beginning of an answer, cut between words.
#[must_use]
pub fn excerpt(answer: &str) -> String {
    let answer = answer.trim();
    let Some((end, _)) = answer.char_indices().nth(EXCERPT) else { return answer.to_owned() };
    let head = &answer[..end];
    let words = head.rfind(char::is_whitespace).map_or(head, |cut| &head[..cut]);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_excerpt_is_short_and_the_beginning(answer in "[\\PC\\n]{0,700}") {
            let cut = excerpt(&answer);
            prop_assert!(cut.chars().count() <= EXCERPT + 1);
            prop_assert!(answer.trim().starts_with(cut.trim_end_matches('…').trim_end()) || cut == answer.trim());
        }
    }

    #[test]
    fn a_long_answer_is_cut_between_words() {
        let answer = "نشتی لوله برطرف شد ".repeat(40);
        let cut = excerpt(&answer);
        assert!(
            cut.ends_with("شد…")
                || cut.ends_with("لوله…")
                || cut.ends_with("نشتی…")
                || cut.ends_with("برطرف…"),
            "{cut}"
        );
    }

    #[test]
    fn one_fact_has_one_notice_a_template() {
        let draft = |template| Draft {
            case_id: CaseId(uuid::Uuid::nil()),
            province: "fars".into(),
            cause: FactId(uuid::Uuid::max()),
            template,
            details: Details::default(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(draft(Template::Closed).id(), draft(Template::Closed).id());
        assert_ne!(draft(Template::Closed).id(), draft(Template::Referred).id());
        assert!(Template::ALL.iter().all(|template| Template::named(template.name()) == Some(*template)));
    }
}
