//! What a case is about, beside what is decided on it.

use contracts::routing::Matter;

use crate::api::view::view;

view! {
    /// What a case is about, as agencies may read it: of a confidential case nothing in it tells who says so (rule 9).
    MatterView of Matter {
        topic: String,
        county: String,
        /// Street, village.
        place: String,
        statement: String,
        /// Statement and place are redacted.
        confidential: bool,
    }
}
