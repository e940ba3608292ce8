//! Pages: how long, where they begin, and the token for the next one.

use jiff::Timestamp;
use tonic::Status;
use uuid::Uuid;

use crate::api::bad_field;
use crate::store::cases::Below;

/// Cases of a page where the caller names no number.
const USUAL: u32 = 50;
/// Most cases of a page.
const MOST: u32 = 500;

/// What a caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Cases at most.
    pub size: usize,
    /// Where it begins.
    pub below: Below,
}

/// Reads `page_size` and `page_token`.
pub fn read(size: u32, token: &str) -> Result<Page, Status> {
    let size = match size {
        0 => USUAL,
        1..=MOST => size,
        _ => return Err(bad_field("page_size", format!("must be 1 to {MOST}, or 0 for {USUAL}"))),
    };
    let below = match token {
        "" => Below { registered_at: Timestamp::MAX, case_id: Uuid::max() },
        token => read_token(token)
            .ok_or_else(|| bad_field("page_token", "not the next_page_token of an earlier page"))?,
    };
    Ok(Page { size: size as usize, below })
}

/// The token of the page below this place.
#[must_use]
pub fn token(below: Below) -> String {
    format!("{}.{}", below.registered_at.as_microsecond(), below.case_id.simple())
}

fn read_token(token: &str) -> Option<Below> {
    let (at, id) = token.split_once('.')?;
    Some(Below {
        registered_at: Timestamp::from_microsecond(at.parse().ok()?).ok()?,
        case_id: Uuid::try_parse(id).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tokens_read_back(micros in -1_000_000_000_000_000_i64..2_000_000_000_000_000, id: u128) {
            let below = Below { registered_at: Timestamp::from_microsecond(micros).unwrap(), case_id: Uuid::from_u128(id) };
            prop_assert_eq!(read(7, &token(below)).unwrap(), Page { size: 7, below });
        }

        #[test]
        fn no_token_panics(token in "\\PC{0,40}") {
            let _ = read(0, &token);
        }
    }

    #[test]
    fn sizes_outside_the_limits_are_refused() {
        assert_eq!(read(0, "").unwrap().size, 50);
        assert!(read(501, "").is_err());
        assert!(read(1, "x.y").is_err());
    }
}
