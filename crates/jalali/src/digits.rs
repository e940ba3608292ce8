//! Persian digits to and from Latin ones.

/// The text with Persian digits in place of Latin ones.
///
/// ```
/// assert_eq!(jalali::digits::persian("1404/09/03"), "۱۴۰۴/۰۹/۰۳");
/// ```
#[must_use]
pub fn persian(text: &str) -> String {
    text.chars().map(|letter| moved(letter, '0', '۰')).collect()
}

/// The text with Latin digits in place of Persian and Arabic ones: keyboards in Iran type either.
///
/// ```
/// assert_eq!(jalali::digits::latin("۱۴۰۴/٠٩/03"), "1404/09/03");
/// ```
#[must_use]
pub fn latin(text: &str) -> String {
    text.chars().map(|letter| moved(moved(letter, '۰', '0'), '٠', '0')).collect()
}

/// The digit of the row that begins with `to`, if `letter` is one of the row that begins with `from`.
fn moved(letter: char, from: char, to: char) -> char {
    match u32::from(letter).checked_sub(u32::from(from)) {
        Some(value @ 0..=9) => char::from_u32(u32::from(to) + value).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn there_and_back_is_the_same(text in "[0-9a-z /:٫شهریور]{0,40}") {
            let persian = persian(&text);
            prop_assert!(!persian.contains(|c: char| c.is_ascii_digit()), "{persian}");
            prop_assert_eq!(latin(&persian), text);
        }
    }
}
