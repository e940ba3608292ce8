//! Why an action is not taken: stable codes, and what to do in English and Persian.

use std::borrow::Cow;

/// An action that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// See [`Code`].
    pub code: Code,
    /// The field at fault; empty when it is the whole.
    pub field: Cow<'static, str>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal, $field:literal, $english:literal, $persian:literal;)*) => {
        /// The kinds of refusal. Programs rely on their words: they never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $code),* }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// The word for programs.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Code::$code => $word),* }
            }

            fn field(self) -> &'static str {
                match self { $(Code::$code => $field),* }
            }

            /// What to do, in English.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Code::$code => $english),* }
            }

            /// What to do, in Persian.
            #[must_use]
            pub fn message_fa(self) -> &'static str {
                match self { $(Code::$code => $persian),* }
            }
        }
    };
}

codes! {
    /// The body is no action.
    Unreadable = "unreadable", "",
        "This is not a samad.agency.v1.ActionPublished in the stated content type: correct it and send it again.",
        "این پیام یک اقدام خوانا نیست؛ قالب آن را درست کنید و دوباره بفرستید.";
    /// No such referral.
    UnknownReferral = "unknown_referral", "referral_id",
        "No referral has this id: send the referral_id exactly as the referral gave it.",
        "ارجاعی با این شناسه نیست؛ شناسه ارجاع را همان‌گونه که دریافت کرده‌اید بفرستید.";
    /// Another agency's referral.
    NotYours = "not_yours", "referral_id",
        "This referral was issued to another agency: only that agency can act on it.",
        "این ارجاع برای دستگاه دیگری صادر شده است و فقط همان دستگاه می‌تواند بر آن اقدام کند.";
    /// The referral was answered before.
    AlreadyAnswered = "already_answered", "referral_id",
        "This referral is answered already: nothing more can be recorded on it.",
        "به این ارجاع پیش از این پاسخ داده شده است و اقدام دیگری بر آن ثبت نمی‌شود.";
    /// The referral was returned before.
    AlreadyReturned = "already_returned", "referral_id",
        "This referral was returned already: the case has gone on to others.",
        "این ارجاع پیش از این برگشت داده شده و پرونده به دستگاه دیگری رفته است.";
    /// No text where one is required.
    MissingText = "missing_text", "text",
        "Say in text what was done or why it is returned: the citizen reads it.",
        "در متن بنویسید چه کاری انجام شد یا چرا برگشت داده می‌شود؛ شهروند آن را می‌خواند.";
    /// An answer without an outcome.
    MissingOutcome = "missing_outcome", "outcome",
        "An answer needs an outcome: done, partly done or not possible.",
        "پاسخ باید نتیجه داشته باشد: انجام شد، بخشی انجام شد، یا ممکن نیست.";
    /// "Not possible" without the law that forbids it.
    MissingLegalReason = "missing_legal_reason", "legal_reason",
        "An answer 'not possible' needs the law or rule that forbids it.",
        "پاسخ «ممکن نیست» باید قانون یا مقرره‌ای را که مانع است نام ببرد.";
    /// A field is longer than its limit.
    TextTooLong = "text_too_long", "text",
        "The field is too long: text has at most 4,000 characters, legal_reason 1,000, suggested_agency 40.",
        "این بخش بیش از اندازه بلند است؛ متن حداکثر ۴٬۰۰۰ نویسه، دلیل قانونی ۱٬۰۰۰ و دستگاه پیشنهادی ۴۰ نویسه.";
    /// No kind of action that we know.
    UnknownKind = "unknown_kind", "kind",
        "The kind must be accepted, progress, answer or returned.",
        "نوع اقدام باید پذیرش، پیشرفت، پاسخ یا برگشت باشد.";
    /// The action's id is no UUID.
    BadActionId = "bad_action_id", "action_id",
        "The action_id must be a UUID, the same on every repeat of this action.",
        "شناسه اقدام باید یک UUID باشد که در هر بار تکرار همین اقدام یکسان بماند.";
    /// Our fault: nothing was stored.
    TryAgain = "try_again", "",
        "Samad could not store the action just now: send it again with the same action_id.",
        "سامد در این لحظه نتوانست اقدام را ثبت کند؛ آن را با همان شناسه دوباره بفرستید.";
}

impl Code {
    /// The code with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }

    /// Whether the same action may succeed later without a change.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        self == Code::TryAgain
    }

    /// A refusal for another field than the usual one.
    #[must_use]
    pub fn of(self, field: &'static str) -> Refusal {
        Refusal { code: self, field: field.into() }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        code.of(code.field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_read_back() {
        for code in Code::ALL {
            assert_eq!(Code::from_word(code.word()), Some(*code));
        }
    }
}
