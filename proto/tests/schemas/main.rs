//! What agencies meet, for those who generate no code from protobuf: a JSON Schema a message (`proto/schemas`) and the AsyncAPI
//! document of how they meet it (`proto/asyncapi.json`), both made from the contracts and kept beside them.
//!
//! After a change of the contracts write them anew: `SAMAD_WRITE_SCHEMAS=1 cargo test -p contracts --test schemas`.

mod asyncapi;
mod meets;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::meets::MEETS;

/// Set (to anything): the files are written instead of compared.
const WRITE: &str = "SAMAD_WRITE_SCHEMAS";

/// Every document, by its path in `proto/`.
fn documents() -> BTreeMap<String, Value> {
    let schemas = MEETS.iter().map(|met| (format!("schemas/{}.json", met.name), schema::of(met)));
    schemas.chain([("asyncapi.json".to_owned(), asyncapi::document())]).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_documents_are_those_of_the_contracts() {
    for (path, document) in documents() {
        let file = folder().join(&path);
        let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
        if std::env::var_os(WRITE).is_some() {
            fs::write(&file, &text).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == text,
            "proto/{path} is not that of the contracts: {WRITE}=1 cargo test -p contracts --test schemas"
        );
    }
}

#[test]
fn no_schema_is_left_over() {
    let known: BTreeSet<String> = MEETS.iter().map(|met| format!("{}.json", met.name)).collect();
    for entry in fs::read_dir(folder().join("schemas")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&file), "{file} is of nothing that agencies meet: delete it");
    }
}

/// Where one document points into another, there is something.
#[test]
fn references_lead_somewhere() {
    let documents = documents();
    for (path, document) in &documents {
        let mut references = Vec::new();
        collect(document, &mut references);
        for reference in references {
            let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
            let target = if file.is_empty() { Some(document) } else { documents.get(file) };
            let found = target.and_then(|target| target.pointer(pointer));
            assert!(found.is_some(), "{path}: {reference} leads nowhere");
        }
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
