//! Who may know of a case (rule 9): computed from its kind and subject, never asked of the operator.

use contracts::intake::Kind;

/// Longest code of an agency, in characters.
const AGENCY_MAX: usize = 40;

/// Whether an agency may learn the matter only, with nothing in it that tells who says so: a complaint about an agency's
/// manager, and every report.
#[must_use]
pub fn is_confidential(kind: Kind, about_manager: &str) -> bool {
    !about_manager.is_empty() || kind == Kind::Report
}

/// Reads whose manager a contact complains of; empty: nobody's.
///
/// # Errors
/// What is wrong with it.
pub fn read_about_manager(kind: Kind, agency: &str) -> Result<&str, &'static str> {
    let agency = agency.trim();
    let is_code = agency.len() <= AGENCY_MAX
        && agency.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    match (agency.is_empty(), is_code, kind) {
        (true, ..) | (false, true, Kind::Complaint | Kind::Report) => Ok(agency),
        (false, false, _) => Err("must be an agency's code: lower-case letters, digits and hyphens"),
        (false, true, _) => Err("belongs to complaints and reports"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whoever_speaks_of_a_manager_is_kept_from_the_agency(number in 1_i32..7, agency in "[a-z0-9-]{1,40}") {
            let kind = Kind::try_from(number).unwrap();
            let read = read_about_manager(kind, &agency);
            prop_assert_eq!(read.is_ok(), matches!(kind, Kind::Complaint | Kind::Report));
            prop_assert!(read.is_err() || is_confidential(kind, &agency));
            prop_assert_eq!(is_confidential(kind, ""), kind == Kind::Report);
        }

        #[test]
        fn no_text_becomes_a_code(agency in "\\PC{0,60}") {
            if let Ok(code) = read_about_manager(Kind::Complaint, &agency) {
                prop_assert!(code.is_ascii() && !code.contains(['.', ' ', '*', '>']));
            }
        }
    }
}
