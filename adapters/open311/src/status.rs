//! What a status of GeoReport, or of its extension, means for a referral.

use sdk::{Answer, Return, not_ours};

/// Letters that an action's text has at most.
const LETTERS_MAX: usize = 4_000;

/// What an endpoint says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is done: the referral's answer.
    Done(Answer),
    /// It is not the agency's.
    NotOurs(Return),
    /// It goes on.
    Progress(String),
    /// Nothing that a citizen should read.
    Nothing,
}

/// The word of a status with its text. A status that ends a request but answers nothing (a duplicate, no further action)
/// is told as progress: whether the matter is solved, and by which law not, a person must say.
pub(crate) fn word(status: &str, text: &str) -> Word {
    let text = shortened(text);
    let said = |fallback: &str| if text.is_empty() { fallback.to_owned() } else { text.clone() };
    match status.to_ascii_uppercase().as_str() {
        "FIXED" | "CLOSED" => Word::Done(Answer::done(said("دستگاه اعلام کرد که کار انجام شد."))),
        "NOT_COUNCILS_RESPONSIBILITY" => {
            Word::NotOurs(not_ours(said("دستگاه اعلام کرد که این موضوع در صلاحیت آن نیست.")))
        }
        "DUPLICATE" => Word::Progress(said("دستگاه این درخواست را تکراری دانست.")),
        "NO_FURTHER_ACTION" | "CANCELLED" => Word::Progress(said("دستگاه اقدام دیگری در برنامه ندارد.")),
        "IN_PROGRESS" | "INVESTIGATING" => Word::Progress(said("دستگاه در حال رسیدگی است.")),
        "ACTION_SCHEDULED" => Word::Progress(said("انجام کار در برنامهٔ دستگاه قرار گرفت.")),
        "INTERNAL_REFERRAL" | "FOR_TRIAGE" => Word::Progress(said("درخواست در داخل دستگاه ارجاع شد.")),
        _ if text.is_empty() => Word::Nothing,
        _ => Word::Progress(text),
    }
}

/// As much of a text as an action takes, to the end of a word.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LETTERS_MAX {
        return text.to_owned();
    }
    let end = text.char_indices().nth(LETTERS_MAX - 1).map_or(text.len(), |(end, _)| end);
    let words = text[..end].rsplit_once(char::is_whitespace).map_or(&text[..end], |(words, _)| words);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_done_answers_and_only_what_is_not_theirs_goes_back() {
        assert_eq!(word("closed", "لوله تعویض شد"), Word::Done(Answer::done("لوله تعویض شد")));
        assert!(matches!(word("FIXED", ""), Word::Done(_)));
        assert_eq!(word("NOT_COUNCILS_RESPONSIBILITY", "برق است"), Word::NotOurs(not_ours("برق است")));
        for open in ["DUPLICATE", "NO_FURTHER_ACTION", "ACTION_SCHEDULED", "IN_PROGRESS", "CANCELLED"] {
            assert!(matches!(word(open, ""), Word::Progress(said) if !said.is_empty()), "{open}");
        }
        assert_eq!(
            (word("open", ""), word("OPEN", "گروه اعزام شد")),
            (Word::Nothing, Word::Progress("گروه اعزام شد".into()))
        );
    }

    #[test]
    fn a_text_that_is_too_long_ends_with_a_word() {
        let of = |text: &str| match word("closed", text) {
            Word::Done(answer) => answer,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&"آ".repeat(4_000)), Answer::done("آ".repeat(4_000)));
        assert_eq!(of(&"آب ".repeat(1_400)), Answer::done(format!("{}آب…", "آب ".repeat(1_332))));
        assert_eq!(of(&"آ".repeat(4_001)), Answer::done(format!("{}…", "آ".repeat(3_999))));
    }
}
