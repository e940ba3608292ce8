//! Imports agencies, topics and rules: all of it, or nothing with every bad row named.

use contracts::routing::{
    self, AgencyChanged, AgencyRegistered, ImportCatalogueRequest, ImportCatalogueResponse, NamedTopic,
    TopicsNamed,
};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;

use super::{Call, Door, Refusal};
use crate::domain::catalogue::{Agency, Format, Rule, Topic};
use crate::domain::import::{Change, Fault, Import, change, faults};
use crate::store;

/// Topics of an import and of the tree at most, as `ListTopics` promises.
const MOST_TOPICS: usize = 5_000;
/// Agencies of an import at most; there are some 1,400.
const MOST_AGENCIES: usize = 10_000;
/// Topics of one fact at most: however long their names, they fit.
const TOPICS_OF_FACT: usize = 200;
/// Rules of an import at most.
const MOST_RULES: usize = 100_000;

pub(super) async fn import_catalogue(
    door: &Door,
    request: ImportCatalogueRequest,
    call: &Call,
) -> Result<ImportCatalogueResponse, Refusal> {
    bounded("agencies", request.agencies.len(), MOST_AGENCIES)?;
    bounded("topics", request.topics.len(), MOST_TOPICS)?;
    bounded("rules", request.rules.len(), MOST_RULES)?;
    let (import, mut bad) = import_of(request);
    let at = door.moment(call);
    let mut tx = door.store.begin().await?;
    let held = store::catalogue::lock(tx.connection()).await?.catalogue;
    bad.extend(faults(&import, &held));
    if !bad.is_empty() {
        return Err(Refusal::Faults(bad));
    }
    let change = change(&import, &held);
    let new_topics = change.topics.iter().filter(|topic| !held.topics.contains_key(&topic.code)).count();
    bounded("topics", held.topics.len() + new_topics, MOST_TOPICS)?;
    if !change.is_empty() {
        store::catalogue::save(tx.connection(), &change).await?;
        tell(&mut tx, &change, at);
        tell_topics(&mut tx, &change, at);
        tx.commit().await?;
        door.imported.notify_one();
    }
    Ok(ImportCatalogueResponse {
        agencies_added: count(change.added.len()),
        agencies_changed: count(change.changed.len()),
        topics: count(import.topics.len()),
        rules: count(import.rules.len()),
    })
}

fn bounded(field: &'static str, rows: usize, most: usize) -> Result<(), Refusal> {
    if rows <= most { Ok(()) } else { Err(Refusal::Invalid { field, message: "has too many rows" }) }
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

/// The rows as the domain knows them, and those that ask for a wire format that there is not.
pub(crate) fn import_of(request: ImportCatalogueRequest) -> (Import, Vec<Fault>) {
    let mut bad = Vec::new();
    let agency = |(row, agency): (usize, routing::Agency)| {
        let format = Format::try_from(agency.format).unwrap_or_else(|reason| {
            bad.push(Fault { place: format!("agencies[{row}].format"), reason });
            Format::Protobuf
        });
        let routing::Agency { code, province, name_fa, name_en, supervisor, .. } = agency;
        Agency { code, province, name_fa, name_en, format, supervisor }
    };
    let agencies = request.agencies.into_iter().enumerate().map(agency).collect();
    let topic =
        |t: routing::Topic| Topic { code: t.code, parent: t.parent, name_fa: t.name_fa, name_en: t.name_en };
    let rule = |rule: routing::Rule| {
        let routing::Rule { topic, province, county, agency, also } = rule;
        Rule { topic, province, county, agency, also }
    };
    let topics = request.topics.into_iter().map(topic).collect();
    let rules = request.rules.into_iter().map(rule).collect();
    (Import { agencies, topics, rules }, bad)
}

fn tell(tx: &mut Tx, change: &Change<'_>, at: Timestamp) {
    for agency in &change.added {
        let fact = AgencyRegistered {
            agency: agency.code.clone(),
            province: agency.province.clone(),
            name_fa: agency.name_fa.clone(),
            name_en: agency.name_en.clone(),
            format: agency.format as i32,
            registered_at: Some(timestamp(at)),
            supervisor: agency.supervisor.clone(),
        };
        tx.emit(at, &fact);
    }
    for agency in &change.changed {
        let fact = AgencyChanged {
            agency: agency.code.clone(),
            province: agency.province.clone(),
            name_fa: agency.name_fa.clone(),
            name_en: agency.name_en.clone(),
            format: agency.format as i32,
            changed_at: Some(timestamp(at)),
            supervisor: agency.supervisor.clone(),
        };
        tx.emit(at, &fact);
    }
}

fn tell_topics(tx: &mut Tx, change: &Change<'_>, at: Timestamp) {
    for some in change.topics.chunks(TOPICS_OF_FACT) {
        let named = |topic: &&Topic| NamedTopic {
            code: topic.code.clone(),
            parent: topic.parent.clone(),
            name_fa: topic.name_fa.clone(),
            name_en: topic.name_en.clone(),
        };
        let topics = some.iter().map(named).collect();
        tx.emit(at, &TopicsNamed { topics, named_at: Some(timestamp(at)) });
    }
}
