//! Which request of the endpoint is which referral: a file to which lines are added, read again at the start.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use jiff::Timestamp;
use sdk::ReferralId;
use serde::{Deserialize, Serialize};

/// Where a referral stands with the endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It was perhaps filed: from this moment on.
    Begun(Timestamp),
    /// It is filed, and its id will be known by this token.
    Token(String),
    /// It is filed under this id.
    Filed(String),
    /// It was answered, returned or withdrawn.
    Ended,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Referral {
        id: String,
        standing: Standing,
    },
    /// Updates were read until then.
    Read {
        until: Timestamp,
    },
}

/// One agency's book.
pub(crate) struct Book {
    kept: Mutex<Kept>,
    /// Held as long as this process files for the agency.
    _lock: File,
}

#[derive(Default)]
struct Known {
    /// In order, so that what is asked is asked in the same order again.
    standings: BTreeMap<ReferralId, Standing>,
    read_until: Option<Timestamp>,
}

struct Kept {
    file: File,
    known: Known,
}

impl Book {
    /// The book in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be used or belongs to another process.
    pub fn open(folder: &Path) -> Result<Self> {
        let in_use =
            format!("another process files from {}: stop it, or name the agency once", folder.display());
        let lock = chassis::hold_private(folder, &in_use)?;
        let path = folder.join("book.jsonl");
        let known = read(&path)?;
        let file = rewritten(&path, &known)?;
        Ok(Book { kept: Mutex::new(Kept { file, known }), _lock: lock })
    }

    /// Where the referral stands; none: it was never filed.
    pub fn standing(&self, referral: ReferralId) -> Option<Standing> {
        self.lock().known.standings.get(&referral).cloned()
    }

    /// On the disk when it returns.
    pub fn write(&self, referral: ReferralId, standing: Standing) -> Result<()> {
        let mut kept = self.lock();
        kept.append(&Line::Referral { id: referral.to_string(), standing: standing.clone() })?;
        kept.known.standings.insert(referral, standing);
        Ok(())
    }

    /// Updates were read until then.
    pub fn read_until(&self, until: Timestamp) -> Result<()> {
        let mut kept = self.lock();
        kept.append(&Line::Read { until })?;
        kept.known.read_until = Some(until);
        Ok(())
    }

    /// Until when updates were read; none: never.
    pub fn was_read_until(&self) -> Option<Timestamp> {
        self.lock().known.read_until
    }

    /// The referrals whose ids are not known yet, by their tokens.
    pub fn tokens(&self) -> Vec<(ReferralId, String)> {
        self.each(|standing| if let Standing::Token(token) = standing { Some(token) } else { None })
    }

    /// The referrals that are open, by the ids of their requests.
    pub fn filed(&self) -> HashMap<String, ReferralId> {
        let filed = self.each(|standing| if let Standing::Filed(id) = standing { Some(id) } else { None });
        filed.into_iter().map(|(referral, id)| (id, referral)).collect()
    }

    fn each(&self, of: fn(&Standing) -> Option<&String>) -> Vec<(ReferralId, String)> {
        let kept = self.lock();
        let named =
            kept.known.standings.iter().filter_map(|(id, standing)| Some((*id, of(standing)?.clone())));
        named.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn append(&mut self, line: &Line) -> Result<()> {
        self.file.write_all(written(line)?.as_bytes())?;
        Ok(self.file.sync_data()?)
    }
}

fn written(line: &Line) -> Result<String> {
    Ok(serde_json::to_string(line)? + "\n")
}

/// What the file says. Its last line may be half: then it was never relied on.
fn read(path: &PathBuf) -> Result<Known> {
    let mut known = Known::default();
    let text = if path.exists() { fs::read_to_string(path)? } else { String::new() };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines() {
        let damaged = || format!("{} is damaged: move it away and start again", path.display());
        match serde_json::from_str(line).with_context(damaged)? {
            Line::Referral { id, standing } => {
                known.standings.insert(id.parse().with_context(damaged)?, standing);
            }
            Line::Read { until } => known.read_until = Some(until),
        }
    }
    // Whoever ended is refused by Samad should it come again.
    known.standings.retain(|_, standing| *standing != Standing::Ended);
    Ok(known)
}

/// The file with only what still counts, open for more.
fn rewritten(path: &PathBuf, known: &Known) -> Result<File> {
    let mut text = String::new();
    for (referral, standing) in &known.standings {
        text += &written(&Line::Referral { id: referral.to_string(), standing: standing.clone() })?;
    }
    if let Some(until) = known.read_until {
        text += &written(&Line::Read { until })?;
    }
    chassis::write_private(path, &text)?;
    Ok(File::options().append(true).open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn referral(number: u8) -> ReferralId {
        format!("01995f00-0000-7000-8000-0000000000{number:02}").parse().unwrap()
    }

    #[test]
    fn what_is_written_is_known_after_a_kill_and_ended_ones_are_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path()).unwrap();
        let moment = "2025-10-01T04:30:00Z".parse().unwrap();
        book.write(referral(1), Standing::Begun(moment)).unwrap();
        book.write(referral(2), Standing::Token("t".into())).unwrap();
        book.write(referral(3), Standing::Filed("r".into())).unwrap();
        book.write(referral(4), Standing::Filed("s".into())).unwrap();
        book.write(referral(4), Standing::Ended).unwrap();
        book.read_until(moment).unwrap();
        assert!(Book::open(folder.path()).is_err(), "one process at a time");
        drop(book);
        let path = folder.path().join("book.jsonl");
        let half = fs::read_to_string(&path).unwrap() + "{\"referral\": {\"id\": \"0199";
        fs::write(&path, half).unwrap();

        let book = Book::open(folder.path()).unwrap();
        assert_eq!(book.standing(referral(1)), Some(Standing::Begun(moment)));
        assert_eq!(book.tokens(), [(referral(2), "t".to_owned())]);
        assert_eq!(book.filed(), HashMap::from([("r".to_owned(), referral(3))]));
        assert_eq!((book.standing(referral(4)), book.was_read_until()), (None, Some(moment)));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4);
    }
}
