//! Reads files of the guidance base: Markdown under a TOML front matter between two lines of `+++` (see `guidance/`).

use contracts::intake::{GuidanceEntry, GuidanceKind, GuidanceRung};
use rust_embed::RustEmbed;
use serde::Deserialize;

/// A file that is no entry.
#[derive(Debug, thiserror::Error)]
pub enum GuidanceFileError {
    /// The front matter is missing or does not end.
    #[error("{0}: must begin with a front matter between two lines of +++")]
    FrontMatter(String),
    /// The front matter is not what it should be; names the place in it.
    #[error("{0}: the front matter cannot be read: {1}")]
    Toml(String, toml::de::Error),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    kind: KindWord,
    title: String,
    #[serde(default)]
    province: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    rungs: Vec<RungWord>,
    #[serde(default)]
    lawful_way: String,
    #[serde(default)]
    withdrawn: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Mission,
    Circular,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RungWord {
    Information,
    BeyondCapacity,
    Unlawful,
}

#[derive(RustEmbed)]
#[folder = "guidance/"]
struct Shipped;

/// The entry that a file holds; the file's name without `.md` is the entry's code.
///
/// # Errors
/// When there is no front matter or it cannot be read; unknown keys are refused, so that a misspelt one is not overlooked.
pub fn parse(name: &str, text: &str) -> Result<GuidanceEntry, GuidanceFileError> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let parts = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
    let (front, body) = parts.ok_or_else(|| GuidanceFileError::FrontMatter(name.to_owned()))?;
    let front: FrontMatter =
        toml::from_str(front).map_err(|error| GuidanceFileError::Toml(name.to_owned(), error))?;
    let kind = match front.kind {
        KindWord::Mission => GuidanceKind::Mission,
        KindWord::Circular => GuidanceKind::Circular,
    };
    let rung = |rung: RungWord| match rung {
        RungWord::Information => GuidanceRung::Information.into(),
        RungWord::BeyondCapacity => GuidanceRung::BeyondCapacity.into(),
        RungWord::Unlawful => GuidanceRung::Unlawful.into(),
    };
    Ok(GuidanceEntry {
        entry: name.to_owned(),
        version: 0,
        kind: kind.into(),
        province: front.province,
        agency: front.agency,
        topics: front.topics,
        title: front.title,
        keywords: front.keywords,
        text: body.trim().to_owned(),
        lawful_way: front.lawful_way,
        source: front.source,
        rungs: front.rungs.into_iter().map(rung).collect(),
        withdrawn: front.withdrawn,
        adopted_at: None,
    })
}

/// The entries that come with Samad.
///
/// # Errors
/// Never in a released build: a test reads the files.
pub fn shipped() -> Result<Vec<GuidanceEntry>, GuidanceFileError> {
    let mut files: Vec<_> = Shipped::iter().collect();
    files.sort();
    let read = |file: std::borrow::Cow<'static, str>| {
        let text = Shipped::get(&file).map(|file| String::from_utf8_lossy(&file.data).into_owned());
        parse(file.trim_end_matches(".md"), &text.unwrap_or_default())
    };
    files.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::guidance::faults;

    #[test]
    fn the_shipped_entries_are_without_fault() {
        let entries = shipped().unwrap();
        assert_eq!(faults(&entries), []);
        assert!(entries.len() >= 25, "{}", entries.len());
        for province in ["", "east-azerbaijan", "fars"] {
            assert!(entries.iter().any(|entry| entry.province == province));
        }
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let text = "+++\nkind = \"mission\"\ntitle = \"ا\"\ntopcs = []\n+++\nمتن\n";
        assert!(parse("x", text).unwrap_err().to_string().contains("topcs"));
        assert!(matches!(parse("x", "متن"), Err(GuidanceFileError::FrontMatter(_))));
    }

    proptest! {
        #[test]
        fn no_file_panics(front in "\\PC{0,40}", body in "\\PC{0,40}") {
            let _ = parse("x", &format!("+++\n{front}\n+++\n{body}"));
        }
    }
}
