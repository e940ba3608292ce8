//! Pages of what waits, oldest first: a token says where the page before ended.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Refusal, page_size};

/// What is asked of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The moment and key of the last row of the page before.
    pub after: (Timestamp, Uuid),
    /// Rows at most.
    pub limit: i64,
}

impl Page {
    /// Reads what the caller asks for.
    pub fn read(province: &str, size: u32, token: &str) -> Result<Self, Refusal> {
        if province.contains('\0') {
            return Err(Refusal::Invalid { field: "province", message: "is no province code" });
        }
        let after =
            after(token).ok_or(Refusal::Invalid { field: "page_token", message: "is not one of ours" })?;
        Ok(Page { after, limit: i64::from(page_size(size)) })
    }

    /// The token of the next page, after the last of `rows` rows; empty when there is none.
    pub fn next(&self, last: Option<(Timestamp, Uuid)>, rows: usize) -> String {
        let full = i64::try_from(rows) == Ok(self.limit);
        last.filter(|_| full).map(|(at, key)| format!("{}.{key}", at.as_microsecond())).unwrap_or_default()
    }
}

/// Microseconds since 1970, a dot, the key.
fn after(token: &str) -> Option<(Timestamp, Uuid)> {
    if token.is_empty() {
        return Some((Timestamp::UNIX_EPOCH, Uuid::nil()));
    }
    let (at, key) = token.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, key.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_behind_the_last_row_of_a_full_page() {
        let page = Page::read("fars", 2, "").unwrap();
        let last = (Timestamp::from_microsecond(1_758_600_000_000_001).unwrap(), Uuid::from_u128(7));
        assert_eq!(page.next(Some(last), 1), "");
        assert_eq!(Page::read("fars", 2, &page.next(Some(last), 2)).unwrap().after, last);
        assert!(Page::read("fars", 2, "seven").is_err() && Page::read("a\0", 2, "").is_err());
    }
}
