use proptest::prelude::*;

use super::*;

const OTHER_SPELLINGS: [char; 5] = ['ي', 'ك', '۵', '٥', '\u{64e}'];

/// Texts of the letters, digits, marks and joiners that people type.
fn typed() -> impl Strategy<Value = String> {
    "[ابپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهیيىآأةؤئء۰-۹٠-٩0-9a-zA-Z \u{200c}\u{64e}\u{640}.،؟!-]{0,60}"
}

proptest! {
    #[test]
    fn one_spelling_is_reached_at_once(text in typed()) {
        let clean = normalise(&text);
        prop_assert_eq!(normalise(&clean), clean.clone());
        prop_assert!(!clean.contains(OTHER_SPELLINGS), "{}", clean);
        prop_assert!(sound(&text).is_ascii());
    }

    #[test]
    fn nothing_typed_panics(text in "\\PC{0,80}") {
        let stems = stems(&text);
        prop_assert!(stems.iter().all(|stem| !stem.is_empty() && stem.chars().all(char::is_alphanumeric)), "{:?}", stems);
        prop_assert!(sound(&text).is_ascii());
    }

    #[test]
    fn a_stem_has_no_shorter_stem(word in "[ابپتسشرمنکوهی]{1,12}") {
        let once = stem(&word);
        prop_assert_eq!(stem(once), once);
        prop_assert!(word.starts_with(once));
    }
}

#[test]
fn spellings_of_one_word_are_one() {
    for (one, other) in [("كتاب علي", "کتاب علی"), ("۱۱۱", "١١١"), ("آبِ شَهر", "اب شهر"), ("مسؤول", "مسوول")]
    {
        assert_eq!(normalise(one), normalise(other));
    }
    assert_eq!(normalise("  وام،   مسکن!! "), "وام مسکن");
}

#[test]
fn endings_are_taken_off_and_words_that_tell_nothing_left_out() {
    assert_eq!(stems("قبض‌های برق"), ["قبض", "قبض", "برق"]);
    assert_eq!(stems("کارگران و روستاها"), ["کارگر", "روستا"]);
    assert_eq!(stems("بزرگترین خیابان‌ها"), ["بزرگ", "خیاب", "خیاب"]);
    let compound = stems("آب‌رسانی");
    assert!(compound.contains(&stems("آبرسانی")[0]) && compound.contains(&stems("آب")[0]));
}

#[test]
fn a_misspelt_word_sounds_the_same() {
    assert_eq!(sound("ضمانت‌نامه"), sound("زمانتنامه"));
}
