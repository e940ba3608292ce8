//! What is with a reviewer is not waited for from the agency.

use super::*;

fn held(second: i64, id: u128) -> News {
    adjusted(second, id, What::AnswerHeld)
}

fn given_back(second: i64, id: u128) -> News {
    adjusted(second, id, What::AnswerGivenBack)
}

#[test]
fn nothing_falls_due_while_an_answer_is_held_and_one_that_passes_was_in_time() {
    let (mut clock, rules) = (set(15), rules(&[]));
    assert_eq!(clock.hear(held(14 * DAY_S - 1, 1), at(14 * DAY_S), &rules), []);
    assert_eq!(clock.next_at(&rules), None);
    assert_eq!(fire(&mut clock, 40 * DAY_S), []);
    let told = clock.hear(answered(14 * DAY_S - 1), at(40 * DAY_S), &rules);
    assert_eq!(told, [Told::Met { on_time: true, breach_withdrawn: false }]);
}

#[test]
fn one_that_is_given_back_leaves_the_agency_what_it_had_left() {
    let (mut clock, rules) = (set(15), rules(&[]));
    clock.hear(held(14 * DAY_S, 1), at(14 * DAY_S), &rules);
    let told = clock.hear(given_back(20 * DAY_S, 1), at(20 * DAY_S), &rules);
    assert!(matches!(&told[..], [Told::Moved(moved)] if moved.cause.why == Why::Review), "{told:?}");
    assert_eq!(due_of(&clock), Some(at(21 * DAY_S)));
    assert_eq!(fire(&mut clock, 20 * DAY_S + 2), [Told::Reminder(1)]);
    assert_eq!(fire(&mut clock, 21 * DAY_S + 2), [Told::Breached]);
    // A late answer wins no time.
    clock.hear(held(22 * DAY_S, 2), at(22 * DAY_S), &rules);
    assert_eq!(clock.hear(given_back(30 * DAY_S, 2), at(30 * DAY_S), &rules), []);
}

#[test]
fn a_breach_that_was_stated_before_the_word_of_a_timely_answer_does_not_count() {
    let (mut clock, rules) = (set(15), rules(&[]));
    fire(&mut clock, 15 * DAY_S + 2);
    clock.hear(held(15 * DAY_S - 60, 1), at(15 * DAY_S + 3), &rules);
    let told = clock.hear(given_back(16 * DAY_S, 1), at(16 * DAY_S), &rules);
    assert!(matches!(&told[..], [Told::Moved(moved)] if moved.breach_withdrawn), "{told:?}");
    assert_eq!(due_of(&clock), Some(at(16 * DAY_S + 60)));
}

#[test]
fn a_closure_announced_meanwhile_does_not_make_it_remind_again() {
    let mut clock = set(15);
    assert_eq!(fire(&mut clock, 14 * DAY_S + 2), [Told::Reminder(1)]);
    clock.hear(held(14 * DAY_S + 60, 1), at(14 * DAY_S + 60), &rules(&[]));
    let rules = rules(&[14]);
    assert!(matches!(clock.refresh(&rules, at(14 * DAY_S + 70)), Some(Told::Moved(_))));
    clock.hear(given_back(14 * DAY_S + 80, 1), at(14 * DAY_S + 80), &rules);
    assert_eq!(due_of(&clock), Some(at(16 * DAY_S + 20)));
    assert_eq!(clock.next_at(&rules), Some(at(15 * DAY_S + 20)), "not what is said five days before");
}

proptest! {
    /// Reviews heard in any order, any number of times, as deadline hears them: the due moment is the same, each review
    /// adds what it lasted, and no breach is stated while an answer is held.
    #[test]
    fn reviews_move_a_clock_to_the_same_moment_in_any_order(
        reviews in prop::collection::vec((1..3 * DAY_S, 1..3 * DAY_S), 0..4),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        last_open in any::<bool>(),
    ) {
        let rules = rules(&[]);
        let (mut facts, mut now, mut lost) = (vec![vec![issue(Policy::of_days(15), None)]], 0, 0);
        for (n, (after, lasted)) in (1..).zip(&reviews) {
            let from = now + after;
            now = from + lasted;
            lost += lasted;
            facts.push(vec![held(from, n)]);
            facts.push(vec![held(from, n), given_back(now, n)]);
        }
        let shuffled = order.iter().map(|index| index.get(&facts).clone());
        let (mut clock, mut told) = (Clock::default(), Vec::new());
        for news in shuffled.chain(facts.iter().cloned()).flatten() {
            told.extend(clock.hear(news, at(now), &rules));
        }
        prop_assert_eq!(due_of(&clock), Some(at(15 * DAY_S + lost)));
        prop_assert_eq!(told.iter().filter(|told| **told == Told::Set).count(), 1);
        if last_open {
            clock.hear(held(now + 1, 99), at(now + 1), &rules);
            prop_assert_eq!(clock.next_at(&rules), None);
            prop_assert_eq!(fire(&mut clock, 400 * DAY_S), []);
        } else {
            prop_assert!(fire(&mut clock, 400 * DAY_S).contains(&Told::Breached));
        }
    }
}
