//! Persian as people type it, made comparable: one spelling, one stem, one sound.

/// Words that are in every text and tell nothing.
const STOP_WORDS: [&str; 40] = [
    "و", "در", "به", "از", "که", "را", "این", "ان", "با", "برای", "تا", "یا", "هم", "نیز", "اما", "اگر",
    "هر", "بر", "است", "هست", "بود", "شد", "شود", "شده", "می", "نمی", "باید", "خود", "یک", "چه", "چی", "من",
    "ما", "شما", "او", "ها", "های", "تر", "ترین", "بی",
];
/// Endings that a stem loses, longest first; what is left has at least [`STEM_MIN`] letters.
const SUFFIXES: [&str; 13] =
    ["هایشان", "هایمان", "هایتان", "هایی", "ترین", "های", "شان", "مان", "تان", "ها", "تر", "ان", "ی"];
/// Letters that a stem keeps at least: shorter words lose nothing.
const STEM_MIN: usize = 3;

/// A text in one spelling: ی and ک in their Persian form, no diacritics, Latin digits, small letters, and one space
/// for whatever is no letter and no digit. The zero-width non-joiner stays: it tells where a compound is joined.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in jalali::digits::latin(text).chars().flat_map(char::to_lowercase) {
        match one_spelling(letter) {
            Some(letter) if letter.is_alphanumeric() => clean.push(letter),
            Some('\u{200c}') if clean.ends_with(char::is_alphanumeric) => clean.push('\u{200c}'),
            Some(_) if clean.ends_with(char::is_alphanumeric) => clean.push(' '),
            Some(_) if clean.ends_with('\u{200c}') => {
                clean.pop();
                clean.push(' ');
            }
            Some(_) | None => {}
        }
    }
    clean.truncate(clean.trim_end_matches([' ', '\u{200c}']).len());
    clean
}

/// The letter that stands for this one; none for marks that only help to read.
fn one_spelling(letter: char) -> Option<char> {
    Some(match letter {
        'ي' | 'ى' | 'ئ' => 'ی',
        'ك' => 'ک',
        'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ة' | 'ۀ' | 'ە' => 'ه',
        // Tatweel, harakat, superscript alef, hamza on its own or above, marks of direction.
        '\u{640}'
        | '\u{64b}'..='\u{655}'
        | '\u{670}'
        | 'ء'
        | '\u{200d}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' => {
            return None;
        }
        other => other,
    })
}

/// The stems of a text in the order of its words, without words that tell nothing. A compound that is joined by a
/// zero-width non-joiner gives its parts and the whole, so that «آب‌رسانی» is found by «آب رسانی» and by «آبرسانی».
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    let clean = normalise(text);
    let mut found = Vec::new();
    let mut add = |word: &str| {
        if !STOP_WORDS.contains(&word) && !word.is_empty() {
            found.push(stem(word).to_owned());
        }
    };
    for word in clean.split(' ') {
        if word.contains('\u{200c}') {
            word.split('\u{200c}').for_each(&mut add);
            add(&word.replace('\u{200c}', ""));
        } else {
            add(word);
        }
    }
    found
}

/// A normalised word without the endings of plural, comparison, possession and ezafe.
#[must_use]
pub fn stem(word: &str) -> &str {
    let shorter = |word: &'_ str| -> Option<usize> {
        let left = SUFFIXES.iter().filter_map(|suffix| word.strip_suffix(suffix));
        left.map(str::len).find(|length| word[..*length].chars().count() >= STEM_MIN)
    };
    let mut stem = word;
    while let Some(length) = shorter(stem) {
        stem = &stem[..length];
    }
    stem
}

/// A text as it sounds, in small Latin letters and digits: letters of one sound (ز ذ ض ظ) become one, so that a
/// misspelt word is near its right spelling. Plain ASCII, so that trigrams do not depend on a database's locale.
#[must_use]
pub fn sound(text: &str) -> String {
    normalise(text).chars().filter_map(sound_of).collect()
}

fn sound_of(letter: char) -> Option<char> {
    Some(match letter {
        'ا' | 'ع' => 'a',
        'ب' => 'b',
        'پ' => 'p',
        'ت' | 'ط' => 't',
        'ث' | 'س' | 'ص' => 's',
        'ج' => 'j',
        'چ' => 'c',
        'ح' | 'ه' => 'h',
        'خ' => 'x',
        'د' => 'd',
        'ذ' | 'ز' | 'ض' | 'ظ' => 'z',
        'ر' => 'r',
        'ژ' => 'e',
        'ش' => 'w',
        'غ' | 'ق' => 'q',
        'ف' => 'f',
        'ک' => 'k',
        'گ' => 'g',
        'ل' => 'l',
        'م' => 'm',
        'ن' => 'n',
        'و' => 'v',
        'ی' => 'i',
        ' ' => ' ',
        other if other.is_ascii_alphanumeric() => other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
