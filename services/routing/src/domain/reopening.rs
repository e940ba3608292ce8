//! A case that is open again because its answer did not solve the matter (domain rule 8): whose turn it is.

use super::next_round::Decision;
use super::statement::with;

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
    let said = Some(words.trim()).filter(|words| !words.is_empty()).unwrap_or("مشکل حل نشده است.");
    with(statement, "شهروند پس از پاسخ پیشین", said)
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
    }
}
