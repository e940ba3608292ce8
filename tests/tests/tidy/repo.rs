//! The repository's files, as Git knows them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What is wrong and what to do, a line each: `path:line: …`.
pub type Findings = Vec<String>;

/// Texts by path from the root, with `/` between folders. Files that are not UTF-8 are left out.
pub struct Repo {
    files: BTreeMap<String, String>,
}

impl Repo {
    /// The files that are committed or could be: ignored ones are not looked at.
    pub fn checkout() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .expect("tidy asks git which files there are: install git");
        let errors = String::from_utf8_lossy(&listed.stderr);
        assert!(listed.status.success(), "tidy runs in a git checkout only: {errors}");
        let paths = String::from_utf8(listed.stdout).expect("paths in UTF-8");
        // A file that was deleted but not yet committed is listed and cannot be read.
        let read = |path: &str| Some((path.to_owned(), std::fs::read_to_string(root.join(path)).ok()?));
        Self { files: paths.split_terminator('\0').filter_map(read).collect() }
    }

    /// A repository made up for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self { files: files.iter().map(own).collect() }
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Paths and texts, ordered by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The folders and manifests of the packages.
    pub fn packages(&self) -> impl Iterator<Item = (&str, toml::Table)> {
        self.files().filter_map(|(path, text)| {
            let folder = path.strip_suffix("/Cargo.toml")?;
            Some((folder, text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))))
        })
    }
}

/// The room of a service that a file lies in: `store` of `services/audit/src/store/salts.rs` and of
/// `services/audit/src/store.rs`.
pub fn room(path: &str) -> Option<&str> {
    let (_service, inside) = path.strip_prefix("services/")?.split_once("/src/")?;
    let first = inside.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

/// Whether `word` stands in `line` with no letter, digit or underscore beside it.
pub fn has_word(line: &str, word: &str) -> bool {
    let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| !beside(line[..at].chars().last()) && !beside(line[at + word.len()..].chars().next()))
}
