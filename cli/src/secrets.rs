//! The secrets of an installation: made once, kept in a file that only its owner reads.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use chassis::grpc::Badge;
use chassis::{Caller, Role, Signer};
use serde::{Deserialize, Serialize};

/// Keys and seeds of one installation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    /// Seals citizens' data; without it they cannot be read again.
    pub seal_key: String,
    /// Signs who calls: tokens of `samad`, of web and of staff. Made at the first start that knows of it.
    #[serde(default)]
    pub sign_key: String,
    /// What agencies signed in with on the broker, by code, before there was a keyring, which takes it over.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agencies: BTreeMap<String, String>,
}

impl Secrets {
    /// Those of the installation in `folder`.
    ///
    /// # Errors
    /// When there is none, or its file cannot be read.
    pub fn load(folder: &Path) -> Result<Self> {
        read(&file_in(folder))?.with_context(|| {
            format!("no installation is in {}: name its folder with --data", folder.display())
        })
    }

    /// Those in `folder`, made if missing.
    ///
    /// # Errors
    /// When the folder cannot be used, or has a database but has lost the key to what is in it.
    pub fn load_or_make(folder: &Path) -> Result<Self> {
        let unusable =
            || format!("{} cannot be used: mend it, or choose another folder with --data", folder.display());
        fs::create_dir_all(folder).with_context(unusable)?;
        let file = file_in(folder);
        let kept = read(&file)?;
        let mut secrets = match &kept {
            Some(secrets) => secrets.clone(),
            None => new_beside(&folder.join("postgres"), &file)?,
        };
        if secrets.sign_key.is_empty() {
            secrets.sign_key = Signer::generate()?.spelling();
        }
        if kept.as_ref() != Some(&secrets) {
            write(&file, &secrets).with_context(unusable)?;
        }
        Ok(secrets)
    }

    /// What signs tokens.
    ///
    /// # Errors
    /// When this installation has not been started since it has such a key, or the key is damaged.
    pub fn signer(&self) -> Result<Signer> {
        ensure!(
            !self.sign_key.is_empty(),
            "this installation has no key to sign in with yet: start ./samad up once"
        );
        Signer::read(&self.sign_key)
    }

    /// What the `samad` command wears: whoever reads this file runs the deployment.
    ///
    /// # Errors
    /// As [`Secrets::signer`].
    pub fn badge(&self) -> Result<Badge> {
        Ok(Badge::new(&self.signer()?, Caller::of_deployment(Role::Ops, "samad")))
    }

    /// Forgets what the keyring in the same folder has taken over.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn hand_over(mut self, folder: &Path) -> Result<Self> {
        if !self.agencies.is_empty() {
            self.agencies.clear();
            write(&file_in(folder), &self)?;
        }
        Ok(self)
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("secrets.toml")
}

fn read(file: &Path) -> Result<Option<Secrets>> {
    match fs::read_to_string(file) {
        Ok(text) => toml::from_str(&text).map(Some).with_context(|| {
            format!("{} is damaged: restore it, citizens' data cannot be read without it", file.display())
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

fn new_beside(database: &Path, file: &Path) -> Result<Secrets> {
    ensure!(
        !ground::Postgres::exists_at(database)?,
        "the database of this folder is there but {} is gone: restore it, or choose another folder with --data",
        file.display()
    );
    let seal_key = chassis::clock::random_bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secrets { seal_key, sign_key: Signer::generate()?.spelling(), agencies: BTreeMap::new() })
}

fn write(file: &Path, secrets: &Secrets) -> Result<()> {
    Ok(chassis::write_private(file, &toml::to_string(secrets)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let error = Secrets::load(folder.path()).err().unwrap().to_string();
        assert!(error.contains("--data"), "{error}");
        let made = Secrets::load_or_make(folder.path()).unwrap();
        assert!(Secrets::load_or_make(folder.path()).unwrap() == made);
        assert!(Secrets::load(folder.path()).unwrap() == made);
    }

    #[test]
    fn an_installation_of_before_is_given_a_key_to_sign_with() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::load_or_make(folder.path()).unwrap();
        let text = fs::read_to_string(file_in(folder.path())).unwrap();
        let before = text.lines().filter(|line| !line.starts_with("sign_key")).collect::<Vec<_>>().join("\n");
        fs::write(file_in(folder.path()), before).unwrap();
        assert!(Secrets::load(folder.path()).unwrap().badge().is_err());
        let made = Secrets::load_or_make(folder.path()).unwrap();
        assert_eq!(Secrets::load(folder.path()).unwrap().sign_key, made.sign_key);
        assert!(made.badge().is_ok());
    }

    #[test]
    fn lost_secrets_of_a_database_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("postgres/cluster")).unwrap();
        let error = Secrets::load_or_make(folder.path()).err().unwrap().to_string();
        assert!(error.contains("secrets.toml is gone"), "{error}");
        assert!(!file_in(folder.path()).exists());
    }

    #[test]
    fn damaged_secrets_are_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(file_in(folder.path()), "seal_key = ").unwrap();
        let error = Secrets::load_or_make(folder.path()).err().unwrap().to_string();
        assert!(error.contains("is damaged"), "{error}");
        assert_eq!(fs::read_to_string(file_in(folder.path())).unwrap(), "seal_key = ");
    }
}
