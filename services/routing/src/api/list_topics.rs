//! The whole tree of topics; imports keep it within 5,000.

use contracts::routing::{ListTopicsRequest, ListTopicsResponse, Topic};

use super::{Call, Door, Refusal};

pub(super) async fn list_topics(
    door: &Door,
    _: ListTopicsRequest,
    _: &Call,
) -> Result<ListTopicsResponse, Refusal> {
    let mut connection = door.store.pool().acquire().await?;
    let edition = door.catalogues.current(&mut connection).await?;
    let topics = edition.catalogue.topics.values().map(|topic| Topic {
        code: topic.code.clone(),
        parent: topic.parent.clone(),
        name_fa: topic.name_fa.clone(),
        name_en: topic.name_en.clone(),
    });
    Ok(ListTopicsResponse { topics: topics.collect() })
}
