//! Golden bytes: every fact, with every field filled, is written as it always was, in protobuf and in JSON.
//!
//! After a change that is meant, and that `proto/check` accepts, write them anew and look at the difference:
//! `SAMAD_WRITE_GOLDEN=1 cargo test -p contracts --test golden`.

mod sample;
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;

use contracts::CATALOGUE;

use crate::sample::Sample;

/// Set (to anything): the files are written instead of compared.
const WRITE: &str = "SAMAD_WRITE_GOLDEN";

const ADVICE: &str = "if it is meant: SAMAD_WRITE_GOLDEN=1 cargo test -p contracts --test golden";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/written")
}

fn committed(file: &str) -> String {
    let path = folder().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}; {ADVICE}"))
}

#[test]
fn every_fact_of_the_catalogue_has_golden_bytes() {
    let sampled: BTreeSet<&str> = samples().iter().map(|sample| sample.message).collect();
    for fact in CATALOGUE {
        assert!(
            sampled.contains(fact.message),
            "{} has no golden bytes: add its value to proto/tests/golden/values/{}.rs",
            fact.message,
            fact.owner
        );
    }
}

#[test]
fn every_field_is_filled() {
    for sample in samples() {
        assert_eq!(sample.empty_fields(), [""; 0], "{}: fill these in its value", sample.message);
    }
}

#[test]
fn messages_are_written_as_they_always_were() {
    for sample in samples() {
        let hex = format!("{}.hex", sample.name);
        assert_eq!(sample.hex(), committed(&hex), "{} is written differently; {ADVICE}", sample.message);
        let json = format!("{}.json", sample.name);
        let pinned: serde_json::Value = serde_json::from_str(&committed(&json)).expect("JSON");
        assert_eq!(sample.json(), pinned, "{} has other JSON; {ADVICE}", sample.message);
    }
}

#[test]
fn golden_bytes_and_json_are_read_back() {
    for sample in samples() {
        let bytes = sample::unhex(&committed(&format!("{}.hex", sample.name)));
        assert!(sample.is_read_from_protobuf(&bytes), "{} is read as another value", sample.message);
        let json = committed(&format!("{}.json", sample.name));
        assert!(sample.is_read_from_json(json.as_bytes()), "{} is read as another value", sample.message);
    }
}

#[test]
fn no_golden_file_is_left_over() {
    let known: BTreeSet<String> = samples()
        .iter()
        .flat_map(|sample| [format!("{}.hex", sample.name), format!("{}.json", sample.name)])
        .collect();
    for entry in fs::read_dir(folder()).expect("the golden files") {
        let file = entry.expect("a readable folder").file_name().into_string().expect("UTF-8");
        assert!(known.contains(&file), "{file} belongs to no message: delete it");
    }
}

/// Every sample; the files are written first where that is asked, once for all tests.
fn samples() -> Vec<Sample> {
    static WRITTEN: Once = Once::new();
    let samples = values::all();
    WRITTEN.call_once(|| {
        if std::env::var_os(WRITE).is_some() {
            samples.iter().for_each(write);
        }
    });
    samples
}

fn write(sample: &Sample) {
    fs::create_dir_all(folder()).expect("a folder");
    let json = serde_json::to_string_pretty(&sample.json()).expect("JSON") + "\n";
    fs::write(folder().join(format!("{}.hex", sample.name)), sample.hex()).expect("written");
    fs::write(folder().join(format!("{}.json", sample.name)), json).expect("written");
}
