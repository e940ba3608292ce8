//! The words of a Persian text, however they were typed: what is compared and looked for in answers.

/// Lower case, one form of each letter, Latin digits, no marks; words apart by one blank. A half-space joins, as in «می‌شود».
#[must_use]
pub fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase).filter_map(letter) {
        if letter != ' ' || !(normal.is_empty() || normal.ends_with(' ')) {
            normal.push(letter);
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

/// How many letters a normal text has.
#[must_use]
pub fn letters(normal: &str) -> usize {
    normal.chars().filter(|letter| letter.is_alphabetic()).count()
}

/// Whether a normal text has a phrase, as whole words.
#[must_use]
pub fn has_phrase(normal: &str, phrase: &str) -> bool {
    let is_edge = |beside: Option<char>| beside.is_none_or(|beside| beside == ' ');
    !phrase.is_empty()
        && normal.match_indices(phrase).any(|(at, found)| {
            is_edge(normal[..at].chars().next_back()) && is_edge(normal[at + found.len()..].chars().next())
        })
}

/// The form of a letter that stands for all its forms; none for a mark.
fn letter(letter: char) -> Option<char> {
    Some(match letter {
        'ي' | 'ى' | 'ئ' => 'ی',
        'ك' => 'ک',
        'ة' | 'ۀ' => 'ه',
        'ؤ' => 'و',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        '۰'..='۹' => digit(letter, '۰'),
        '٠'..='٩' => digit(letter, '٠'),
        // Half-spaces, tatweel, vowel marks and the hamza above.
        '\u{200c}' | '\u{200d}' | '\u{200e}' | '\u{200f}' | 'ـ' | '\u{64b}'..='\u{65f}' | '\u{670}' => {
            return None;
        }
        letter if letter.is_alphanumeric() => letter,
        _ => ' ',
    })
}

fn digit(digit: char, zero: char) -> char {
    char::from_digit(u32::from(digit) - u32::from(zero), 10).unwrap_or(digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_text_typed_in_two_ways_is_one() {
        let typed = normal("  به ادارهٔ کل مراجعه می‌کنید؛ شمارهٔ ۱۲۳ (تأیید شد).");
        assert_eq!(typed, normal("به اداره كل مراجعه ميكنيد شماره 123 تاييد شد"));
        assert_eq!(typed, "به اداره کل مراجعه میکنید شماره 123 تایید شد");
    }

    #[test]
    fn a_phrase_is_whole_words() {
        let text = normal("لطفاً به بانک مراجعه کنید.");
        assert!(has_phrase(&text, &normal("مراجعه كنيد")));
        assert!(!has_phrase(&normal("با مراجعه‌کنندگان"), &normal("مراجعه")));
        assert!(!has_phrase(&text, ""));
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_so(text in "[\\PCيكۀ۱٢ ‌\n]{0,60}") {
            let once = normal(&text);
            prop_assert_eq!(&normal(&once), &once);
            prop_assert!(!once.contains("  ") && once.trim() == once);
            prop_assert!(letters(&once) <= once.chars().count());
        }
    }
}
