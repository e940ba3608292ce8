//! The tracking code (کد رهگیری): nine random digits and a check digit.

use std::fmt;
use std::str::FromStr;

/// Damm's quasigroup of order 10: totally anti-symmetric, so that every single wrong digit and
/// every swap of neighbours changes the check (H. M. Damm, 2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// How many codes there are: nine free digits.
const CODES: u64 = 1_000_000_000;

/// Ten digits that a citizen says or keys in to ask about a case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingCode(u64);

/// What is wrong with a tracking code as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrackingCodeError {
    /// Not ten digits.
    #[error("a tracking code has ten digits")]
    Length,
    /// The check digit does not fit: a digit is wrong or two are swapped.
    #[error("a digit of the tracking code is wrong or two digits are swapped")]
    Check,
}

impl TrackingCode {
    /// The code whose nine free digits are taken from `random` (any value, evenly spread).
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let free = random % CODES;
        TrackingCode(free * 10 + u64::from(check_of(free, 9)))
    }
}

fn check_of(digits: u64, count: u32) -> u8 {
    (0..count).rev().fold(0, |row, place| {
        let digit = (digits / 10_u64.pow(place) % 10) as usize;
        DAMM[row as usize][digit]
    })
}

impl FromStr for TrackingCode {
    type Err = TrackingCodeError;

    /// Accepts Persian, Arabic and Latin digits, spaces and hyphens, as people type them.
    fn from_str(text: &str) -> Result<Self, TrackingCodeError> {
        let mut value = 0;
        let mut count = 0;
        for letter in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let digit = match letter {
                '0'..='9' => letter as u64 - '0' as u64,
                '۰'..='۹' => letter as u64 - '۰' as u64,
                '٠'..='٩' => letter as u64 - '٠' as u64,
                _ => return Err(TrackingCodeError::Length),
            };
            count += 1;
            if count > 10 {
                return Err(TrackingCodeError::Length);
            }
            value = value * 10 + digit;
        }
        match (count, check_of(value, 10)) {
            (10, 0) => Ok(TrackingCode(value)),
            (10, _) => Err(TrackingCodeError::Check),
            _ => Err(TrackingCodeError::Length),
        }
    }
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// A code opens its case's page, so logs must not hold it.
impl fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrackingCode(**********)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_reads_back(random: u64) {
            let code = TrackingCode::from_random(random);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(code.to_string().len(), 10);
        }

        #[test]
        fn every_single_wrong_digit_is_caught(random: u64) {
            let code = TrackingCode::from_random(random).to_string();
            for (place, wrong) in (0..10).flat_map(|p| (b'0'..=b'9').map(move |d| (p, d))) {
                let mut typed = code.clone().into_bytes();
                if typed[place] != wrong {
                    typed[place] = wrong;
                    let typed = String::from_utf8(typed).unwrap();
                    prop_assert_eq!(typed.parse::<TrackingCode>(), Err(TrackingCodeError::Check));
                }
            }
        }

        #[test]
        fn every_swap_of_neighbours_is_caught(random: u64) {
            let code = TrackingCode::from_random(random).to_string();
            for place in 0..9 {
                let mut typed = code.clone().into_bytes();
                typed.swap(place, place + 1);
                let typed = String::from_utf8(typed).unwrap();
                if typed != code {
                    prop_assert_eq!(typed.parse::<TrackingCode>(), Err(TrackingCodeError::Check));
                }
            }
        }

        #[test]
        fn anything_else_is_refused_without_panic(text in "\\PC{0,24}") {
            let _ = text.parse::<TrackingCode>();
        }
    }

    #[test]
    fn persian_digits_and_spaces_are_read() {
        let code = TrackingCode::from_random(123_456_789);
        let persian: String =
            code.to_string().chars().map(|c| char::from_u32(c as u32 - 48 + 0x6F0).unwrap()).collect();
        let spaced = format!("{} {}-{}", &persian[..8], &persian[8..14], &persian[14..]);
        assert_eq!(spaced.parse(), Ok(code));
    }
}
