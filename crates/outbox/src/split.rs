//! Finds the culprit of a failed batch by halving it, so that one poison message stops nobody.

use std::future::Future;
use std::ops::Range;

use anyhow::{Error, Result};

use crate::failure::is_outage;

/// Tries `0..count` as one batch; a failed batch is tried again in halves, down to single items, unless the database is
/// away: that is the fault of none of them. Returns each range's outcome in order.
pub(crate) async fn halving<T, F, Fut>(count: usize, mut attempt: F) -> Vec<(Range<usize>, Result<T, Error>)>
where
    F: FnMut(Range<usize>) -> Fut,
    Fut: Future<Output = Result<T>>,
{
    let mut outcomes = Vec::new();
    let mut left = Vec::from([Range { start: 0, end: count }]);
    while let Some(range) = left.pop() {
        match attempt(range.clone()).await {
            Err(error) if range.len() > 1 && !is_outage(&error) => {
                let middle = range.start + range.len() / 2;
                left.push(middle..range.end);
                left.push(range.start..middle);
            }
            outcome => outcomes.push((range, outcome)),
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_culprits_fail() {
        let poison = [3, 17, 18];
        let mut tries = 0;
        let outcomes = halving(40, |range| {
            tries += 1;
            let fails = poison.iter().any(|p| range.contains(p));
            async move { if fails { anyhow::bail!("poison") } else { Ok(()) } }
        })
        .await;
        let failed: Vec<_> = outcomes.iter().filter(|(_, o)| o.is_err()).map(|(r, _)| r.start).collect();
        assert_eq!(failed, poison);
        assert_eq!(outcomes.iter().map(|(r, _)| r.len()).sum::<usize>(), 40);
        assert!(tries < 40, "{tries} tries");
    }

    #[tokio::test]
    async fn an_outage_is_tried_once() {
        let mut tries = 0;
        let outcomes = halving(40, |_| {
            tries += 1;
            async { Err::<(), _>(sqlx::Error::PoolTimedOut.into()) }
        })
        .await;
        assert_eq!((tries, outcomes.len(), outcomes[0].0.len()), (1, 1, 40));
    }
}
