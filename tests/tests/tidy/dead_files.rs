//! Rust files that no `mod` leads to: the compiler never sees them.

use std::collections::BTreeSet;

use crate::lexer::code;
use crate::repo::{Findings, Repo};

/// From every target of every package, `mod` by `mod`, each Rust file is reached.
pub fn every_file_is_compiled(repo: &Repo) -> Findings {
    let mut reached = BTreeSet::new();
    for (path, _) in repo.rust().filter(|(path, _)| is_target(repo, path)) {
        reach(repo, path, true, &mut reached);
    }
    let dead = repo.rust().filter(|(path, _)| !reached.contains(*path));
    dead.map(|(path, _)| format!("{path}: no `mod` leads here: declare it or delete it")).collect()
}

/// Whether Cargo finds the file by itself.
fn is_target(repo: &Repo, path: &str) -> bool {
    let Some(inside) = inside_package(repo, path) else { return false };
    let steps: Vec<&str> = inside.split('/').collect();
    match steps.as_slice() {
        ["build.rs"] | ["src", "lib.rs" | "main.rs"] | ["src", "bin", _] => true,
        ["tests" | "examples" | "benches", file] => file.ends_with(".rs"),
        ["tests" | "examples" | "benches", _, "main.rs"] => true,
        _ => false,
    }
}

/// The file's path in the innermost package that holds it.
fn inside_package<'a>(repo: &Repo, path: &'a str) -> Option<&'a str> {
    let slashes = path.rmatch_indices('/').map(|(at, _)| at);
    let mut folders = slashes.map(|at| (&path[..at], &path[at + 1..]));
    let (_, inside) = folders.find(|(folder, _)| repo.text(&format!("{folder}/Cargo.toml")).is_some())?;
    Some(inside)
}

fn reach(repo: &Repo, path: &str, is_root: bool, reached: &mut BTreeSet<String>) {
    let Some(text) = repo.text(path) else { return };
    if !reached.insert(path.to_owned()) {
        return;
    }
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.trim_end_matches(".rs");
    let below = if is_root || stem == "mod" { folder.to_owned() } else { format!("{folder}/{stem}") };
    let lines: Vec<&str> = text.lines().collect();
    for (line, words) in code(text).lines().enumerate() {
        let Some(name) = declared(words) else { continue };
        let before = lines[..line].iter().rev().take_while(|words| words.starts_with("#["));
        let elsewhere =
            before.filter_map(|words| words.strip_prefix("#[path = \"")?.strip_suffix("\"]")).next();
        if let Some(elsewhere) = elsewhere {
            reach(repo, &format!("{folder}/{elsewhere}"), false, reached);
        } else {
            reach(repo, &format!("{below}/{name}.rs"), false, reached);
            reach(repo, &format!("{below}/{name}/mod.rs"), false, reached);
        }
    }
}

/// The module that a line such as `pub(crate) mod name;` declares.
fn declared(words: &str) -> Option<&str> {
    let (visibility, name) = words.trim().strip_suffix(';')?.rsplit_once("mod ")?;
    (visibility.is_empty() || visibility.starts_with("pub")).then_some(name)
}

#[test]
fn files_that_no_mod_leads_to_are_found() {
    let repo = Repo::of(&[
        ("a/Cargo.toml", ""),
        ("a/src/lib.rs", "pub mod b;\n// mod e;\n#[path = \"f_tests.rs\"]\nmod f;"),
        ("a/src/b.rs", "pub(crate) mod c;"),
        ("a/src/b/c.rs", ""),
        ("a/src/e.rs", ""),
        ("a/src/f_tests.rs", ""),
        ("a/tests/it/main.rs", "mod d;"),
        ("a/tests/it/d/mod.rs", ""),
    ]);
    assert_eq!(every_file_is_compiled(&repo), ["a/src/e.rs: no `mod` leads here: declare it or delete it"]);
}
