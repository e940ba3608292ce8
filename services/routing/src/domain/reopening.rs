//! A case that is open again because its answer did not solve the matter (domain rule 8): whose turn it is.

use super::next_round::Decision;

/// Longest statement of a referral, in characters: the matter and the words of a few reopenings.
const STATEMENT_MAX: usize = 12_000;

/// To whom a reopened case goes: to the agencies that answered, to the arbiter, or to the desk where nobody is known that
/// answered.
#[must_use]
pub fn decide(to_arbiter: bool, answered_by: Vec<String>) -> Decision {
    if to_arbiter {
        let why = "شهروند دوباره گفته است که پاسخ مشکل را حل نکرده؛ داور استان باید تصمیم بگیرد";
        return Decision::Arbiter(why.to_owned());
    }
    if answered_by.is_empty() {
        return Decision::Desk("پرونده بازگشایی شد و دستگاه پاسخ‌دهنده معلوم نیست".to_owned());
    }
    Decision::Refer(answered_by)
}

/// The matter with the citizen's words on the answer, as the next agency reads it.
#[must_use]
pub fn restated(statement: &str, words: &str) -> String {
    let said = match words.trim() {
        "" => "شهروند پس از پاسخ پیشین: مشکل حل نشده است.".to_owned(),
        words => format!("شهروند پس از پاسخ پیشین: {words}"),
    };
    let whole = format!("{statement}\n\n{said}");
    whole.chars().take(STATEMENT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_agency_that_answered_is_asked_again_and_an_arbiter_alone() {
        let both = || vec!["water".to_owned(), "power".to_owned()];
        assert_eq!(decide(false, both()), Decision::Refer(both()));
        for answered_by in [both(), Vec::new()] {
            assert!(matches!(decide(true, answered_by), Decision::Arbiter(_)));
        }
        assert!(matches!(decide(false, Vec::new()), Decision::Desk(_)));
    }

    proptest! {
        #[test]
        fn the_matter_comes_first_then_the_words(statement in "\\PC{1,200}", words in "\\PC{0,200}") {
            let restated = restated(&statement, &words);
            prop_assert!(restated.starts_with(&statement));
            prop_assert!(restated.contains(words.trim()) && restated.contains("شهروند پس از پاسخ پیشین"));
        }

        #[test]
        fn however_often_it_grows_no_further(words in prop::collection::vec("[آ-ی ]{0,4000}", 0..6)) {
            let grown = words.iter().fold("آب".to_owned(), |statement, words| restated(&statement, words));
            prop_assert!(grown.chars().count() <= STATEMENT_MAX);
        }
    }
}
