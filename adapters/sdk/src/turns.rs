//! One thing at a time for each referral, in the order of arrival.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Who is last in each referral's row.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<Rows>>);

#[derive(Default)]
struct Rows {
    arrivals: u64,
    last: HashMap<String, (u64, CancellationToken)>,
}

/// A place in a row; dropping it calls the next.
pub(crate) struct Turn {
    turns: Turns,
    key: String,
    arrival: u64,
    before: Option<CancellationToken>,
    over: CancellationToken,
}

impl Turns {
    /// Takes the next place in the row of `key`.
    pub(crate) fn take(&self, key: &str) -> Turn {
        let over = CancellationToken::new();
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.arrivals += 1;
        let arrival = rows.arrivals;
        let before = rows.last.insert(key.to_owned(), (arrival, over.clone()));
        let before = before.map(|(_, token)| token);
        Turn { turns: self.clone(), key: key.to_owned(), arrival, before, over }
    }
}

impl Turn {
    /// Waits until everyone before is done.
    pub(crate) async fn come(&self) {
        if let Some(before) = &self.before {
            before.cancelled().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.over.cancel();
        let mut rows = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.last.get(&self.key).is_some_and(|(arrival, _)| *arrival == self.arrival) {
            rows.last.remove(&self.key);
        }
    }
}
