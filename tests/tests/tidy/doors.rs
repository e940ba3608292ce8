//! Who may call what.

use std::collections::BTreeSet;

use crate::lexer::code;
use crate::repo::{Findings, Repo};

/// Every call of the contracts stands in a door's table, and every row is one of the contracts' calls.
pub fn every_call_says_who_may_make_it(repo: &Repo) -> Findings {
    let mut calls = BTreeSet::new();
    for (_, text) in repo.files().filter(|(path, _)| path.ends_with(".proto")) {
        let after = |line: &str, word: &str| Some(line.trim().strip_prefix(word)?.trim().to_owned());
        let (mut package, mut service) = (String::new(), String::new());
        for line in text.lines() {
            package = after(line, "package ").map_or(package, |name| name.trim_end_matches(';').to_owned());
            service = after(line, "service ").map_or(service, |name| name.trim_end_matches(" {").to_owned());
            if let Some((name, _)) = after(line, "rpc ").as_deref().and_then(|rpc| rpc.split_once('(')) {
                calls.insert(format!("{package}.{service}/{name}"));
            }
        }
    }
    let mut rows = BTreeSet::new();
    let in_source = |path: &str| path.contains("/src/") && !path.starts_with("crates/chassis/");
    for (_, text) in repo.rust().filter(|(path, _)| in_source(path)) {
        // Strings are blanked in what the lexer leaves: the row's place is found there, its name in the text.
        for (line, words) in code(text).lines().enumerate().filter(|(_, words)| words.contains("May::call")) {
            let name = text.lines().nth(line).and_then(|line| line.split('"').nth(1));
            rows.extend(name.filter(|_| words.contains('(')).map(str::to_owned));
        }
    }
    let missing =
        calls.difference(&rows).map(|call| format!("{call}: say in its door's table who may call it"));
    let strange = rows.difference(&calls).map(|row| format!("{row}: stands in a table but is no call"));
    missing.chain(strange).collect()
}

#[test]
fn a_call_in_no_table_and_a_row_of_no_call_are_found() {
    let contract = "package samad.a.v1;\nservice AService {\n  rpc Get(GetRequest) returns (GetResponse);\n}";
    let found = |table: &str| {
        every_call_says_who_may_make_it(&Repo::of(&[("a.proto", contract), ("services/a/src/may.rs", table)]))
    };
    assert!(found("May::call(\"samad.a.v1.AService/Get\", ALL),").is_empty());
    assert_eq!(found("// May::call(\"samad.a.v1.AService/Get\", ALL),").len(), 1);
    assert_eq!(found("May::call(\"samad.a.v1.AService/Set\", ALL),").len(), 2);
}
