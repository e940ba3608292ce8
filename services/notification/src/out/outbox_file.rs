//! A file that stands for SMS and e-mail where neither is configured: one JSON object a line, each notice once, by
//! however many replicas. What is enclosed stands beside it, in a folder of its own.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Result, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::Letter;
use crate::domain::notice::Document;
use crate::domain::reach::masked_address;

/// The file; readable by its user only, for it holds what citizens are told.
pub struct OutboxFile {
    path: PathBuf,
    /// Up to here no line is of a notice that was taken since.
    read_to: AtomicU64,
}

#[derive(Serialize)]
struct Line<'a> {
    notice_id: String,
    to: String,
    text: &'a str,
    /// Files in the folder beside this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enclosed: Vec<&'a str>,
}

/// What tells a line from another.
#[derive(Deserialize)]
struct Written {
    notice_id: String,
}

/// The folder for what is enclosed.
const ENCLOSED: &str = "enclosed";

impl OutboxFile {
    /// The file at that path; made with the first message.
    pub fn new(path: &Path) -> Self {
        OutboxFile { path: path.to_owned(), read_to: AtomicU64::new(0) }
    }

    /// Appends all that are not there yet: a replica that was killed after its write had no time to say so.
    pub async fn append(&self, letters: &[Letter]) -> std::result::Result<(), String> {
        let mut lines = Vec::with_capacity(letters.len());
        for letter in letters {
            let notice_id = letter.notice_id.to_string();
            let line = Line {
                notice_id: notice_id.clone(),
                to: masked_address(&letter.contact),
                text: &letter.text,
                enclosed: letter.enclosed.iter().map(|document| document.name.as_str()).collect(),
            };
            let line = serde_json::to_string(&line).map_err(|_| "a line cannot be written".to_owned())?;
            lines.push((notice_id, line + "\n"));
        }
        // What was tried before may be anywhere in the file; what is new can only have come since the last look.
        let from = match letters.iter().any(|letter| letter.is_repeated) {
            true => 0,
            false => self.read_to.load(Ordering::Relaxed),
        };
        let path = self.path.clone();
        let enclosed: Vec<_> = letters.iter().map(|letter| letter.enclosed.clone()).collect();
        let written = tokio::task::spawn_blocking(move || {
            enclosed
                .iter()
                .flat_map(|documents| documents.iter())
                .try_for_each(|one| lay_beside(&path, one))?;
            write(&path, from, lines)
        })
        .await;
        let written = written.map_err(|_| "writing the outbox file was broken off".to_owned())?;
        let end = written.map_err(|error| format!("the outbox file cannot be written: {}", error.kind()))?;
        self.read_to.store(end, Ordering::Relaxed);
        Ok(())
    }
}

/// Writes the lines of notices that have none from byte `from` on, while nobody else writes; where the file then ends.
fn write(path: &Path, from: u64, lines: Vec<(String, String)>) -> Result<u64> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut file =
        OpenOptions::new().create(true).read(true).write(true).truncate(false).mode(0o600).open(path)?;
    file.lock()?;
    let (there, end) = read(&mut file, from)?;
    let new = lines.into_iter().filter(|(notice_id, _)| !there.contains(notice_id));
    let new: String = new.map(|(_, line)| line).collect();
    // A line that was broken off is of a notice that is not told yet.
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    file.write_all(new.as_bytes())?;
    Ok(end + new.len() as u64)
}

/// The notices that have a line from byte `from` on, and where the last whole line ends.
fn read(file: &mut File, from: u64) -> Result<(HashSet<String>, u64)> {
    let from = from.min(file.metadata()?.len());
    file.seek(SeekFrom::Start(from))?;
    let (mut there, mut end, mut line) = (HashSet::new(), from, Vec::new());
    let mut lines = BufReader::new(file);
    while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        // A line that is none of ours stays where it is.
        if let Ok(written) = serde_json::from_slice::<Written>(&line) {
            there.insert(written.notice_id);
        }
        end += line.len() as u64;
        line.clear();
    }
    Ok((there, end))
}

/// Under its name, once: the same report has the same name and the same bytes for all its recipients.
fn lay_beside(path: &Path, document: &Document) -> Result<()> {
    let name = Path::new(&document.name).file_name().ok_or(std::io::ErrorKind::InvalidFilename)?;
    let folder = path.with_file_name(ENCLOSED);
    std::fs::create_dir_all(&folder)?;
    let mut file =
        OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(folder.join(name))?;
    file.write_all(&document.bytes)
}

#[cfg(test)]
mod tests {
    use contracts::NoticeId;
    use contracts::intake::ContactPoint;
    use uuid::Uuid;

    use super::*;

    fn letter(id: u128, is_repeated: bool) -> Letter {
        let (contact, text) = (ContactPoint::default(), format!("متن {id}"));
        let notice_id = NoticeId(Uuid::from_u128(id));
        Letter { notice_id, contact, text, enclosed: [].into(), is_repeated }
    }

    fn ids(path: &Path) -> Vec<u128> {
        let text = std::fs::read_to_string(path).unwrap();
        let id = |line: &str| serde_json::from_str::<Written>(line).unwrap().notice_id;
        text.lines().map(|line| Uuid::parse_str(&id(line)).unwrap().as_u128()).collect()
    }

    #[tokio::test]
    async fn a_notice_has_one_line_whoever_writes_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out/notices.jsonl");
        let (one, other) = (OutboxFile::new(&path), OutboxFile::new(&path));
        one.append(&[letter(1, false), letter(2, false)]).await.unwrap();
        other.append(&[letter(3, false)]).await.unwrap();
        // The first was killed before it said so: the second has its notices, among new ones.
        other.append(&[letter(2, true), letter(4, false)]).await.unwrap();
        // And the first was only slow: it wrote what the second had taken from it meanwhile.
        one.append(&[letter(4, false), letter(5, false)]).await.unwrap();
        assert_eq!(ids(&path), [1, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn a_line_that_was_broken_off_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notices.jsonl");
        OutboxFile::new(&path).append(&[letter(1, false), letter(2, false)]).await.unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 7]).unwrap();
        OutboxFile::new(&path).append(&[letter(2, true), letter(3, false)]).await.unwrap();
        assert_eq!(ids(&path), [1, 2, 3]);
    }
}
