//! What may be filed: the topics of routing's catalogue, and what is asked of each.

use super::params::Params;
use super::{Document, Fault, Node};
use crate::state::App;

/// What stands between a topic and the one above it in a name.
const ABOVE: &str = " › ";

/// Every topic as a service.
pub(super) fn list(app: &App, params: &Params) -> Result<Document, Fault> {
    known(app, params)?;
    let topics = app.names.topics();
    if topics.is_empty() {
        return Err(Fault::busy());
    }
    let service = |(code, name): (String, String)| {
        let group = name.split(ABOVE).next().unwrap_or_default().to_owned();
        let own = name.rsplit(ABOVE).next().unwrap_or_default().to_owned();
        Node::Fields(vec![
            ("service_code", Node::Text(code)),
            ("service_name", Node::Text(own)),
            ("description", Node::Text(name)),
            ("metadata", Node::Bool(true)),
            ("type", Node::text("realtime")),
            ("keywords", Node::text("")),
            ("group", Node::Text(group)),
        ])
    };
    let services = topics.into_iter().map(service).collect();
    Ok(Document { root: "services", content: Node::Each("service", services) })
}

/// What is asked of one: the county, which tells whose it is.
pub(super) fn define(app: &App, code: &str, params: &Params) -> Result<Document, Fault> {
    known(app, params)?;
    if !app.names.topics().iter().any(|(known, _)| known == code) {
        return Err(Fault::not_found("service_code"));
    }
    let counties = app.names.counties(params.get("jurisdiction_id"));
    let value = |(key, name)| Node::Fields(vec![("key", Node::Text(key)), ("name", Node::Text(name))]);
    let kind = if counties.is_empty() { "string" } else { "singlevaluelist" };
    let county = Node::Fields(vec![
        ("variable", Node::Bool(true)),
        ("code", Node::text("county")),
        ("datatype", Node::text(kind)),
        ("required", Node::Bool(false)),
        ("datatype_description", Node::text("شهرستانی که موضوع در آن است")),
        ("order", Node::text("1")),
        ("description", Node::text("شهرستان")),
        ("values", Node::Each("value", counties.into_iter().map(value).collect())),
    ]);
    let content = Node::Fields(vec![
        ("service_code", Node::text(code)),
        ("attributes", Node::Each("attribute", vec![county])),
    ]);
    Ok(Document { root: "service_definition", content })
}

/// A jurisdiction that is named must be a province.
fn known(app: &App, params: &Params) -> Result<(), Fault> {
    match params.get("jurisdiction_id") {
        "" => Ok(()),
        named if app.names.is_province(named) => Ok(()),
        _ => Err(Fault::not_found("jurisdiction_id")),
    }
}
