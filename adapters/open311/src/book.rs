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
    /// It was returned or withdrawn, or answered long ago.
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

    /// On the disk when it returns. What has ended is let go.
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

    /// Lets go what was answered before `moment`: no reviewer gives it back any more.
    pub fn let_go(&self, moment: Timestamp) -> Result<()> {
        let over = self.each(|standing| match standing {
            Standing::Answered { at, .. } => Some(*at),
            _ => None,
        });
        for (referral, _) in over.into_iter().filter(|(_, at)| *at < moment) {
            self.write(referral, Standing::Ended)?;
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
        match standing {
            // Should it come again, Samad refuses whatever is said of it.
            Standing::Ended => self.known.standings.remove(&referral),
            standing => self.known.standings.insert(referral, standing),
        };
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
            Line::Read { until } => known.read.until = Some(until),
        }
    }
    known.standings.retain(|_, standing| *standing != Standing::Ended);
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
        book.write(referral(2), Standing::Token { token: "t".into(), since: moment }).unwrap();
        book.write(referral(3), Standing::Filed("r".into())).unwrap();
        book.write(referral(4), Standing::Filed("s".into())).unwrap();
        book.write(referral(4), Standing::Ended).unwrap();
        assert_eq!(book.standing(referral(4)), None);
        book.read_until(book.reading(), moment).unwrap();
        assert!(Book::open(folder.path()).is_err(), "one process at a time");
        drop(book);
        let path = folder.path().join("book.jsonl");
        let half = fs::read_to_string(&path).unwrap() + "{\"referral\": {\"id\": \"0199";
        fs::write(&path, half).unwrap();

        let book = Book::open(folder.path()).unwrap();
        assert_eq!(book.standing(referral(1)), Some(Standing::Begun(moment)));
        assert_eq!(book.tokens(), [(referral(2), ("t".to_owned(), moment))]);
        assert_eq!(book.filed(), HashMap::from([("r".to_owned(), referral(3))]));
        assert_eq!((book.standing(referral(4)), book.reading().until), (None, Some(moment)));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4);
    }

    #[test]
    fn what_was_read_without_a_request_that_is_found_late_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path()).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let (early, late) = (Standing::Begun(at(10)), Standing::Begun(at(60)));
        book.write(referral(1), early.clone()).unwrap();
        book.write(referral(2), late.clone()).unwrap();
        book.read_until(book.reading(), at(50)).unwrap();
        book.found(referral(1), &early, "r".into(), at(10)).unwrap();
        assert_eq!(book.reading().until, Some(at(10)));
        // Found while a window was read that begins before it.
        let reading = book.reading();
        book.found(referral(2), &late, "s".into(), at(60)).unwrap();
        book.read_until(reading, at(90)).unwrap();
        assert_eq!(book.reading().until, Some(at(10)));
        // What stands elsewhere by now is not moved.
        book.found(referral(2), &late, "t".into(), at(1)).unwrap();
        assert_eq!((book.filed().len(), book.filed().contains_key("t")), (2, false));
    }

    #[test]
    fn an_answer_that_was_given_back_is_filed_again_and_one_of_long_ago_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path()).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let answered = |at| Standing::Answered { id: "r".into(), update: "u".into(), at };
        book.write(referral(1), answered(at(1))).unwrap();
        book.write(referral(2), answered(at(9))).unwrap();
        book.let_go(at(5)).unwrap();
        assert_eq!((book.standing(referral(1)), book.filed().len()), (None, 0));
        let reopened = Standing::Reopened { id: "r".into(), update: "u".into() };
        book.replace(referral(2), &answered(at(9)), reopened.clone()).unwrap();
        drop(book);
        let book = Book::open(folder.path()).unwrap();
        assert_eq!(book.standing(referral(2)), Some(reopened));
        assert_eq!(book.filed(), HashMap::from([("r".to_owned(), referral(2))]));
    }
}
