//! Order and batches leave no trace in the figures.

use super::*;
use proptest::prelude::*;

/// A shelf that keeps rows between batches, as the store does.
#[derive(Default, PartialEq, Debug)]
struct Shelf {
    cases: HashMap<Uuid, CaseFigure>,
    figures: BTreeMap<(String, Date), Counters>,
}

fn fold(batches: &[&[Happening]]) -> Shelf {
    let (days, mut shelf) = (Days::tehran().unwrap(), Shelf::default());
    for batch in batches {
        let wanted: HashSet<Uuid> = batch.iter().filter_map(Happening::case_id).collect();
        let loaded = shelf.cases.iter().filter(|(id, _)| wanted.contains(id));
        let mut fold = Fold::new(&days, loaded.map(|(id, case)| (*id, case.clone())).collect());
        batch.iter().for_each(|happening| fold.hear(happening));
        let (cases, moved) = fold.finish();
        shelf.cases.extend(cases);
        for (key, by) in moved {
            shelf.figures.entry(key).or_default().add(&by, 1);
        }
    }
    shelf.figures.retain(|_, by| *by != Counters::default());
    shelf
}

fn total(shelf: &Shelf) -> Counters {
    let mut total = Counters::default();
    shelf.figures.values().for_each(|by| total.add(by, 1));
    total
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_758_000_000 + hour * 3_600).unwrap()
}

fn happening() -> impl Strategy<Value = Happening> {
    let province = || prop_oneof![Just("fars".to_owned()), Just("tehran".to_owned())];
    let case = || (0u128..6).prop_map(Uuid::from_u128);
    let hour = || (0i64..200).prop_map(at);
    prop_oneof![
        (province(), hour()).prop_map(|(province, at)| Happening::Contact { province, at }),
        (province(), hour()).prop_map(|(province, at)| Happening::Guidance { province, at }),
        (province(), hour()).prop_map(|(province, at)| Happening::Referral { province, at }),
        (province(), hour()).prop_map(|(province, at)| Happening::Action { province, at }),
        (province(), hour(), any::<bool>()).prop_map(|(province, at, sent)| Happening::Notice {
            province,
            at,
            sent
        }),
        (case(), province(), hour()).prop_map(|(case_id, province, at)| Happening::Registered {
            case_id,
            province,
            at
        }),
        (case(), 0u128..3, prop::option::of(hour()), 0u32..4).prop_map(
            |(case_id, referral, due_at, epoch)| {
                Happening::Due { case_id, referral_id: Uuid::from_u128(referral), due_at, epoch }
            }
        ),
        (case(), hour()).prop_map(|(case_id, at)| Happening::Answered { case_id, at }),
        (case(), hour()).prop_map(|(case_id, at)| Happening::Closed { case_id, at }),
        (case(), hour()).prop_map(|(case_id, at)| Happening::Withdrawn { case_id, at }),
        (case(), province(), hour()).prop_map(|(case_id, province, at)| Happening::Reopened {
            case_id,
            province,
            at
        }),
        (province(), hour(), prop::sample::select(vec![Word::Solved, Word::NotSolved, Word::NoReply]))
            .prop_map(|(province, at, word)| Happening::Feedback { province, at, word }),
        (province(), hour(), prop::sample::select(vec![SlotEnd::Kept, SlotEnd::Missed, SlotEnd::Uncovered]))
            .prop_map(|(province, at, end)| Happening::Slot { province, at, end }),
    ]
}

proptest! {
    #[test]
    fn order_and_batches_leave_no_trace(
        (facts, shuffled) in prop::collection::vec(happening(), 0..60)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        cut in 0.0f64..1.0,
    ) {
        let (left, right) = shuffled.split_at((cut * shuffled.len() as f64) as usize);
        prop_assert_eq!(fold(&[&facts]), fold(&[left, right]));
    }

    #[test]
    fn totals_are_what_a_plain_count_says(facts in prop::collection::vec(happening(), 0..60)) {
        let figures = total(&fold(&[&facts]));
        let count = |f: fn(&Happening) -> bool| facts.iter().filter(|h| f(h)).count() as i64;
        prop_assert_eq!(figures.contacts, count(|h| matches!(h, Happening::Contact { .. })));
        prop_assert_eq!(figures.actions, count(|h| matches!(h, Happening::Action { .. })));
        prop_assert_eq!(figures.reopened, count(|h| matches!(h, Happening::Reopened { .. })));
        prop_assert_eq!(figures.solved, count(|h| matches!(h, Happening::Feedback { word: Word::Solved, .. })));
        prop_assert_eq!(figures.slots_missed, count(|h| matches!(h, Happening::Slot { end: SlotEnd::Missed, .. })));
        prop_assert_eq!(
            figures.slots_kept + figures.slots_uncovered,
            count(|h| matches!(h, Happening::Slot { end: SlotEnd::Kept | SlotEnd::Uncovered, .. }))
        );
        let cases = |is: fn(&Happening) -> bool| -> HashSet<Uuid> {
            facts.iter().filter(|h| is(h)).filter_map(Happening::case_id).collect()
        };
        let registered = cases(|h| matches!(h, Happening::Registered { .. }));
        let withdrawn = cases(|h| matches!(h, Happening::Withdrawn { .. }));
        let times = |id: &Uuid, is: fn(&Happening) -> bool| facts.iter().filter(|h| is(h) && h.case_id() == Some(*id)).count();
        let closed = registered.difference(&withdrawn).filter(|id| {
            times(id, |h| matches!(h, Happening::Closed { .. })) > times(id, |h| matches!(h, Happening::Reopened { .. }))
        });
        prop_assert_eq!(figures.cases, registered.len() as i64);
        prop_assert_eq!(figures.answered, closed.count() as i64);
        prop_assert_eq!(figures.withdrawn, registered.intersection(&withdrawn).count() as i64);
        prop_assert_eq!(figures.answered, figures.on_time + figures.late);
    }
}

fn one(facts: &[Happening]) -> Counters {
    total(&fold(&[facts]))
}

fn set(case_id: Uuid, referral: u128, due_at: Timestamp, epoch: u32) -> Happening {
    Happening::Due { case_id, referral_id: Uuid::from_u128(referral), due_at: Some(due_at), epoch }
}

fn story(due: Option<i64>, answered: Option<i64>, closed: i64) -> Counters {
    let case_id = Uuid::from_u128(1);
    let mut facts = vec![Happening::Registered { case_id, province: "fars".into(), at: at(0) }];
    facts.extend(due.map(|hour| set(case_id, 1, at(hour), 0)));
    facts.extend(answered.map(|hour| Happening::Answered { case_id, at: at(hour) }));
    facts.push(Happening::Closed { case_id, at: at(closed) });
    one(&facts)
}

#[test]
fn late_is_after_the_due_moment_by_the_answer_not_by_the_closing() {
    assert_eq!(story(Some(10), Some(10), 11).on_time, 1);
    assert_eq!(story(Some(10), Some(11), 12).late, 1);
    assert_eq!(story(Some(10), None, 11).late, 1);
    assert_eq!(story(None, Some(500), 501).on_time, 1, "without a due moment nothing is late");
}

#[test]
fn a_reopened_case_is_open_until_it_is_closed_again_and_a_withdrawn_one_is_neither() {
    let case_id = Uuid::from_u128(1);
    let facts = [
        Happening::Registered { case_id, province: "fars".into(), at: at(0) },
        Happening::Closed { case_id, at: at(10) },
        // On a clock that stands still both may bear one moment.
        Happening::Reopened { case_id, province: "fars".into(), at: at(10) },
        Happening::Closed { case_id, at: at(10) },
        Happening::Reopened { case_id, province: "fars".into(), at: at(12) },
        Happening::Withdrawn { case_id, at: at(13) },
    ];
    let answered = |count: usize| one(&facts[..count]).answered;
    assert_eq!([2, 3, 4, 5, 6].map(answered), [1, 0, 1, 0, 0]);
    assert_eq!((one(&facts).withdrawn, one(&facts).reopened, one(&facts).cases), (1, 2, 1));
}

#[test]
fn a_moved_clock_counts_where_it_stands_and_the_last_of_several_decides() {
    let case_id = Uuid::from_u128(1);
    let story = |dues: &[Happening]| {
        let mut facts = vec![
            Happening::Registered { case_id, province: "fars".into(), at: at(0) },
            Happening::Answered { case_id, at: at(15) },
            Happening::Closed { case_id, at: at(15) },
        ];
        facts.extend_from_slice(dues);
        one(&facts)
    };
    assert_eq!(story(&[set(case_id, 1, at(20), 1), set(case_id, 1, at(10), 0)]).on_time, 1);
    // Moved ahead by a closure, and back when that was revoked.
    assert_eq!(story(&[set(case_id, 1, at(10), 2), set(case_id, 1, at(20), 1)]).late, 1);
    assert_eq!(story(&[set(case_id, 1, at(10), 0), set(case_id, 2, at(20), 0)]).on_time, 1);
}
