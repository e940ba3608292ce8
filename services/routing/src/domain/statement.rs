//! What a referral says of the matter: as it was registered, and what the citizen said since.

/// Longest statement of a referral, in characters: the matter and what was said a few times since.
const STATEMENT_MAX: usize = 12_000;

/// The statement with what was said since, under its heading.
#[must_use]
pub fn with(statement: &str, heading: &str, said: &str) -> String {
    format!("{statement}\n\n{heading}: {said}").chars().take(STATEMENT_MAX).collect()
}

/// The matter with what the citizen added to it before it was answered.
#[must_use]
pub fn amended(statement: &str, added: &str) -> String {
    with(statement, "شهروند افزود", added.trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_matter_comes_first_then_what_was_added(statement in "\\PC{1,200}", added in "\\PC{0,200}") {
            let amended = amended(&statement, &added);
            prop_assert!(amended.starts_with(&statement) && amended.ends_with(added.trim()));
        }

        #[test]
        fn however_often_it_grows_no_further(said in prop::collection::vec("[آ-ی ]{0,4000}", 0..6)) {
            let grown = said.iter().fold("آب".to_owned(), |statement, said| amended(&statement, said));
            prop_assert!(grown.chars().count() <= STATEMENT_MAX);
        }
    }
}
