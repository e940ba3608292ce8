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
    /// It was filed at that moment, and its id will be known by this token.
    Token { token: String, since: Timestamp },
    /// It is filed under this id.
    Filed(String),
    /// It was answered then, by this update; a reviewer may yet give the answer back.
    Answered { id: String, update: String, at: Timestamp },
    /// It is filed under this id, and the answer of this update was given back.
    Reopened { id: String, update: String },
    /// It was returned or withdrawn then: should it come again, nothing is filed for it.
    Ended(Timestamp),
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Referral {
        id: String,
        standing: Standing,
    },
    /// It was over long ago.
    Gone {
        id: String,
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
    read: Reading,
}

/// How far updates were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// None: never.
    pub until: Option<Timestamp>,
    /// How often a request was found late: what was read before that was read without it.
    found: u64,
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
        self.lock().write(referral, standing)
    }

    /// The same, unless the referral stands elsewhere by now.
    pub fn replace(&self, referral: ReferralId, from: &Standing, to: Standing) -> Result<()> {
        let mut kept = self.lock();
        if kept.known.standings.get(&referral) == Some(from) { kept.write(referral, to) } else { Ok(()) }
    }

    /// The referral's request is found under this id, filed at `since`: what was said of it from then on was read as said of
    /// a stranger's request, and is read again. Nothing, if the referral stands elsewhere than at `from` by now.
    pub fn found(&self, referral: ReferralId, from: &Standing, id: String, since: Timestamp) -> Result<()> {
        let mut kept = self.lock();
        if kept.known.standings.get(&referral) != Some(from) {
            return Ok(());
        }
        if kept.known.read.until.is_none_or(|until| since < until) {
            kept.append(&Line::Read { until: since })?;
            kept.known.read.until = Some(since);
        }
        kept.known.read.found += 1;
        kept.write(referral, Standing::Filed(id))
    }

    /// Updates were read until then, if no request was found since `reading`.
    pub fn read_until(&self, reading: Reading, until: Timestamp) -> Result<()> {
        let mut kept = self.lock();
        if kept.known.read == reading {
            kept.append(&Line::Read { until })?;
            kept.known.read.until = Some(until);
        }
        Ok(())
    }

    /// How far updates were read.
    pub fn reading(&self) -> Reading {
        self.lock().known.read
    }

    /// Lets go what was answered or ended before `moment`: nobody gives it back and nothing repeats it any more.
    pub fn let_go(&self, moment: Timestamp) -> Result<()> {
        let over = self.each(|standing| match standing {
            Standing::Answered { at, .. } | Standing::Ended(at) => Some(*at),
            _ => None,
        });
        let mut kept = self.lock();
        for (referral, _) in over.into_iter().filter(|(_, at)| *at < moment) {
            kept.append(&Line::Gone { id: referral.to_string() })?;
            kept.known.standings.remove(&referral);
        }
        Ok(())
    }

    /// The referrals whose ids are not known yet, with their tokens and the moments that they were filed.
    pub fn tokens(&self) -> Vec<(ReferralId, (String, Timestamp))> {
        self.each(|standing| match standing {
            Standing::Token { token, since } => Some((token.clone(), *since)),
            _ => None,
        })
    }

    /// The referrals that are open, by the ids of their requests.
    pub fn filed(&self) -> HashMap<String, ReferralId> {
        let filed = self.each(|standing| match standing {
            Standing::Filed(id) | Standing::Reopened { id, .. } => Some(id.clone()),
            _ => None,
        });
        filed.into_iter().map(|(referral, id)| (id, referral)).collect()
    }

    fn each<T>(&self, of: fn(&Standing) -> Option<T>) -> Vec<(ReferralId, T)> {
        let kept = self.lock();
        kept.known.standings.iter().filter_map(|(id, standing)| Some((*id, of(standing)?))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn write(&mut self, referral: ReferralId, standing: Standing) -> Result<()> {
        self.append(&Line::Referral { id: referral.to_string(), standing: standing.clone() })?;
        self.known.standings.insert(referral, standing);
        Ok(())
    }

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
            Line::Gone { id } => drop(known.standings.remove(&id.parse().with_context(damaged)?)),
            Line::Read { until } => known.read.until = Some(until),
        }
    }
    Ok(known)
}

/// The file with only what still counts, open for more.
fn rewritten(path: &PathBuf, known: &Known) -> Result<File> {
    let mut text = String::new();
    for (referral, standing) in &known.standings {
        text += &written(&Line::Referral { id: referral.to_string(), standing: standing.clone() })?;
    }
    if let Some(until) = known.read.until {
        text += &written(&Line::Read { until })?;
    }
    chassis::write_private(path, &text)?;
    Ok(File::options().append(true).open(path)?)
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
