//! A moment that stands until somebody moves it, kept in a file: any number of processes see the same one.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;

/// Microseconds since 1970, then their complement: a moment of which only a part is written is noticed.
const BYTES: usize = 16;
/// A writer needs microseconds; whoever meets it reads again.
const READS: usize = 1_000;

/// The file, opened once: a look costs one `pread`.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    file: File,
    /// The latest moment that was read: what this process has seen it never takes back.
    seen: AtomicI64,
}

impl Held {
    /// Makes the file, which must not be there yet.
    pub(super) fn make(path: &Path, moment: Timestamp) -> Result<Self> {
        let made = OpenOptions::new().write(true).create_new(true).open(path);
        let file = made.with_context(|| format!("a held clock cannot be made at {}", path.display()))?;
        file.write_all_at(&written(moment.as_microsecond()), 0)?;
        Self::open(path)
    }

    /// Opens the file that another made.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("{} holds no clock", path.display()))?;
        let path = std::path::absolute(path)?;
        let held = Held { path, file, seen: AtomicI64::new(i64::MIN) };
        let read = held.read().with_context(|| format!("{} holds no clock", held.path.display()))?;
        held.seen.store(read, Ordering::Relaxed);
        Ok(held)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The moment; the latest that was seen, should the disk fail.
    pub(super) fn now(&self) -> Timestamp {
        let read = self.read().unwrap_or(i64::MIN);
        let now = self.seen.fetch_max(read, Ordering::Relaxed).max(read);
        Timestamp::from_microsecond(now).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves on to `moment`, to the microsecond. Who moves it at the same time waits.
    pub(super) fn advance(&self, moment: Timestamp) -> Result<()> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path);
        let file = file.with_context(|| format!("the clock {} cannot be moved", self.path.display()))?;
        file.lock()?;
        let now = self.now();
        ensure!(moment >= now, "the clock shows {now} and never goes back: {moment} is over");
        Ok(file.write_all_at(&written(moment.as_microsecond()), 0)?)
    }

    fn read(&self) -> Result<i64> {
        let mut bytes = [0; BYTES];
        for _ in 0..READS {
            self.file.read_exact_at(&mut bytes, 0)?;
            let (moment, complement) = bytes.split_at(BYTES / 2);
            let (moment, complement) =
                (i64::from_le_bytes(moment.try_into()?), i64::from_le_bytes(complement.try_into()?));
            if moment == !complement {
                return Ok(moment);
            }
        }
        bail!("the moment is damaged")
    }
}

fn written(micros: i64) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let (moment, complement) = bytes.split_at_mut(BYTES / 2);
    moment.copy_from_slice(&micros.to_le_bytes());
    complement.copy_from_slice(&(!micros).to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        #[test]
        fn whoever_moves_it_all_see_the_latest_and_it_never_goes_back(moves in prop::collection::vec((0usize..3, -9_000i64..9_000), 0..40)) {
            let folder = folder();
            let path = folder.path().join("clock");
            let hands = [Held::make(&path, at(0)).unwrap(), Held::open(&path).unwrap(), Held::open(&path).unwrap()];
            let mut latest = at(0);
            for (hand, second) in moves {
                prop_assert_eq!(hands[hand].advance(at(second)).is_ok(), at(second) >= latest);
                latest = latest.max(at(second));
                for hand in &hands {
                    prop_assert_eq!(hand.now(), latest);
                }
            }
        }
    }

    #[test]
    fn readers_never_see_half_a_moment() {
        let folder = folder();
        let path = folder.path().join("clock");
        let (writer, reader) = (Held::make(&path, at(0)).unwrap(), Held::open(&path).unwrap());
        std::thread::scope(|scope| {
            scope.spawn(|| (0..2_000).for_each(|step| writer.advance(at(step << 20)).unwrap()));
            let mut last = at(0);
            while last < at(1_999 << 20) {
                let now = reader.now();
                assert!(now >= last && now.as_second() % (1 << 20) == 0, "{now}");
                last = now;
            }
        });
    }

    #[test]
    fn what_is_damaged_or_there_already_is_refused() {
        let folder = folder();
        let path = folder.path().join("clock");
        assert!(Held::open(&path).is_err());
        std::fs::write(&path, "half past seven!").unwrap();
        assert!(Held::open(&path).is_err());
        assert!(Held::make(&path, at(0)).is_err());
    }

    #[test]
    fn a_failing_disk_leaves_what_was_seen() {
        let folder = folder();
        let path = folder.path().join("clock");
        let held = Held::make(&path, at(7)).unwrap();
        OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
        assert_eq!(held.now(), at(7));
    }
}
