//! Advice found by Persian words, so that it is the same everywhere (rule 11).

use contracts::intake::{GuidanceFound, SearchGuidanceRequest, SearchGuidanceResponse};
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::{bad_field, unavailable};
use crate::domain::guidance::query;
use crate::store::guidance;

/// Longest search, in characters.
const WORDS_MAX: usize = 200;
/// Entries where the caller names no number, and most of them.
const USUAL: u32 = 10;
const MOST: u32 = 50;

pub(crate) async fn search_guidance(
    desk: &Desk,
    request: SearchGuidanceRequest,
) -> Result<SearchGuidanceResponse, Status> {
    if request.words.chars().count() > WORDS_MAX {
        return Err(bad_field("words", format!("has more than {WORDS_MAX} characters")));
    }
    let limit = match request.limit {
        0 => USUAL,
        limit @ 1..=MOST => limit,
        _ => return Err(bad_field("limit", format!("must be 1 to {MOST}, or 0 for {USUAL}"))),
    };
    let query = query(&request.words).ok_or_else(|| bad_field("words", "holds no word to search for"))?;
    let topics = above(&request.topic);
    let found = guidance::search(desk.store.pool(), &query, &request.province, &topics, limit.into()).await;
    let found = found
        .map_err(unavailable)?
        .into_iter()
        .map(|(entry, score)| GuidanceFound { entry: Some(entry), score });
    Ok(SearchGuidanceResponse { found: found.collect() })
}

/// A topic and those above it: `water.outage`, `water`.
fn above(topic: &str) -> Vec<String> {
    let topic = topic.trim();
    let parents = topic.match_indices('.').map(|(dot, _)| topic[..dot].to_owned());
    parents.chain((!topic.is_empty()).then(|| topic.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_topic_stands_under_those_above_it() {
        assert_eq!(
            super::above("municipal.waste.bins"),
            ["municipal", "municipal.waste", "municipal.waste.bins"]
        );
        assert_eq!(super::above(""), [""; 0]);
    }
}
