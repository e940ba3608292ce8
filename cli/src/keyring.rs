//! The keys that sign who may be on the broker, and the agencies that were let in: one file that only its owner reads.
//! The `samad` command reads it; services never do.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use chassis::clock::Clock;
use ground::Accounts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trust::{Account, Agency, Authority, Kind, SERVICES};

use crate::handover::Handover;

const FILE: &str = "keyring.toml";
/// Held while the file is read, changed and written: two commands never undo each other.
const LOCK: &str = "keyring.lock";

/// Whom the broker believes, and whom it lets in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    /// What signs.
    pub authority: Authority,
    /// The agencies, by code.
    #[serde(default)]
    pub agencies: BTreeMap<String, Agency>,
}

impl Keyring {
    /// That of the installation in `folder`.
    ///
    /// # Errors
    /// When there is none, or its file cannot be read.
    pub fn load(folder: &Path) -> Result<Self> {
        read(folder)?.with_context(|| {
            format!(
                "no installation is in {}: name its folder with --data, or start it once",
                folder.display()
            )
        })
    }

    /// That in `folder`, made if missing, with an account for each of `agencies`. `before` are agencies with the seeds
    /// they signed in with when there was no keyring: those who hold a file of before find one of now beside it.
    ///
    /// # Errors
    /// When the folder cannot be used, or its keys are those of a sandbox and a live system asks for them.
    pub fn load_or_make(
        folder: &Path,
        kind: Kind,
        agencies: &[String],
        before: &BTreeMap<String, String>,
        nats_url: &str,
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let _lock = lock(folder)?;
        let kept = read(folder)?;
        let mut keyring = match kept.clone() {
            Some(keyring) => keyring,
            None => Keyring { authority: Authority::generate(kind)?, agencies: BTreeMap::new() },
        };
        if (keyring.authority.kind, kind) == (Kind::Sandbox, Kind::Live) {
            bail!(
                "the keys in {} are those of a sandbox, whose credentials were handed out for trials: a live system \
                 needs a folder of its own, name it with --data",
                folder.display()
            );
        }
        for (code, seed) in before {
            keyring.take_over(folder, code, seed, nats_url)?;
        }
        for code in agencies {
            keyring.ensure(code)?;
        }
        if kept.as_ref() != Some(&keyring) {
            keyring.write(folder)?;
        }
        Ok(keyring)
    }

    /// Changes that of the installation in `folder`; what it is afterwards, and what the change gave.
    ///
    /// # Errors
    /// When the change fails: then nothing was changed.
    pub fn change<T>(folder: &Path, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<(Self, T)> {
        let _lock = lock(folder)?;
        let mut keyring = Self::load(folder)?;
        let given = change(&mut keyring)?;
        keyring.write(folder)?;
        Ok((keyring, given))
    }

    /// The agency called so, made if it is not there.
    ///
    /// # Errors
    /// When this cannot be a code.
    pub fn ensure(&mut self, code: &str) -> Result<&mut Agency> {
        if !self.agencies.contains_key(code) {
            trust::check_code(code)?;
            self.agencies.insert(code.to_owned(), Agency::new()?);
        }
        self.agencies.get_mut(code).context("it was put there")
    }

    /// The agency called so.
    ///
    /// # Errors
    /// When none was let in.
    pub fn known(&mut self, code: &str) -> Result<&mut Agency> {
        let agency = self.agencies.get_mut(code);
        agency.with_context(|| {
            format!("no agency {code} was let in: `samad agency access` shows those that were")
        })
    }

    /// What a broker is told at its start.
    ///
    /// # Errors
    /// When a key is damaged; so do all below.
    pub fn accounts(&self) -> Result<Accounts> {
        let system = self.authority.system(now())?;
        let hub = self.authority.hub(now())?;
        Ok(Accounts {
            operator: self.authority.operator(now())?,
            system: system.key.clone(),
            known: vec![(system.key, system.claims), (hub.key, hub.claims)],
        })
    }

    /// What a running broker is told of these agencies.
    pub fn told(&self, codes: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Account>> {
        codes
            .into_iter()
            .map(|code| {
                let code = code.as_ref();
                self.authority.agency(code, self.agency(code)?, now())
            })
            .collect()
    }

    /// Credentials of a service.
    pub fn service(&self, name: &str) -> Result<String> {
        let service = SERVICES.iter().find(|service| service.name == name);
        self.authority.service(service.with_context(|| format!("there is no service {name}"))?, now())
    }

    /// Credentials of whoever runs the deployment.
    pub fn operations(&self) -> Result<String> {
        self.authority.operations(now())
    }

    /// Credentials by which a broker is told of agencies.
    pub fn registrar(&self) -> Result<String> {
        self.authority.registrar(now())
    }

    /// Credentials for an adapter of this process.
    pub fn lend(&self, code: &str) -> Result<String> {
        self.agency(code)?.lend(code, self.authority.kind, now())
    }

    fn agency(&self, code: &str) -> Result<&Agency> {
        self.agencies.get(code).with_context(|| format!("no agency {code} was let in"))
    }

    fn take_over(&mut self, folder: &Path, code: &str, seed: &str, nats_url: &str) -> Result<()> {
        if self.agencies.contains_key(code) {
            return Ok(());
        }
        let kind = self.authority.kind;
        let credentials = self.ensure(code)?.hand_to_seed(seed, code, kind, now())?;
        if folder.join(format!("{code}.nkey")).exists() {
            let handover = Handover { code, address: nats_url, kind, credentials: &credentials };
            let file = handover.write(folder)?;
            tracing::warn!(
                agency = code, file = %file.display(),
                "signs in with credentials from now on: hand it this file, its seed alone is not enough any more"
            );
        }
        Ok(())
    }

    fn write(&self, folder: &Path) -> Result<()> {
        Ok(chassis::write_private(&folder.join(FILE), &toml::to_string(self)?)?)
    }
}

/// Credentials are a matter of the machine's time, also in rehearsals: the broker knows no other.
pub fn now() -> Timestamp {
    Clock::live().now()
}

fn lock(folder: &Path) -> Result<File> {
    let file = folder.join(LOCK);
    let lock = File::create(&file).with_context(|| format!("{} cannot be written", file.display()))?;
    lock.lock()?;
    Ok(lock)
}

fn read(folder: &Path) -> Result<Option<Keyring>> {
    let file = folder.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map(Some).with_context(|| {
            format!("{} is damaged: restore it, or move it away and let every agency in anew", file.display())
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "nats://127.0.0.1:4222";

    fn make(folder: &Path, kind: Kind, agencies: &[&str]) -> Result<Keyring> {
        let agencies: Vec<String> = agencies.iter().map(|code| (*code).to_owned()).collect();
        Keyring::load_or_make(folder, kind, &agencies, &BTreeMap::new(), URL)
    }

    #[test]
    fn keys_are_made_once_and_agencies_join() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Keyring::load(folder.path()).is_err());
        let made = make(folder.path(), Kind::Live, &["ea-water"]).unwrap();
        let more = make(folder.path(), Kind::Live, &["ea-gas"]).unwrap();
        assert!(made.authority == more.authority && made.agencies["ea-water"] == more.agencies["ea-water"]);
        assert!(Keyring::load(folder.path()).unwrap() == more);
        assert!(make(folder.path(), Kind::Live, &["ea.gas"]).is_err());
    }

    #[test]
    fn a_change_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let made = make(folder.path(), Kind::Live, &["ea-water"]).unwrap();
        let failed = Keyring::change(folder.path(), |keyring| -> Result<()> {
            keyring.agencies.clear();
            bail!("no")
        });
        assert!(failed.is_err() && Keyring::load(folder.path()).unwrap() == made);
    }

    #[test]
    fn the_keys_of_a_sandbox_open_no_live_system() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), Kind::Sandbox, &[]).unwrap();
        let error = make(folder.path(), Kind::Live, &[]).err().unwrap().to_string();
        assert!(error.contains("sandbox") && error.contains("--data"), "{error}");
        assert_eq!(make(folder.path(), Kind::Sandbox, &[]).unwrap().authority.kind, Kind::Sandbox);
    }
}
