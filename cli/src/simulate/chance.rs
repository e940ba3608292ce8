//! Chance that can be repeated: the same seed and names give the same draws, in whatever order things happen.

/// A stream of draws (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream that follows from a seed and the names of what is decided.
    #[must_use]
    pub fn of(seed: u64, names: &[&str]) -> Self {
        let mut chance = Chance(seed);
        for name in names {
            for byte in name.bytes().chain([0]) {
                chance.0 = (chance.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            chance.0 = chance.next();
        }
        chance
    }

    /// The next number, evenly spread.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        let scaled = u128::from(self.next()) * u128::from(limit);
        u64::try_from(scaled >> 64).unwrap_or_default()
    }

    /// True in so many of a hundred draws.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items; none of none.
    pub fn any<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        self.weighted(items, |_| 1)
    }

    /// One of the items, each as likely as its weight says.
    pub fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u64) -> Option<&'a T> {
        let mut drawn = self.below(items.iter().map(&weight).sum());
        items.iter().find(|item| {
            let weight = weight(item);
            let hit = drawn < weight;
            drawn = drawn.saturating_sub(weight);
            hit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_names_draw_the_same_and_others_do_not() {
        let draws = |seed, names: &[&str]| {
            let mut chance = Chance::of(seed, names);
            [chance.next(), chance.next()]
        };
        assert_eq!(draws(1, &["a", "b"]), draws(1, &["a", "b"]));
        let others = [draws(1, &["a", "b"]), draws(2, &["a", "b"]), draws(1, &["ab", ""]), draws(1, &["a"])];
        for (place, other) in others.iter().enumerate() {
            assert!(!others[..place].contains(other));
        }
    }

    #[test]
    fn draws_keep_to_their_limits_and_weights() {
        let mut chance = Chance::of(7, &["weights"]);
        let (mut drawn, items) = ([0_u32; 3], [(0, 1), (1, 0), (2, 3)]);
        for _ in 0..4_000 {
            assert!(chance.below(6) < 6);
            drawn[chance.weighted(&items, |(_, weight)| *weight).unwrap().0] += 1;
        }
        assert!(drawn[1] == 0 && (800..1_200).contains(&drawn[0]), "{drawn:?}");
        assert_eq!((chance.below(0), chance.any::<u8>(&[])), (0, None));
    }
}
