//! Paths of C2SP tlog-tiles resources.

use super::tree::{TILE_WIDTH, TileKey};

/// Levels that a tree of at most 2^64 leaves can have.
const MAX_LEVEL: u8 = 7;

/// What a path below `/tile/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// `<L>/<N>[.p/<W>]`: the first `width` hashes of a tile.
    Hashes { key: TileKey, width: usize },
    /// `entries/<N>[.p/<W>]`: the first `width` leaves beneath the level-0 tile `index`.
    Entries { index: u64, width: usize },
}

impl Resource {
    /// Reads the part of the path after `/tile/`; only the canonical spelling is a path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, plain(width).filter(|width| (1..TILE_WIDTH as u64).contains(width))?)
            }
            None => (rest, TILE_WIDTH as u64),
        };
        let (index, width) = (place(number)?, usize::try_from(width).ok()?);
        if kind == "entries" {
            return Some(Self::Entries { index, width });
        }
        let level =
            plain(kind).and_then(|level| u8::try_from(level).ok()).filter(|level| *level <= MAX_LEVEL)?;
        Some(Self::Hashes { key: (level, index), width })
    }
}

/// A number without sign or leading zeros.
fn plain(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// `x001/x234/067` is 1234067.
fn place(text: &str) -> Option<u64> {
    let groups: Vec<&str> = text.split('/').collect();
    let (last, above) = groups.split_last()?;
    if above.first() == Some(&"x000") {
        return None;
    }
    let mut index = group(last)?;
    let mut weight = 1_u64;
    for text in above.iter().rev() {
        weight = weight.checked_mul(1_000)?;
        index = group(text.strip_prefix('x')?)?.checked_mul(weight)?.checked_add(index)?;
    }
    Some(index)
}

fn group(text: &str) -> Option<u64> {
    let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tlog_tiles::Tile;

    proptest! {
        #[test]
        fn reads_what_the_tlog_crate_writes(level in 0u8..8, index: u64, width in 1u32..=256, data: bool) {
            let path = Tile::new(8, level, index, width, data).path();
            let path = path.strip_prefix("tile/8/").unwrap().replace("data/", "entries/");
            let width = width as usize;
            let wanted =
                if data { Resource::Entries { index, width } } else { Resource::Hashes { key: (level, index), width } };
            prop_assert_eq!(Resource::parse(&path), Some(wanted));
        }

        #[test]
        fn anything_else_is_no_path(text in "[0-9x./p]{0,24}") {
            if let Some(Resource::Hashes { key, width }) = Resource::parse(&text) {
                let path = Tile::new(8, key.0, key.1, width as u32, false).path();
                prop_assert_eq!(path, format!("tile/8/{text}"));
            }
        }
    }

    #[test]
    fn spellings_that_are_not_canonical_are_refused() {
        for path in
            ["", "0", "0/1", "0/001.p/0", "0/001.p/256", "0/x000/001", "00/001", "8/000", "0/001/", "+1/001"]
        {
            assert_eq!(Resource::parse(path), None, "{path}");
        }
    }
}
