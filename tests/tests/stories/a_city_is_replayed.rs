use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

/// Rows of the small replay that every test run plays; `samad replay` plays all.
const ROWS: &str = "600";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recount/boston311.py");

fn file() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/boston311_2011H2.csv.gz");
    beside.exists().then_some(beside)
}

/// What a program that has succeeded printed last.
fn last_line(output: &Output) -> Map<String, Value> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(printed.lines().last().unwrap()).unwrap()
}

#[test]
fn days_of_a_real_city_come_out_as_an_independent_count_of_the_file_says() {
    let Some(file) = file() else {
        eprintln!("skipped: ../shared/data/boston311_2011H2.csv.gz is not here");
        return;
    };
    let Ok(recounted) = Command::new("python3").arg(SCRIPT).arg(&file).args(["--limit", ROWS]).output()
    else {
        eprintln!("skipped: python3 is not installed");
        return;
    };
    let wanted = last_line(&recounted);
    assert_eq!(wanted["cases"].to_string(), ROWS);
    let replayed = Command::new(tests::samad())
        .args(["replay", "--format", "boston311", "--times", "keep", "--limit", ROWS, "--per-day", "--json"])
        .arg(&file)
        .output()
        .unwrap();
    let told = last_line(&replayed);
    for (name, value) in wanted {
        assert_eq!(told[&name], value, "{name}");
    }
}
