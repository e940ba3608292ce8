//! What is not delivered yet: a file a message, which outlives the process.
//!
//! The broker cannot be the store: it delays by the machine's time and not by the clock, it forgets how often a message was
//! tried when its disk is lost, and it stops giving once 500 messages wait, whosever endpoint they wait for.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::event::Event;

/// Messages that wait at most; more stay with the broker. Some 30 MB.
const FULL: usize = 10_000;
/// How the files end.
const ENDING: &str = "event";
/// How those end that cannot be read.
const ASIDE: &str = "damaged";
/// The file that stops the pushing.
const DISABLED: &str = "disabled";

/// A message that waits: the first line of its file; the body follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// Its place in the order of arrival; also the file's name.
    pub place: u64,
    /// The fact's id.
    pub id: String,
    /// The referral it is about.
    pub referral: String,
    /// See [`Event::is_referral`].
    pub is_referral: bool,
    /// Tries that failed.
    pub failures: u32,
    /// When it is tried next.
    pub due_at: Timestamp,
}

/// One agency's folder.
pub(crate) struct Spool {
    folder: PathBuf,
    waiting: Mutex<BTreeMap<u64, Waiting>>,
    arrived: Notify,
    /// Held as long as this process pushes for the agency.
    _lock: File,
}

impl Spool {
    /// The spool in `folder`, which is made if it is not there; with everything that waits in it.
    ///
    /// # Errors
    /// When the folder cannot be used or belongs to another process. A damaged file is set aside.
    pub fn open(folder: &Path) -> Result<Self> {
        let in_use = format!(
            "another process pushes from {}: stop it, or name the agency once in the configuration",
            folder.display()
        );
        let lock = chassis::hold_private(folder, &in_use)?;
        let mut waiting = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if file.extension().is_some_and(|ending| ending == ENDING) {
                match read(&file)? {
                    Some((message, _)) => drop(waiting.insert(message.place, message)),
                    None => set_aside(&file)?,
                }
            }
        }
        let (folder, waiting) = (folder.to_owned(), Mutex::new(waiting));
        Ok(Spool { folder, waiting, arrived: Notify::new(), _lock: lock })
    }

    /// Keeps new messages, due at `now`; those that wait already are passed over. On the disk when it returns.
    pub fn keep(&self, events: Vec<Event>, now: Timestamp) -> Result<()> {
        let mut known: HashSet<String> = self.lock().values().map(|message| message.id.clone()).collect();
        for Event { id, referral, is_referral, body } in events {
            if !known.insert(id.clone()) {
                continue;
            }
            let place = self.lock().last_key_value().map_or(0, |(place, _)| place + 1);
            let message = Waiting { place, id, referral, is_referral, failures: 0, due_at: now };
            self.write(&message, &body)?;
            self.lock().insert(place, message);
        }
        // A renamed file is not yet a name that survives the machine.
        File::open(&self.folder)?.sync_all()?;
        self.arrived.notify_one();
        Ok(())
    }

    /// Whether no more is to be kept now.
    pub fn is_full(&self) -> bool {
        self.lock().len() >= FULL
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Returns once new messages were kept.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// The messages that may be tried now, at most `most`: the first of each referral that is not `busy`, if it is due.
    pub fn due(&self, now: Timestamp, busy: &HashSet<String>, most: usize) -> Vec<Waiting> {
        let waiting = self.lock();
        heads(&waiting, busy).filter(|message| message.due_at <= now).take(most).cloned().collect()
    }

    /// When the next of those that are not `busy` is due.
    pub fn next_due(&self, busy: &HashSet<String>) -> Option<Timestamp> {
        heads(&self.lock(), busy).map(|message| message.due_at).min()
    }

    /// A message's body; none where its file is damaged: then it is set aside and waits no more.
    pub fn body(&self, message: &Waiting) -> Result<Option<String>> {
        let file = self.file(message.place);
        let read = read(&file)?;
        if read.is_none() {
            set_aside(&file)?;
            self.lock().remove(&message.place);
        }
        Ok(read.map(|(_, body)| body))
    }

    /// A try failed: the next one is due then.
    pub fn postpone(&self, message: Waiting) -> Result<()> {
        if let Some(body) = self.body(&message)? {
            self.write(&message, &body)?;
            self.lock().insert(message.place, message);
        }
        Ok(())
    }

    /// What waits at `place` is not tried before then; for as long as this process lives.
    pub fn defer(&self, place: u64, due_at: Timestamp) {
        if let Some(message) = self.lock().get_mut(&place) {
            message.due_at = due_at;
        }
    }

    /// A message was delivered. Should the machine stop now, it is delivered once more, under the same id.
    pub fn forget(&self, message: &Waiting) -> Result<()> {
        self.lock().remove(&message.place);
        match fs::remove_file(self.file(message.place)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Stops the pushing, for this reason, until somebody removes the file.
    pub fn disable(&self, reason: &str) -> Result<()> {
        Ok(chassis::write_private(&self.disabled_by(), reason)?)
    }

    /// Whether the pushing is stopped.
    pub fn is_disabled(&self) -> bool {
        self.disabled_by().exists()
    }

    /// The file that stops the pushing.
    pub fn disabled_by(&self) -> PathBuf {
        self.folder.join(DISABLED)
    }

    fn write(&self, message: &Waiting, body: &str) -> Result<()> {
        let text = format!("{}\n{body}", serde_json::to_string(message)?);
        Ok(chassis::write_private(&self.file(message.place), &text)?)
    }

    fn file(&self, place: u64) -> PathBuf {
        self.folder.join(format!("{place:020}.{ENDING}"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first message of each referral that is not busy, in the order of arrival.
fn heads<'a>(
    waiting: &'a BTreeMap<u64, Waiting>,
    busy: &'a HashSet<String>,
) -> impl Iterator<Item = &'a Waiting> {
    let mut seen = HashSet::new();
    waiting
        .values()
        .filter(move |message| !busy.contains(&message.referral) && seen.insert(message.referral.as_str()))
}

/// The message in a file; none where it holds none.
fn read(file: &Path) -> io::Result<Option<(Waiting, String)>> {
    let text = match fs::read_to_string(file) {
        Err(error) if [ErrorKind::InvalidData, ErrorKind::NotFound].contains(&error.kind()) => {
            return Ok(None);
        }
        text => text?,
    };
    let parts = text.split_once('\n');
    Ok(parts.and_then(|(head, body)| Some((serde_json::from_str(head).ok()?, body.to_owned()))))
}

/// Keeps a damaged file for a person's eyes.
fn set_aside(file: &Path) -> io::Result<()> {
    let aside = file.with_extension(ASIDE);
    tracing::error!(
        file = %aside.display(),
        "a message was damaged on the disk and set aside: its agency sees the referral by GET /api/v1/agency/referrals"
    );
    match fs::rename(file, aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        renamed => renamed,
    }
}

#[cfg(test)]
#[path = "spool_tests.rs"]
mod tests;
