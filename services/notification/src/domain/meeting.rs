//! Public meetings to which the managers of agencies are invited: where and when they are to come, in whatever order that
//! is heard.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A change of place or time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// When it was made: the latest counts.
    pub called_at: Timestamp,
    /// Where it is now.
    pub place: String,
    /// When it begins now.
    pub starts_at: Timestamp,
}

/// Where and when an agency was told to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The meeting's code.
    pub meeting: String,
    /// The agency's.
    pub agency: String,
    /// Where.
    pub place: String,
    /// When.
    pub starts_at: Timestamp,
}

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Meeting {
    /// What it is called.
    pub title: String,
    /// Where.
    pub place: String,
    /// When.
    pub starts_at: Timestamp,
    /// What the agency's cases are about, as people call it.
    pub topics: Vec<String>,
    /// How many these are.
    pub turns: u32,
}

impl Invitation {
    /// As it is told: an invitation made before the meeting moved names where it is now.
    #[must_use]
    pub fn after(self, invited_at: Timestamp, moved: Option<&Moved>) -> Self {
        match moved.filter(|moved| moved.called_at > invited_at) {
            Some(moved) => self.moved(moved),
            None => self,
        }
    }

    /// To where the meeting is now.
    #[must_use]
    pub fn moved(self, moved: &Moved) -> Self {
        Invitation { place: moved.place.clone(), starts_at: moved.starts_at, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        /// Whether the invitation or the move is heard first: the agency knows in the end where the meeting is.
        #[test]
        fn order_leaves_no_trace(invited in 0..9_i64, called in 0..9_i64, starts in 20..40_i64, elsewhere in 20..40_i64) {
            prop_assume!(invited != called);
            let invitation = Invitation {
                meeting: "tabriz-1".into(),
                agency: "water".into(),
                place: "سالن".into(),
                starts_at: at(if called > invited { starts } else { elsewhere }),
            };
            let moved = Moved { called_at: at(called), place: "سالن".into(), starts_at: at(elsewhere) };
            let move_first = invitation.clone().after(at(invited), Some(&moved));
            let move_last = invitation.after(at(invited), None).moved(&moved);
            prop_assert_eq!(&move_first, &move_last);
            prop_assert_eq!(move_first.starts_at, at(elsewhere));
        }
    }
}
