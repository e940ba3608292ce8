//! Words that do not stay.

use crate::lexer::{code, code_and_comments};
use crate::repo::{Findings, Repo, has_word};

/// Notes of work that is not done.
const LATER: [&str; 3] = ["TODO", "FIXME", "XXX"];
/// Code that is not written.
const UNWRITTEN: [&str; 2] = ["todo!", "unimplemented!"];
/// Where such notes are looked for, besides Rust.
const NOTED_IN: [&str; 9] = [".md", ".proto", ".sql", ".toml", ".html", ".css", ".js", ".yaml", ".sh"];

/// Folders of one machine or one person.
const MACHINES: [&str; 4] = ["/work/", "/root/", "/home/", "/Users/"];

/// What is not done is an issue, not a note in the code.
pub fn nothing_is_left_for_later(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.files() {
        let text = if path.ends_with(".rs") { code_and_comments(text) } else { text.to_owned() };
        let is_note: fn(&str, &str) -> bool = if path.ends_with(".md") { begins_note } else { has_word };
        let looked_at = path.ends_with(".rs") || NOTED_IN.iter().any(|ending| path.ends_with(ending));
        for (line, words) in text.lines().enumerate().filter(|_| looked_at) {
            if LATER.iter().any(|later| is_note(words, later)) {
                findings.push(format!("{path}:{}: do it now, or write an issue", line + 1));
            }
        }
    }
    for (path, text) in repo.rust() {
        for (line, words) in code(text).lines().enumerate() {
            if UNWRITTEN.iter().any(|name| words.contains(name)) {
                findings.push(format!("{path}:{}: write the code", line + 1));
            }
        }
    }
    findings
}

/// Documents may speak of such a word; a note begins with it.
fn begins_note(line: &str, later: &str) -> bool {
    let note = line.trim_start_matches(|c: char| !c.is_alphanumeric()).strip_prefix(later);
    note.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        || line.contains(&format!("{later}:"))
}

/// No lint is allowed away and no test is skipped without a reason.
pub fn lints_and_tests_are_not_silenced(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.rust() {
        for (line, words) in code(text).lines().enumerate() {
            if words.contains("[allow(") {
                findings.push(format!(
                    "{path}:{}: mend what the lint found, or #[expect(.., reason = \"..\")]",
                    line + 1
                ));
            }
            if words.contains("#[ignore") && !words.contains("#[ignore = ") {
                findings.push(format!(
                    "{path}:{}: mend the test, delete it, or #[ignore = \"the reason\"]",
                    line + 1
                ));
            }
        }
    }
    findings
}

/// A document's paths hold on every machine.
pub fn documents_name_no_machine(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.files().filter(|(path, _)| path.ends_with(".md")) {
        for (line, words) in text.lines().enumerate() {
            let begins =
                |at: usize| !words[..at].ends_with(|c: char| c.is_alphanumeric() || "./_-}~".contains(c));
            let named = |machine: &&&str| words.match_indices(**machine).any(|(at, _)| begins(at));
            if let Some(machine) = MACHINES.iter().find(named) {
                findings.push(format!(
                    "{path}:{}: {machine} is one machine's: write the path from the repository's root",
                    line + 1
                ));
            }
        }
    }
    findings
}

#[test]
fn notes_and_silenced_lints_are_found() {
    let text = "// TODO: think\n#[allow(unused)]\nfn a() { todo!() }\n#[ignore]\n#[ignore = \"why\"]\nlet b = \"TODO\";";
    let repo = Repo::of(&[("a.rs", text), ("b.md", "Write no TODO.\n- XXX later")]);
    assert_eq!(nothing_is_left_for_later(&repo).len(), 3);
    assert_eq!(lints_and_tests_are_not_silenced(&repo).len(), 2);
}

#[test]
fn paths_of_one_machine_are_found() {
    let repo =
        Repo::of(&[("a.md", "cd /work/main\n[x](docs/work/x.md) https://example.org/home/\n`/root/x`")]);
    assert_eq!(documents_name_no_machine(&repo).len(), 2);
}
