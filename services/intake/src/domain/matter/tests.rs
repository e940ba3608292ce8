use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const OUTAGE: &str = "آب کوچهٔ ما از سه روز پیش قطع است و کسی پاسخ نمی‌دهد";

fn keys_of(text: &str) -> Option<[i64; KEYS]> {
    keys("fars", "shiraz", "water", text)
}

fn candidate(number: u128, topic: &str, statement: &str, found_by: Why) -> Candidate {
    Candidate {
        case_id: CaseId(Uuid::from_u128(number)),
        tracking_code: format!("{number:010}"),
        state: CaseState::Referred,
        topic: topic.into(),
        registered_at: Timestamp::from_second(1_760_000_000).unwrap(),
        statement: statement.into(),
        found_by,
    }
}

fn policy(same_matter: SameMatter) -> DeskPolicy {
    DeskPolicy { same_matter, alike_percent: 50, ..DeskPolicy::unwritten() }
}

#[test]
fn spelling_and_digits_make_no_other_matter() {
    let typed = "آب كوچه ي ما از سه روز پيش قطع است، و کسي پاسخ نمي‌دهد!";
    assert!(likeness_percent(OUTAGE, typed) > 80, "{}", likeness_percent(OUTAGE, typed));
    let shared =
        |one: [i64; KEYS], other: [i64; KEYS]| one.iter().zip(other).any(|(one, other)| *one == other);
    assert!(shared(keys_of(OUTAGE).unwrap(), keys_of(typed).unwrap()));
    assert_ne!(keys_of(OUTAGE), keys("fars", "fasa", "water", OUTAGE), "elsewhere it is another matter");
    assert_eq!(keys_of("قطع است"), None);
}

#[test]
fn another_matter_of_the_same_caller_is_shown_but_needs_no_reason() {
    let found = vec![
        candidate(1, "water", OUTAGE, Why::NationalId),
        candidate(2, "roads", "آسفالت خیابان خراب است", Why::Phone),
        candidate(3, "water", "کنتور آب ما خراب است", Why::Text),
    ];
    let strict = policy(SameMatter::Reason);
    let shown = similar("water", OUTAGE, found.clone(), &strict);
    let why: Vec<Vec<Why>> = shown.iter().map(|s| s.why.iter().copied().collect()).collect();
    assert_eq!(why, [vec![Why::NationalId, Why::Text], vec![Why::Phone]], "the third text is not alike");
    assert!(needs_reason(&shown, "", &strict) && !needs_reason(&shown, "خانهٔ دیگری است", &strict));
    assert!(!needs_reason(&shown, "", &policy(SameMatter::Inform)));
    assert!(!needs_reason(&shown[1..], "", &strict));
    assert_eq!(similar("water", OUTAGE, found, &policy(SameMatter::Off)), []);
}

#[test]
fn what_neighbours_say_alike_is_shown_but_is_their_own_case() {
    let shown =
        similar("water", OUTAGE, vec![candidate(1, "water", OUTAGE, Why::Text)], &policy(SameMatter::Reason));
    assert!(shown.len() == 1 && !shown[0].is_likely());
}

proptest! {
    #[test]
    fn likeness_is_a_measure(one in "[آ-ی ]{0,60}", other in "[آ-ی ]{0,60}") {
        prop_assert_eq!(likeness_percent(&one, &other), likeness_percent(&other, &one));
        prop_assert!(likeness_percent(&one, &other) <= 100);
        prop_assert!(normalise(&one).is_empty() || likeness_percent(&one, &one) == 100);
    }

    #[test]
    fn the_same_text_is_always_found_however_it_is_spaced(words in prop::collection::vec("[بتسشکگلمن]{3,7}", 4..20), gap in "[ ،.!]{1,3}") {
        prop_assert_eq!(keys_of(&words.join(" ")), keys_of(&words.join(&gap)));
    }

    #[test]
    fn the_order_in_which_cases_are_found_leaves_no_trace(order in Just((0..6_u128).collect::<Vec<_>>()).prop_shuffle()) {
        let all = |number: u128| {
            let by = [Why::NationalId, Why::Phone, Why::Text][(number % 3) as usize];
            candidate(number / 2, "water", OUTAGE, by)
        };
        let of = |found: Vec<Candidate>| -> Vec<(CaseId, BTreeSet<Why>)> {
            similar("water", OUTAGE, found, &policy(SameMatter::Inform)).into_iter().map(|s| (s.case.case_id, s.why)).collect()
        };
        prop_assert_eq!(of(order.iter().map(|n| all(*n)).collect()), of((0..6).map(all).collect()));
    }
}
