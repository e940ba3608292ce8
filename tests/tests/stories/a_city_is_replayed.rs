use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

use crate::installation::Installation;

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

/// Forty made-up rows in the city's format: closed in time, closed late, open, without a target.
fn made_up(file: &Path, first: usize) -> String {
    let header = "case_enquiry_id,open_dt,target_dt,closed_dt,closure_reason,case_title,type,department,location,neighborhood,source\n";
    let row = |n: usize| {
        let number = first + n;
        let (day, target) = (n % 9 + 1, if n.is_multiple_of(5) { "" } else { "2011-07-15 01:32:32" });
        let closed = ["2011-07-14 05:06:58", "2011-07-16 05:06:58", ""][n % 3];
        format!(
            "{number},2011-07-0{day} 01:32:33,{target},{closed},Resolved,Lights,Lights,PWDx,River St,Roxbury,Constituent Call\n"
        )
    };
    std::fs::write(file, header.to_owned() + &(1..=40).map(row).collect::<String>()).unwrap();
    file.to_string_lossy().into_owned()
}

#[test]
fn made_up_days_come_out_as_an_independent_count_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = made_up(&folder.path().join("city.csv"), 0);
    let told = last_line(
        &Command::new(tests::samad()).args(["replay", "--per-day", "--json"]).arg(&file).output().unwrap(),
    );
    let Ok(recounted) = Command::new("python3").arg(SCRIPT).arg(&file).output() else {
        eprintln!("skipped: python3 is not installed");
        return;
    };
    for (name, value) in last_line(&recounted) {
        assert_eq!(told[&name], value, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_played_into_a_system_that_runs_beside_those_it_has() {
    let mut installation = Installation::new();
    installation.up();
    let file = |first| made_up(&installation.data().join(format!("{first}.csv")), first);
    let (files, data) =
        ([file(0), file(1_000)], installation.data().join("var").to_string_lossy().into_owned());
    let words = |place: usize| ["replay", "--running", &data, &files[place]].map(str::to_owned);
    for place in 0..2 {
        let told = installation.json(&words(place).each_ref().map(String::as_str));
        assert_eq!((told["cases"].as_u64(), told["answered"].as_u64()), (Some(40), Some(27)), "{told}");
    }
    assert_eq!(installation.json(&["figures"])["cases"], 80);
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
