//! A file that stands for SMS and e-mail where neither is configured: one JSON object a line. What is enclosed stands
//! beside it, in a folder of its own.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Letter;
use crate::domain::notice::Document;
use crate::domain::reach::masked_address;

/// The file; readable by its user only, for it holds what citizens are told.
pub struct OutboxFile(PathBuf);

#[derive(Serialize)]
struct Line<'a> {
    notice_id: String,
    to: String,
    text: &'a str,
    /// Files in the folder beside this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enclosed: Vec<&'a str>,
}

/// The folder for what is enclosed.
const ENCLOSED: &str = "enclosed";

impl OutboxFile {
    /// The file at that path; made with the first message.
    pub fn new(path: &Path) -> Self {
        OutboxFile(path.to_owned())
    }

    /// Appends all of them in one write, so that replicas do not mix their lines.
    pub async fn append(&self, letters: &[Letter]) -> Result<(), String> {
        let mut lines = Vec::new();
        for letter in letters {
            let line = Line {
                notice_id: letter.notice_id.to_string(),
                to: masked_address(&letter.contact),
                text: &letter.text,
                enclosed: letter.enclosed.iter().map(|document| document.name.as_str()).collect(),
            };
            serde_json::to_writer(&mut lines, &line).map_err(|_| "a line cannot be written".to_owned())?;
            lines.push(b'\n');
        }
        let path = self.0.clone();
        let enclosed: Vec<_> = letters.iter().map(|letter| letter.enclosed.clone()).collect();
        let written = tokio::task::spawn_blocking(move || {
            enclosed
                .iter()
                .flat_map(|documents| documents.iter())
                .try_for_each(|one| lay_beside(&path, one))?;
            write(&path, &lines)
        })
        .await;
        let written = written.map_err(|_| "writing the outbox file was broken off".to_owned())?;
        written.map_err(|error| format!("the outbox file cannot be written: {}", error.kind()))
    }
}

fn write(path: &Path, lines: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?.write_all(lines)
}

/// Under its name, once: the same report has the same name and the same bytes for all its recipients.
fn lay_beside(path: &Path, document: &Document) -> std::io::Result<()> {
    let name = Path::new(&document.name).file_name().ok_or(std::io::ErrorKind::InvalidFilename)?;
    let folder = path.with_file_name(ENCLOSED);
    std::fs::create_dir_all(&folder)?;
    let mut file =
        OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(folder.join(name))?;
    file.write_all(&document.bytes)
}
