//! Calls of one number: which belong together (rule 2: a cut call and its repeat are one contact's history).

use jiff::{SignedDuration, Timestamp};

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The PBX's id.
    pub call_id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The line went before either side hung up.
    pub cut: bool,
}

/// Whether `later` is the repeat of `earlier`.
fn rejoins(earlier: &Call, later: &Call, within: SignedDuration) -> bool {
    earlier.cut
        && later.started_at >= earlier.ended_at
        && later.started_at.duration_since(earlier.ended_at) <= within
}

/// The calls that belong together with this one, oldest first; `calls` are of one number. A chain: each but the last
/// was cut, and the next came within the time. The one asked for is among them if it is among `calls`.
#[must_use]
pub fn together(mut calls: Vec<Call>, call_id: &str, within: SignedDuration) -> Vec<Call> {
    calls.sort_by(|a, b| (a.started_at, &a.call_id).cmp(&(b.started_at, &b.call_id)));
    let Some(place) = calls.iter().position(|call| call.call_id == call_id) else { return Vec::new() };
    let joined = |place: usize| match calls.get(place..=place + 1) {
        Some([earlier, later]) => rejoins(earlier, later, within),
        _ => false,
    };
    let first = (0..place).rev().take_while(|place| joined(*place)).last().unwrap_or(place);
    let last =
        (place..calls.len()).take_while(|place| joined(*place)).last().map_or(place, |place| place + 1);
    calls.drain(first..=last).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(id: usize, start_min: i64, length_min: i64, cut: bool) -> Call {
        let at = |minute: i64| Timestamp::from_second(1_760_000_000 + minute * 60).unwrap();
        Call {
            call_id: format!("c{id:02}"),
            started_at: at(start_min),
            ended_at: at(start_min + length_min),
            cut,
        }
    }

    const WITHIN: SignedDuration = SignedDuration::from_mins(10);

    fn ids(calls: &[Call]) -> Vec<&str> {
        calls.iter().map(|call| call.call_id.as_str()).collect()
    }

    #[test]
    fn a_cut_call_and_its_repeats_are_one_history() {
        let calls = vec![
            call(0, 0, 5, false),
            call(1, 6, 2, true),
            call(2, 12, 1, true),
            call(3, 20, 9, false),
            call(4, 30, 5, true),
            call(5, 46, 1, false),
        ];
        for asked in ["c01", "c02", "c03"] {
            assert_eq!(ids(&together(calls.clone(), asked, WITHIN)), ["c01", "c02", "c03"]);
        }
        for alone in ["c00", "c04", "c05"] {
            assert_eq!(ids(&together(calls.clone(), alone, WITHIN)), [alone]);
        }
        assert_eq!(together(calls, "nobody", WITHIN), []);
    }

    proptest! {
        #[test]
        fn every_call_is_in_one_history_in_whatever_order_they_are_known(
            lengths in prop::collection::vec((1_i64..30, 1_i64..8, any::<bool>()), 1..12), turn in 0_usize..12,
        ) {
            let mut start = 0;
            let mut calls = Vec::new();
            for (id, (gap, length, cut)) in lengths.iter().enumerate() {
                start += gap + length;
                calls.push(call(id, start, *length, *cut));
            }
            let mut turned = calls.clone();
            turned.rotate_left(turn % calls.len());
            for one in &calls {
                let history = together(calls.clone(), &one.call_id, WITHIN);
                prop_assert!(history.contains(one));
                for other in &history {
                    prop_assert_eq!(&together(turned.clone(), &other.call_id, WITHIN), &history);
                }
            }
        }
    }
}
