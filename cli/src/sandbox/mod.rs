//! A developer's private world, and what may be done in it that no live installation lets anyone do: bring a matter
//! to an agency, decide on it as the province would, move time.
//!
//! All of it goes through the services' real doors. Only the feed ([`Feed`]) reaches past them, to give an adapter
//! what a broker gives on a bad day.

mod deeds;
mod feed;
mod matter;
mod rulings;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chassis::clock::Clock;
use contracts::routing::{Agency, ListAgenciesRequest};
use jiff::Timestamp;
use tokio::time::Instant;
use trust::Kind;

use crate::doors::Doors;
use crate::keyring::Keyring;
use crate::simulate::{held_clock, hold_clock};

pub use deeds::{Hand, Issued};
pub use feed::{Feed, is_about};
pub use matter::{Draft, Way};

/// The agency that is tried unless another is named.
pub const AGENCY: &str = "ea-water";
/// How long the services may take to do what follows from a deed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at what is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// A sandbox that runs.
#[derive(Clone)]
pub struct Sandbox {
    /// Its folder.
    pub data: PathBuf,
    /// Its services, for who runs it.
    pub doors: Doors,
    /// Its broker's address.
    pub nats_url: String,
    clock: Clock,
}

/// The clock of the sandbox in `data`, which is begun at `now` if nothing is there.
///
/// # Errors
/// When something else is there, or the folder cannot be written.
pub fn begin(data: &Path, now: Timestamp) -> Result<Clock> {
    if let Some(clock) = held_clock(data)? {
        return Ok(clock);
    }
    let another = || format!("{}: name a folder that is empty or not there with --data", data.display());
    std::fs::create_dir_all(data).with_context(another)?;
    // A held clock beside a live installation's keys would stop its time at the next start.
    ensure!(std::fs::read_dir(data)?.next().is_none(), "no sandbox is in {}", another());
    hold_clock(data, now)
}

/// That the installation in `data` is a sandbox, of which no citizen is a part.
///
/// # Errors
/// When it is not, with what to do.
pub fn require(data: &Path) -> Result<Keyring> {
    let keyring = Keyring::load(data).context("begin a sandbox with `samad sandbox`")?;
    ensure!(
        keyring.authority.kind == Kind::Sandbox,
        "{} is a live installation, in which nothing is made up: this is done in a sandbox only. Begin one with \
         `samad sandbox` and name its folder with --data (docs/integrate/README.md)",
        data.display()
    );
    Ok(keyring)
}

impl Sandbox {
    /// The sandbox in `data`, whose services answer at `doors`.
    ///
    /// # Errors
    /// When the installation there is live, or its clock is not held.
    pub fn open(data: &Path, doors: &Doors, nats_url: String) -> Result<Self> {
        require(data)?;
        let clock = held_clock(data)?.with_context(|| {
            format!("nobody moves the clock of {}: begin a sandbox with `samad sandbox`", data.display())
        })?;
        Ok(Sandbox { data: data.to_owned(), doors: doors.clone(), nats_url, clock })
    }

    /// What its clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves its clock on to `moment`; nothing, when that is over.
    ///
    /// # Errors
    /// When the clock's file cannot be written.
    pub fn advance(&self, moment: Timestamp) -> Result<()> {
        self.clock.advance(moment.max(self.clock.now()))
    }

    /// The agency called so.
    ///
    /// # Errors
    /// When the catalogue has none.
    pub async fn agency(&self, code: &str) -> Result<Agency> {
        let mut page_token = String::new();
        loop {
            let request = ListAgenciesRequest { page_size: 500, page_token, ..Default::default() };
            let page = self.doors.routing().list_agencies(request).await?.into_inner();
            if let Some(agency) = page.agencies.into_iter().find(|agency| agency.code == code) {
                return Ok(agency);
            }
            ensure!(
                !page.next_page_token.is_empty(),
                "no agency is called {code}: `samad agency list` shows those there are, `samad agency import FILE` adds others"
            );
            page_token = page.next_page_token;
        }
    }
}

/// What `look` finds; it is asked again and again until it finds something.
///
/// # Errors
/// Its own, and when it has found nothing in `patience`.
pub async fn until<T>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        ensure!(started.elapsed() < patience, "{what}: not within {} s", patience.as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_sandbox_is_begun_once_and_never_in_a_live_installation() {
        let folder = tempfile::tempdir().unwrap();
        let (sandbox, live) = (folder.path().join("sandbox"), folder.path().join("var"));
        let begun = begin(&sandbox, Timestamp::UNIX_EPOCH).unwrap();
        begun.advance(Timestamp::from_second(9).unwrap()).unwrap();
        assert_eq!(begin(&sandbox, Timestamp::UNIX_EPOCH).unwrap().now(), begun.now());
        Keyring::load_or_make(&live, Kind::Live, &[], &BTreeMap::new(), "nats://127.0.0.1:1").unwrap();
        let error = begin(&live, Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.contains("no sandbox") && error.contains("--data"), "{error}");
        let error = require(&live).err().unwrap().to_string();
        assert!(error.contains("live") && error.contains("samad sandbox"), "{error}");
        assert!(require(&sandbox).is_err(), "it was never started");
    }
}
