//! Names that say nothing of what is inside.

use crate::lexer::code;
use crate::repo::{Findings, Repo};

/// Everything fits into these, so everything ends up in them.
const JUNK_DRAWERS: [&str; 9] =
    ["common", "util", "utils", "core", "shared", "helper", "helpers", "types", "misc"];

/// No crate, folder of code or module bears such a name.
pub fn nothing_is_called_a_junk_drawer(repo: &Repo) -> Findings {
    let mut findings = Findings::new();
    for (path, text) in repo.rust() {
        let junk = |name: &&str| JUNK_DRAWERS.contains(&name.strip_suffix(".rs").unwrap_or(name));
        if let Some(name) = path.split('/').find(junk) {
            findings.push(format!("{path}: name `{name}` for what it holds"));
        }
        for (line, words) in code(text).lines().enumerate() {
            let inline = words.trim().strip_suffix('{').and_then(|words| words.trim().rsplit_once("mod "));
            if let Some((_, name)) = inline.filter(|(_, name)| JUNK_DRAWERS.contains(name)) {
                findings.push(format!("{path}:{}: name the module `{name}` for what it holds", line + 1));
            }
        }
    }
    findings
}

#[test]
fn junk_drawers_are_found() {
    let found = |path, text| nothing_is_called_a_junk_drawer(&Repo::of(&[(path, text)])).len();
    assert_eq!(found("crates/bus/src/utils.rs", ""), 1);
    assert_eq!(found("crates/common/src/lib.rs", ""), 1);
    assert_eq!(found("crates/bus/src/lib.rs", "pub mod types {\n}\nmod prototypes {\n}"), 1);
}
