//! A notice: one message to a citizen, or to one of the staff, about one fact.

use contracts::{CaseId, FactId, NoticeId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::meeting::Meeting;

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
    /// To the staff: the report of a month or quarter is made, and enclosed (rule 10).
    Report,
    /// To the staff: what was escalated to them in a day (rule 5).
    Escalated,
    /// To an agency: what its time ran out for in a day (rule 5).
    Reminded,
    /// To an agency: its manager is to come to a public meeting.
    MeetingInvited,
    /// To an agency: the meeting is elsewhere or at another time.
    MeetingMoved,
}

impl Template {
    /// Every template.
    pub const ALL: [Template; 13] = [
        Template::Registered,
        Template::Referred,
        Template::Closed,
        Template::Breached,
        Template::Withdrawn,
        Template::Reopened,
        Template::Extended,
        Template::DocumentsAsked,
        Template::Report,
        Template::Escalated,
        Template::Reminded,
        Template::MeetingInvited,
        Template::MeetingMoved,
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
            Template::Report => "report",
            Template::Escalated => "escalated",
            Template::Reminded => "reminded",
            Template::MeetingInvited => "meeting_invited",
            Template::MeetingMoved => "meeting_moved",
        }
    }

    /// The template of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.name() == name)
    }
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// The citizen of a case.
    Citizen(CaseId),
    /// One of the staff, by code.
    Staff(String),
}

impl To {
    /// The case, if it is a citizen's.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match self {
            To::Citizen(case_id) => Some(*case_id),
            To::Staff(_) => None,
        }
    }

    /// The code, if it is one of the staff.
    #[must_use]
    pub fn staff(&self) -> Option<&str> {
        match self {
            To::Citizen(_) => None,
            To::Staff(recipient) => Some(recipient),
        }
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
    /// Of a report: its month or quarter, as people write it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// Of a report: the province's name; empty: the whole country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Of a report: by which words `samad report` makes it again.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub again: String,
    /// Names of what is enclosed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enclosed: Vec<String>,
    /// Of escalations and reminders: the day in Tehran on which they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// Of escalations: how many of which agency, as they stand when the notice is sent.
    #[serde(skip)]
    pub escalated: Vec<(String, u64)>,
    /// Of reminders: the hour of the day after which they are told; none: the next morning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hour: Option<i16>,
    /// Of reminders: whose.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of_agency: String,
    /// Of reminders: how many referrals with how many days left, as they stand when the notice is sent.
    #[serde(skip)]
    pub reminded: Vec<(i32, u64)>,
    /// Of an invitation: to what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
}

fn is_zero(days: &u32) -> bool {
    *days == 0
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name with its ending.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A notice to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who is told.
    pub to: To,
    /// Where; empty: the whole country.
    pub province: String,
    /// The fact that it tells of.
    pub cause: FactId,
    /// What it tells.
    pub template: Template,
    /// See [`Details`].
    pub details: Details,
    /// When it was made.
    pub created_at: Timestamp,
    /// By the deployment's clock; the epoch: at once.
    pub not_before: Timestamp,
}

impl Draft {
    /// The same for the same fact, template and person, so that nobody is told of a fact twice.
    #[must_use]
    pub fn id(&self) -> NoticeId {
        let template = self.template.name();
        let id = match &self.to {
            To::Citizen(_) => self.cause.derived_beside(template),
            To::Staff(recipient) => self.cause.derived_beside(&format!("{template} {recipient}")),
        };
        NoticeId(id.0)
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
        let to = |to: To| Draft {
            to,
            province: "fars".into(),
            cause: FactId(uuid::Uuid::max()),
            template: Template::Report,
            details: Details::default(),
            created_at: Timestamp::UNIX_EPOCH,
            not_before: Timestamp::UNIX_EPOCH,
        };
        let draft = |template| Draft { template, ..to(To::Citizen(CaseId(uuid::Uuid::nil()))) };
        let staff = |code: &str| to(To::Staff(code.into())).id();
        assert_eq!(staff("fars-governor"), staff("fars-governor"));
        assert_ne!(staff("fars-governor"), staff("monitor"));
        assert_ne!(staff("fars-governor"), draft(Template::Report).id());
        assert_eq!(draft(Template::Closed).id(), draft(Template::Closed).id());
        assert_ne!(draft(Template::Closed).id(), draft(Template::Referred).id());
        assert!(Template::ALL.iter().all(|template| Template::named(template.name()) == Some(*template)));
    }
}
