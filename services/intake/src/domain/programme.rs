//! Programmes: whose deadline policy governs a case. Some are given by what a thing is, and nobody chooses them.

/// Inaction complaints, whatever programme the case before them belonged to (rule 6).
pub const INACTION: &str = "inaction";
/// What is given by what a thing is, here or by deadline: complaints of inaction, items of the arbiter (rule 4), what was
/// ordered at a public meeting, and recorded calls (rule 1).
const RESERVED: [&str; 4] = [INACTION, "arbitration", "commitment", "voicemail"];

/// A programme that a caller chooses.
///
/// # Errors
/// When it is given by what a thing is: whoever chose it would choose the clock.
pub fn choose(programme: &str) -> Result<(), String> {
    if RESERVED.contains(&programme) {
        return Err(format!("{programme} is reserved: it is given to such matters only, and not chosen"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_reserved_is_refused_and_nothing_else(programme in prop_oneof!["[a-z-]{0,12}", prop::sample::select(RESERVED.to_vec()).prop_map(str::to_owned)]) {
            prop_assert_eq!(choose(&programme).is_err(), RESERVED.contains(&programme.as_str()));
        }
    }
}
