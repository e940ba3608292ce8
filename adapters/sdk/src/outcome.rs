//! What an agency says of a referral.

use contracts::{ReferralId, agency};

/// What came of a referral, as far as [`Agency::act`](crate::Agency::act) can say now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is answered; this ends the referral.
    Answer(Answer),
    /// It is not ours; it goes to the next agency.
    Return(Return),
    /// We need more time; the province decides, and we answer later through a [`Desk`](crate::Desk).
    MoreTime(MoreTime),
    /// We need documents of the citizen, and answer later through a [`Desk`](crate::Desk).
    Documents(Documents),
    /// We have it and answer later through a [`Desk`](crate::Desk), e.g. when the work order is closed.
    /// It is not given again: remember it before you say so.
    Later,
}

/// The action that ends a referral (پاسخ). Make it with [`Answer::done`], [`Answer::partly`] or
/// [`Answer::not_possible`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub(crate) outcome: agency::AnswerOutcome,
    pub(crate) text: String,
    pub(crate) legal_reason: String,
}

impl Answer {
    /// What was asked is done. `text` is for the citizen to read, in Persian, at most 4,000 characters.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self::new(agency::AnswerOutcome::Done, text.into(), String::new())
    }

    /// A part is done; `text` says which, and what of the rest.
    #[must_use]
    pub fn partly(text: impl Into<String>) -> Self {
        Self::new(agency::AnswerOutcome::PartlyDone, text.into(), String::new())
    }

    /// It cannot be done: `legal_reason` names the law or rule that forbids it.
    #[must_use]
    pub fn not_possible(text: impl Into<String>, legal_reason: impl Into<String>) -> Self {
        Self::new(agency::AnswerOutcome::NotPossible, text.into(), legal_reason.into())
    }

    fn new(outcome: agency::AnswerOutcome, text: String, legal_reason: String) -> Self {
        Answer { outcome, text, legal_reason }
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Outcome::Answer(answer)
    }
}

/// A referral given back. Make it with [`not_ours`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub(crate) reason: String,
    pub(crate) suggested_agency: String,
}

impl Return {
    /// Names the agency whose it is, by its code.
    #[must_use]
    pub fn belongs_to(mut self, agency: impl Into<String>) -> Self {
        self.suggested_agency = agency.into();
        self
    }
}

impl From<Return> for Outcome {
    fn from(back: Return) -> Self {
        Outcome::Return(back)
    }
}

/// The word that refuses: this referral is not ours, for this reason. It goes on to the next agency.
#[must_use]
pub fn not_ours(reason: impl Into<String>) -> Return {
    Return { reason: reason.into(), suggested_agency: String::new() }
}

/// More time that is asked for. Make it with [`more_time`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoreTime {
    pub(crate) days: u32,
    pub(crate) reason: String,
}

impl From<MoreTime> for Outcome {
    fn from(more: MoreTime) -> Self {
        Outcome::MoreTime(more)
    }
}

/// So many days more are needed, for this reason, which the citizen reads too. The clock runs on until the province rules;
/// [`Agency::told`](crate::Agency::told) hears the ruling.
#[must_use]
pub fn more_time(days: u32, reason: impl Into<String>) -> MoreTime {
    MoreTime { days, reason: reason.into() }
}

/// Documents that are asked for. Make it with [`documents`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    pub(crate) which: String,
}

impl From<Documents> for Outcome {
    fn from(documents: Documents) -> Self {
        Outcome::Documents(documents)
    }
}

/// The citizen must bring these, and is told so. The clock stands still for at most what the policy allows;
/// [`Agency::told`](crate::Agency::told) hears when they have come.
#[must_use]
pub fn documents(which: impl Into<String>) -> Documents {
    Documents { which: which.into() }
}

/// What people decided on a referral of ours, or added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The citizen added to the matter.
    Amended {
        /// The referral that it belongs to.
        referral_id: ReferralId,
        /// What was added.
        statement: String,
    },
    /// The citizen withdrew the case: nothing more is to be done.
    Withdrawn {
        /// The referral that ended.
        referral_id: ReferralId,
        /// In the centre's words.
        reason: String,
    },
    /// The province ruled on the time that we asked for.
    Extension {
        /// The referral whose clock it is.
        referral_id: ReferralId,
        /// 0: refused.
        days: u32,
        /// Why.
        reason: String,
    },
    /// The documents that we asked for have come.
    Documents {
        /// The referral that waits for them.
        referral_id: ReferralId,
        /// Where they are.
        note: String,
    },
}

/// "Not now, give it to me again later": what `?` makes of any error in [`Agency::act`](crate::Agency::act).
/// The referral comes again after 1, 5, 15, 60, then every 120 s.
#[derive(Debug)]
pub struct Retry(pub(crate) anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Retry {
    fn from(error: E) -> Self {
        Retry(error.into())
    }
}

/// An action that Samad did not take, and why: repeating it unchanged would not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an action on referral {referral_id} was refused ({code} {field}): {message}")]
pub struct Refusal {
    /// The referral it was on.
    pub referral_id: ReferralId,
    /// For programs: `unknown_referral`, `not_yours`, `already_answered`, `missing_text`, …
    pub code: String,
    /// The field at fault, empty when it is the whole.
    pub field: String,
    /// For the adapter's developer.
    pub message: String,
    /// For the agency's staff, in Persian.
    pub message_fa: String,
    /// Where it is explained, in Samad's documentation.
    pub documentation: String,
}

impl Refusal {
    pub(crate) fn new(referral_id: ReferralId, wire: agency::Refusal) -> Self {
        let agency::Refusal { code, field, message, message_fa, documentation, .. } = wire;
        Refusal { referral_id, code, field, message, message_fa, documentation }
    }

    /// The referral has its answer, or one that is being reviewed: whatever else was to be said of it is too late.
    #[must_use]
    pub fn is_already_answered(&self) -> bool {
        ["already_answered", "answer_under_review"].contains(&self.code.as_str())
    }
}
