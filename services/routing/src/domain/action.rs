//! An agency's action: what must be in it.

use jiff::Timestamp;

use super::refusal::{Code, Refusal};

/// Longest text a citizen is given to read.
const TEXT_CHARACTERS: usize = 4_000;
/// Longest citation of a law.
const LEGAL_REASON_CHARACTERS: usize = 1_000;
/// An agency's code is not longer.
const AGENCY_CHARACTERS: usize = 40;

/// What the agency did. The numbers are those of `samad.agency.v1.ActionKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It will act.
    Accepted = 1,
    /// It is acting.
    Progress = 2,
    /// It has acted, or says why it cannot.
    Answer = 3,
    /// The case is not its own.
    Returned = 4,
    /// It asks for more time.
    ExtensionAsked = 5,
    /// It asks for the citizen's documents.
    DocumentsAsked = 6,
}

/// How an answer ends a referral. The numbers are those of `samad.agency.v1.AnswerOutcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was done.
    Done = 1,
    /// Some was done.
    PartlyDone = 2,
    /// A law forbids it.
    NotPossible = 3,
}

/// An action as it came: any number, any text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Number of a [`Kind`].
    pub kind: i32,
    /// Number of an [`Outcome`]; 0 when none.
    pub outcome: i32,
    /// For the citizen to read.
    pub text: String,
    /// The law that forbids it.
    pub legal_reason: String,
    /// Whose it is, as a returning agency thinks.
    pub suggested_agency: String,
    /// When the agency acted, by its own record.
    pub acted_at: Option<Timestamp>,
    /// Days more, where an extension is asked for.
    pub extension_days: u32,
}

/// An action with all that its kind needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What was done.
    pub kind: Kind,
    /// Set for an answer.
    pub outcome: Option<Outcome>,
    /// For the citizen to read.
    pub text: String,
    /// Set when not possible.
    pub legal_reason: String,
    /// May be set when returned.
    pub suggested_agency: String,
    /// See [`Draft::acted_at`].
    pub acted_at: Option<Timestamp>,
    /// At least 1 where an extension is asked for.
    pub extension_days: u32,
}

impl Kind {
    const ALL: [Kind; 6] = [
        Kind::Accepted,
        Kind::Progress,
        Kind::Answer,
        Kind::Returned,
        Kind::ExtensionAsked,
        Kind::DocumentsAsked,
    ];

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|k| *k as i32 == number)
    }
}

impl Outcome {
    /// The outcome with this number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        [Outcome::Done, Outcome::PartlyDone, Outcome::NotPossible].into_iter().find(|o| *o as i32 == number)
    }
}

impl Draft {
    /// The action, if it has all it needs.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<Action, Refusal> {
        let kind = Kind::from_number(self.kind).ok_or(Code::UnknownKind)?;
        for (field, text, most) in [
            ("text", &self.text, TEXT_CHARACTERS),
            ("legal_reason", &self.legal_reason, LEGAL_REASON_CHARACTERS),
            ("suggested_agency", &self.suggested_agency, AGENCY_CHARACTERS),
        ] {
            if text.chars().count() > most {
                return Err(Code::TextTooLong.of(field));
            }
            // No screen shows it and the database cannot keep it.
            if text.contains('\0') {
                return Err(Code::Unreadable.of(field));
            }
        }
        if kind != Kind::Accepted && self.text.trim().is_empty() {
            return Err(Code::MissingText.into());
        }
        let outcome = match kind {
            Kind::Answer => Some(Outcome::from_number(self.outcome).ok_or(Code::MissingOutcome)?),
            _ => None,
        };
        if kind == Kind::ExtensionAsked && self.extension_days == 0 {
            return Err(Code::MissingDays.into());
        }
        if outcome == Some(Outcome::NotPossible) && self.legal_reason.trim().is_empty() {
            return Err(Code::MissingLegalReason.into());
        }
        Ok(Action {
            kind,
            outcome,
            text: self.text.clone(),
            legal_reason: self.legal_reason.clone(),
            suggested_agency: self.suggested_agency.clone(),
            acted_at: self.acted_at,
            extension_days: self.extension_days,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(kind: i32) -> Draft {
        Draft { kind, text: "انجام شد".into(), ..Draft::default() }
    }

    fn refused(draft: &Draft) -> (&'static str, String) {
        let refusal = draft.check().unwrap_err();
        (refusal.code.word(), refusal.field.into_owned())
    }

    #[test]
    fn each_lack_is_named() {
        assert_eq!(refused(&draft(9)), ("unknown_kind", "kind".into()));
        assert_eq!(refused(&Draft { text: " ".into(), ..draft(2) }), ("missing_text", "text".into()));
        assert_eq!(refused(&draft(3)), ("missing_outcome", "outcome".into()));
        assert_eq!(
            refused(&Draft { outcome: 3, ..draft(3) }),
            ("missing_legal_reason", "legal_reason".into())
        );
        assert_eq!(refused(&draft(5)), ("missing_days", "extension_days".into()));
        assert_eq!(refused(&Draft { text: String::new(), ..draft(6) }), ("missing_text", "text".into()));
        assert_eq!(refused(&Draft { text: "آ".repeat(4_001), ..draft(2) }), ("text_too_long", "text".into()));
        assert_eq!(refused(&Draft { text: "a\0b".into(), ..draft(2) }), ("unreadable", "text".into()));
        let long = Draft { suggested_agency: "x".repeat(41), ..draft(4) };
        assert_eq!(refused(&long), ("text_too_long", "suggested_agency".into()));
    }

    #[test]
    fn what_is_whole_is_taken() {
        assert!(Draft { text: String::new(), ..draft(1) }.check().is_ok());
        assert!(Draft { text: "آ".repeat(4_000), ..draft(2) }.check().is_ok());
        assert!(draft(6).check().is_ok() && Draft { extension_days: 1, ..draft(5) }.check().is_ok());
        let forbidden = Draft { outcome: 3, legal_reason: "ماده ۱۰۰".into(), ..draft(3) };
        assert_eq!(forbidden.check().map(|a| a.outcome), Ok(Some(Outcome::NotPossible)));
    }
}
