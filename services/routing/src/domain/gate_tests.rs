use proptest::prelude::*;

use super::*;

fn policy() -> Policy {
    Policy {
        answer_letters_min: 5,
        boilerplate_window: 10,
        boilerplate_others: 3,
        boilerplate_bits: 4,
        elsewhere_phrases: vec!["مراجعه کنید".into()],
        ..Policy::default()
    }
}

const COPY: &str = "درخواست شما بررسی شد و در دستور کار این اداره قرار گرفت، نتیجه در اسرع وقت اعلام می‌شود.";

#[test]
fn each_reason_is_named() {
    let mut gate = Gate::default();
    assert_eq!(gate.examine("a", "- ۱۲ -", &policy()), [Hold::TooShort]);
    assert_eq!(gate.examine("a", "به شهرداری مراجعه كنيد", &policy()), [Hold::GoesElsewhere]);
    assert!(gate.examine("a", "لوله تعویض شد", &policy()).is_empty());
    assert!(gate.examine("a", "", &Policy::default()).is_empty(), "what is off holds nothing");
    assert!(Hold::ALL.iter().all(|hold| Hold::from_number(*hold as i16) == Some(*hold)));
}

#[test]
fn the_fourth_copy_is_boilerplate_of_that_agency_only() {
    let mut gate = Gate::default();
    let copies: Vec<_> =
        (0..4).map(|number| gate.examine("a", &format!("{COPY} {number}"), &policy())).collect();
    assert_eq!(copies, [vec![], vec![], vec![], vec![Hold::Boilerplate]]);
    assert!(gate.examine("b", COPY, &policy()).is_empty());
    // What a later batch loads is what this one kept.
    let kept: Vec<_> = gate.new_fingerprints().map(|(agency, new)| (agency.to_owned(), new)).collect();
    assert_eq!(Gate::new(kept).examine("a", COPY, &policy()), [Hold::Boilerplate]);
    assert!(Gate::default().examine("a", COPY, &policy()).is_empty());
}

proptest! {
    /// However many answers come: what lies beyond the window is forgotten, and what is kept stays bounded.
    #[test]
    fn only_the_window_counts(between in 0..30_usize) {
        let mut gate = Gate::default();
        for _ in 0..3 {
            gate.examine("a", COPY, &policy());
        }
        let words = ["آسفالت", "درخت", "برق", "نان", "مدرسه", "پل", "گاز"];
        for place in 0..between {
            let word = words[place % words.len()];
            gate.examine("a", &format!("{word} {} {word}{word} کار {}", "ب".repeat(place), word.repeat(place % 5 + 1)), &policy());
        }
        let held = gate.examine("a", COPY, &policy()).contains(&Hold::Boilerplate);
        prop_assert_eq!(held, between + 3 <= 10);
        prop_assert!(gate.windows["a"].latest.len() <= WINDOW_MOST as usize);
    }
}
