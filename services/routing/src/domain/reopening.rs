//! A case that is open again because its answer did not solve the matter (domain rule 8): whose turn it is.

/// Longest statement of a referral, in characters: the matter and the words of a few reopenings.
const STATEMENT_MAX: usize = 12_000;

/// To whom a reopened case goes: the codes of agencies, or the one reason why a person must decide.
///
/// # Errors
/// The reason, in Persian, where the case goes to an arbiter or no agency is known that answered.
pub fn decide(to_arbiter: bool, answered_by: Vec<String>) -> Vec<Result<String, String>> {
    if to_arbiter {
        return vec![Err(
            "شهروند دوباره گفته است که پاسخ مشکل را حل نکرده؛ داور استان باید تصمیم بگیرد".to_owned()
        )];
    }
    if answered_by.is_empty() {
        return vec![Err("پرونده بازگشایی شد و دستگاه پاسخ‌دهنده معلوم نیست".to_owned())];
    }
    answered_by.into_iter().map(Ok).collect()
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
        assert_eq!(decide(false, both()), [Ok("water".to_owned()), Ok("power".to_owned())]);
        for alone in [decide(true, both()), decide(true, Vec::new()), decide(false, Vec::new())] {
            assert!(alone.len() == 1 && alone[0].is_err());
        }
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
