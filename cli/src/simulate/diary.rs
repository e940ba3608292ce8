//! What is to be done later, in an order that follows from what it is and not from when it was written down.

use std::collections::BTreeSet;

use jiff::Timestamp;

/// Deeds by their moment.
#[derive(Debug)]
pub struct Diary<T>(BTreeSet<(Timestamp, T)>);

impl<T> Default for Diary<T> {
    fn default() -> Self {
        Diary(BTreeSet::new())
    }
}

impl<T: Ord> Diary<T> {
    /// Writes down what is to be done at that moment.
    pub fn note(&mut self, at: Timestamp, deed: T) {
        self.0.insert((at, deed));
    }

    /// Takes out whatever is to be done by `now`, the earliest first.
    pub fn due(&mut self, now: Timestamp) -> Vec<T> {
        std::iter::from_fn(|| self.0.first().is_some_and(|(at, _)| *at <= now).then(|| self.0.pop_first())?)
            .map(|(_, deed)| deed)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_once_and_in_order() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut diary = Diary::default();
        for (second, deed) in [(30, "c"), (10, "b"), (10, "a"), (20, "d")] {
            diary.note(at(second), deed);
        }
        assert_eq!(diary.due(at(9)), Vec::<&str>::new());
        assert_eq!(diary.due(at(20)), ["a", "b", "d"]);
        assert_eq!(diary.due(at(99)), ["c"]);
    }
}
