//! Who a citizen is and how to reach them, as people type it.

use std::fmt;

/// What is wrong with a national id as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NationalIdError {
    /// Not ten digits.
    #[error("a national id has ten digits")]
    Length,
    /// The check digit does not fit.
    #[error("a digit of the national id is wrong or two digits are swapped")]
    Check,
}

/// What is wrong with a telephone number as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a telephone number has its area or mobile code and seven to eleven digits, or a + and its country's code"
)]
pub struct PhoneError;

/// An Iranian national id (شماره ملی): nine digits and a check digit, modulo 11.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

impl NationalId {
    /// Reads ten Persian, Arabic or Latin digits; spaces and hyphens are passed over.
    ///
    /// # Errors
    /// When there are not ten digits, or the check digit does not fit. Ten equal digits fit by arithmetic,
    /// but are given to nobody.
    pub fn read(typed: &str) -> Result<Self, NationalIdError> {
        let digits = compact(typed);
        if digits.len() != 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NationalIdError::Length);
        }
        let values: Vec<u32> = digits.bytes().map(|b| u32::from(b - b'0')).collect();
        let sum: u32 = values.iter().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
        let check = match sum % 11 {
            rest @ (0 | 1) => rest,
            rest => 11 - rest,
        };
        let all_equal = values.iter().all(|digit| *digit == values[0]);
        if values[9] == check && !all_equal { Ok(NationalId(digits)) } else { Err(NationalIdError::Check) }
    }

    /// The ten Latin digits, for sealing and hashing only.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// What may be shown: the first and last three digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(**********)")
    }
}

/// A telephone number in E.164 form (`+989121234567`); a number without country is Iranian.
///
/// # Errors
/// When it cannot be dialled from another province.
pub fn read_phone(typed: &str) -> Result<String, PhoneError> {
    let typed = compact(typed);
    let international = typed.strip_prefix('+').or_else(|| typed.strip_prefix("00"));
    let number = match (international, typed.strip_prefix('0')) {
        (Some(number), _) => number.to_owned(),
        (None, Some(national)) => format!("98{national}"),
        (None, None) if typed.starts_with("98") && typed.len() == 12 => typed,
        (None, None) if typed.starts_with('9') && typed.len() == 10 => format!("98{typed}"),
        (None, None) => return Err(PhoneError),
    };
    let iranian =
        number.strip_prefix("98").is_none_or(|rest| (7..=11).contains(&rest.len()) && !rest.starts_with('0'));
    let dialable = number.bytes().all(|b| b.is_ascii_digit()) && (8..=15).contains(&number.len());
    if iranian && dialable { Ok(format!("+{number}")) } else { Err(PhoneError) }
}

/// Latin digits without the spaces, hyphens and brackets that people group them by.
fn compact(typed: &str) -> String {
    let mut latin = jalali::digits::latin(typed);
    latin.retain(|letter| !letter.is_whitespace() && !"-()\u{200c}\u{200e}\u{200f}".contains(letter));
    latin
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_check(nine: u32) -> String {
        let nine = format!("{nine:09}");
        (0..10).map(|d| format!("{nine}{d}")).find(|id| NationalId::read(id).is_ok()).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn exactly_one_check_digit_fits_and_one_wrong_digit_is_caught(nine in 1_u32..111_111_111, place in 0_usize..9, other in 0_u8..10) {
            let good = with_check(nine);
            prop_assert_eq!(good.len(), 10);
            let mut typed = good.clone().into_bytes();
            if typed[place] != b'0' + other {
                typed[place] = b'0' + other;
                let typed = String::from_utf8(typed).unwrap();
                // The rests 1 and 10 share the check digit 1: the only error that can pass.
                let passes = NationalId::read(&typed).is_ok();
                prop_assert!(!passes || good.ends_with('1'), "{} for {}", typed, good);
            }
        }

        #[test]
        fn nothing_typed_panics(typed in "\\PC{0,24}") {
            let _ = NationalId::read(&typed);
            if let Ok(phone) = read_phone(&typed) {
                prop_assert!(phone.starts_with('+'));
                prop_assert_eq!(read_phone(&phone), Ok(phone));
            }
        }
    }

    #[test]
    fn persian_and_arabic_digits_are_read_and_masked() {
        // Its check digit fits.
        for typed in ["0013542419", "۰۰۱۳۵۴۲۴۱۹", "٠٠١-٣٥٤٢٤١-٩"] {
            assert_eq!(NationalId::read(typed).unwrap().masked(), "001****419", "{typed}");
        }
        assert_eq!(NationalId::read("0013542418"), Err(NationalIdError::Check));
        assert_eq!(NationalId::read("1111111111"), Err(NationalIdError::Check));
        assert_eq!(NationalId::read("12345"), Err(NationalIdError::Length));
    }

    #[test]
    fn phones_become_one_form() {
        for typed in [
            "09121234567",
            "۰۹۱۲ ۱۲۳ ۴۵۶۷",
            "+98 912 123 4567",
            "00989121234567",
            "9121234567",
            "989121234567",
        ] {
            assert_eq!(read_phone(typed).unwrap(), "+989121234567", "{typed}");
        }
        assert_eq!(read_phone("071-32345678").unwrap(), "+987132345678");
        assert_eq!(read_phone("+44 20 7946 0000").unwrap(), "+442079460000");
        for typed in ["", "111", "32345678", "0912x234567", "+1"] {
            assert!(read_phone(typed).is_err(), "{typed}");
        }
    }
}
