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
    /// The subject names one referral, the body another.
    OtherReferral = "other_referral", "referral_id",
        "The subject names one referral and referral_id another: send each action on the subject of its own referral.",
        "نشانی پیام یک ارجاع را نام می‌برد و referral_id ارجاعی دیگر را؛ هر اقدام را بر نشانی ارجاع خودش بفرستید.";
    /// No such referral.
    UnknownReferral = "unknown_referral", "referral_id",
        "No referral has this id: send the referral_id exactly as the referral gave it.",
        "ارجاعی با این شناسه نیست؛ شناسه ارجاع را همان‌گونه که دریافت کرده‌اید بفرستید.";
    /// Another agency's referral.
    NotYours = "not_yours", "referral_id",
        "This referral was issued to another agency: only that agency can act on it.",
        "این ارجاع برای دستگاه دیگری صادر شده است و فقط همان دستگاه می‌تواند بر آن اقدام کند.";
    /// The sender may sign in, but is in no catalogue.
    UnknownAgency = "unknown_agency", "",
        "Samad's catalogue has no agency with the code you signed in with: ask Samad's operators to import it (samad agency import), then send the action again.",
        "دستگاهی با کدی که با آن وارد شده‌اید در فهرست سامد نیست؛ از متولیان سامد بخواهید آن را وارد کنند و سپس اقدام را دوباره بفرستید.";
    /// The referral was answered before.
    AlreadyAnswered = "already_answered", "referral_id",
        "This referral is answered already: nothing more can be recorded on it.",
        "به این ارجاع پیش از این پاسخ داده شده است و اقدام دیگری بر آن ثبت نمی‌شود.";
    /// The referral was returned before.
    AlreadyReturned = "already_returned", "referral_id",
        "This referral was returned already: the case has gone on to others.",
        "این ارجاع پیش از این برگشت داده شده و پرونده به دستگاه دیگری رفته است.";
    /// An answer waits for its review.
    AnswerUnderReview = "answer_under_review", "referral_id",
        "An answer to this referral is being reviewed: wait for the outcome.",
        "پاسخ این ارجاع در دست بررسی است؛ منتظر نتیجه بمانید.";
    /// A reviewer gave the answer back.
    AnswerRejected = "answer_rejected", "text",
        "A reviewer gave this answer back: answer again, with another action_id.",
        "این پاسخ در بررسی پذیرفته نشد؛ با شناسه اقدام دیگری دوباره پاسخ دهید.";
    /// An arbiter ruled that it is this agency's, or it complains of its inaction.
    RuledByArbiter = "ruled_by_arbiter", "kind",
        "The provincial arbiter ruled that this case is yours, or it complains that you did nothing: it cannot be returned. Act on it and answer.",
        "داور استان این پرونده را از آن شما دانسته یا شکایت از عدم اقدام خود شماست و برگشت داده نمی‌شود؛ اقدام کنید و پاسخ دهید.";
    /// The citizen withdrew the case.
    CaseWithdrawn = "case_withdrawn", "referral_id",
        "The citizen withdrew this case: nothing more is to be done on it.",
        "شهروند از پیگیری این پرونده انصراف داده است و کار دیگری بر آن لازم نیست.";
    /// An extension without days.
    MissingDays = "missing_days", "extension_days",
        "An extension is asked for with at least one day.",
        "برای تمدید مهلت بنویسید چند روز دیگر لازم است.";
    /// More days than the policy lets one extension ask for, or none are allowed.
    TooManyDays = "too_many_days", "extension_days",
        "The policy that governs this case does not allow so long an extension: ask for fewer days.",
        "قاعده حاکم بر این پرونده چنین تمدیدی را روا نمی‌دارد؛ روزهای کمتری بخواهید.";
    /// The province has not ruled on the extension asked for before.
    ExtensionPending = "extension_pending", "referral_id",
        "The province has not ruled on the extension asked for before: wait for its ruling.",
        "استان هنوز درباره تمدید پیشین تصمیم نگرفته است؛ منتظر تصمیم آن بمانید.";
    /// As many extensions were asked for as the policy allows.
    NoMoreExtensions = "no_more_extensions", "referral_id",
        "No more extensions may be asked for on this referral: answer it.",
        "برای این ارجاع دیگر نمی‌توان تمدید خواست؛ به آن پاسخ دهید.";
    /// The documents asked for before have not come.
    DocumentsPending = "documents_pending", "referral_id",
        "The documents asked for before have not come yet: wait for them, or answer without them.",
        "مدارکی که پیش‌تر خواسته‌اید هنوز نرسیده است؛ منتظر بمانید یا بدون آن پاسخ دهید.";
    /// No text where one is required.
    MissingText = "missing_text", "text",
        "Say in text what was done, why it is returned or delayed, or which documents are needed: the citizen reads it.",
        "در متن بنویسید چه شد، چرا برگشت داده یا دیر می‌شود، یا چه مدارکی لازم است؛ شهروند آن را می‌خواند.";
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
        "The kind must be accepted, progress, answer, returned, extension asked or documents asked.",
        "نوع اقدام باید پذیرش، پیشرفت، پاسخ، برگشت، درخواست تمدید یا درخواست مدارک باشد.";
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

    #[test]
    fn every_code_is_explained_where_refusals_say() {
        let page = include_str!("../../../../docs/integrate/errors.md");
        for code in Code::ALL {
            let [word, english, persian] = [code.word(), code.message(), code.message_fa()];
            let section = page.split_once(&format!("\n## {word}\n\n{english}\n")).map(|(_, section)| section);
            let section = section.and_then(|section| section.split("\n## ").next());
            assert!(
                section.is_some_and(|section| section.trim_end().ends_with(persian)),
                "docs/integrate/errors.md: the section {word} must begin with the English message and end with the Persian"
            );
        }
    }
}
