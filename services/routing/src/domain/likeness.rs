//! Whether two answers are near-identical: fingerprints (simhash) of their words, which differ in few bits when the texts
//! differ in few places.

/// Letters of a piece that is counted as one.
const SHINGLE: usize = 4;

/// The fingerprint of a normal text. Digits are left out: a number of a case or a date makes no other answer.
#[must_use]
pub fn fingerprint(normal: &str) -> u64 {
    let words =
        normal.split(|letter: char| letter == ' ' || letter.is_numeric()).filter(|word| !word.is_empty());
    let letters: Vec<char> = words.collect::<Vec<_>>().join(" ").chars().collect();
    let mut votes = [0_i32; 64];
    for shingle in letters.windows(SHINGLE.min(letters.len()).max(1)) {
        let hash = hash(shingle);
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if (hash >> bit) & 1 == 1 { 1 } else { -1 };
        }
    }
    votes.iter().enumerate().filter(|(_, vote)| **vote > 0).fold(0, |bits, (bit, _)| bits | (1 << bit))
}

/// Bits in which two fingerprints differ.
#[must_use]
pub fn distance(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

/// FNV-1a of the letters, mixed so that every bit depends on all of them.
fn hash(shingle: &[char]) -> u64 {
    let letters = shingle.iter().map(|letter| u64::from(u32::from(*letter)));
    let hash =
        letters.fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| (hash ^ letter).wrapping_mul(0x100_0000_01b3));
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words::normal;
    use super::*;

    fn of(text: &str) -> u64 {
        fingerprint(&normal(text))
    }

    const ANSWER: &str = "با سلام و احترام، درخواست شما به شماره ۱۲۳۴ در این شرکت بررسی شد و پس از بازدید کارشناس از محل، \
        در برنامه تعمیرات شبکه قرار گرفت و در اسرع وقت اقدام لازم انجام خواهد شد. از شکیبایی شما سپاسگزاریم.";

    #[test]
    fn the_same_letter_to_everyone_is_near_identical_and_another_answer_is_not() {
        let other_number = ANSWER.replace("۱۲۳۴", "۹۸۷۶");
        assert_eq!(distance(of(ANSWER), of(&other_number)), 0);
        let other_word = ANSWER.replace("کارشناس", "مأمور");
        assert!(distance(of(ANSWER), of(&other_word)) <= 12, "{}", distance(of(ANSWER), of(&other_word)));
        let another =
            "لوله شکسته کوچه لاله صبح امروز با حفر دو متر خیابان تعویض شد و فشار آب خانه‌های شما عادی است.";
        assert!(distance(of(ANSWER), of(another)) > 16, "{}", distance(of(ANSWER), of(another)));
    }

    proptest! {
        #[test]
        fn how_it_was_typed_leaves_no_trace(words in prop::collection::vec("[ابتکیلمنوه]{2,7}", 1..40), number in 0..9_999_u32) {
            let plain = words.join(" ");
            let typed = format!("{} ،{number}", plain.replace('ی', "ي").replace('ک', "ك"));
            prop_assert_eq!(of(&plain), of(&typed));
        }

        #[test]
        fn any_text_has_a_fingerprint(text in "\\PC{0,80}") {
            prop_assert_eq!(distance(of(&text), of(&text)), 0);
        }
    }
}
