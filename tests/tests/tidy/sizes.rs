//! Sizes with a ratchet: the worst may only get better.

use crate::lexer::code;
use crate::repo::{Findings, Repo};

/// Lines of the longest Rust file. Lower it when a file shrinks; never raise it.
const LONGEST_FILE: usize = 300;
/// Lines of the longest function, from `fn` to its closing brace. Lower it likewise; never raise it.
const LONGEST_FUNCTION: usize = 60;

/// Beyond these no ratchet is set.
const _: () = assert!(LONGEST_FILE <= 400 && LONGEST_FUNCTION <= 60);

/// How far the longest may stay below its ratchet before the ratchet must follow.
const SLACK_PERCENT: usize = 20;

/// No file is longer than [`LONGEST_FILE`].
pub fn files_are_short(repo: &Repo) -> Findings {
    let sizes = repo.rust().map(|(path, text)| (text.lines().count(), path.to_owned())).collect();
    ratchet(sizes, LONGEST_FILE, "LONGEST_FILE", "split the file by what its parts are about")
}

/// No function is longer than [`LONGEST_FUNCTION`].
pub fn functions_are_short(repo: &Repo) -> Findings {
    let measure = |(path, text): (&str, &str)| {
        let path = path.to_owned();
        functions(text).into_iter().map(move |f| (f.lines, format!("{path}:{}: fn {}", f.line, f.name)))
    };
    let sizes = repo.rust().flat_map(measure).collect();
    ratchet(sizes, LONGEST_FUNCTION, "LONGEST_FUNCTION", "name a part of it and move that out")
}

fn ratchet(sizes: Vec<(usize, String)>, most: usize, name: &str, advice: &str) -> Findings {
    let longest = sizes.iter().map(|(lines, _)| *lines).max().unwrap_or_default();
    if longest * 100 < most * (100 - SLACK_PERCENT) {
        return vec![format!(
            "the longest has {longest} lines: lower {name} ({most}) in tests/tests/tidy/sizes.rs"
        )];
    }
    let too_long = sizes.into_iter().filter(|(lines, _)| *lines > most);
    too_long.map(|(lines, place)| format!("{place}: {lines} lines, {most} at most: {advice}")).collect()
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// Every function with a body: those within another are counted with it and by themselves.
fn functions(text: &str) -> Vec<Function> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let within_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if within_word || name.is_empty() {
            continue;
        }
        if let Some(body) = body(&code[at..]) {
            let line = code[..at].matches('\n').count() + 1;
            found.push(Function { name, line, lines: body.matches('\n').count() + 1 });
        }
    }
    found
}

/// From `fn` to the brace that closes the body; `None` where a semicolon stands in the body's place.
fn body(function: &str) -> Option<&str> {
    let (mut brackets, mut braces) = (0_usize, 0_usize);
    for (at, letter) in function.char_indices() {
        match letter {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return Some(&function[..=at]);
                }
            }
            ';' if brackets == 0 && braces == 0 => return None,
            _ => {}
        }
    }
    None
}

#[test]
fn functions_are_measured() {
    let text = "trait T {\n    fn none(&self, a: [u8; 4]);\n    fn three(&self) {\n        \"}\"\n    }\n}\nfn one() {}\n";
    let measured: Vec<_> = functions(text).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(measured, [("three".to_owned(), 3, 3), ("one".to_owned(), 7, 1)]);
}

#[test]
fn the_ratchet_holds_both_ways() {
    let held = |lines| ratchet(vec![(lines, "a.rs".to_owned())], 100, "MOST", "split it");
    assert!(held(100).is_empty() && held(80).is_empty());
    assert!(held(101)[0].contains("split it") && held(79)[0].contains("lower MOST"));
}
