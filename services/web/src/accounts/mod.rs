//! Who of the staff may sign in: a file that `samad staff` writes and web reads.

mod directory;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, ensure};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use chassis::{Caller, Role};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use directory::Directory;

/// Shortest and longest password, in characters: long ones are better than strange ones.
const PASSWORD: std::ops::RangeInclusive<usize> = 10..=200;
/// Longest name of an account, and of a person.
const NAME_MAX: usize = 60;

/// The accounts of a deployment, by their names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// By what their people type to sign in.
    pub accounts: BTreeMap<String, Account>,
}

/// One person's account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// How the person is called; it is written down with what they decide.
    pub name: String,
    /// What their office lets them do.
    pub role: Role,
    /// The province that it ends at; empty: none.
    #[serde(default)]
    pub province: String,
    /// The agency that it ends at; empty: none.
    #[serde(default)]
    pub agency: String,
    /// argon2id, as a PHC string.
    pub password: String,
    /// Sessions that began before are over.
    pub changed_at: Timestamp,
    /// Nobody signs in with it.
    #[serde(default)]
    pub disabled: bool,
}

impl Account {
    /// Who calls when its person does.
    #[must_use]
    pub fn caller(&self, id: &str) -> Caller {
        let Account { name, role, province, agency, .. } = self.clone();
        Caller { id: id.to_owned(), name, role, province, agency }
    }
}

impl Accounts {
    /// Those in `file`; none where there is no such file.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn load(file: &Path) -> Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("{} is damaged", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Accounts::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }

    /// Writes them to `file`, which only its owner reads; web knows them from then on.
    ///
    /// # Errors
    /// When it cannot be written; what was there stays.
    pub fn save(&self, file: &Path) -> Result<()> {
        Ok(chassis::write_private(file, &toml::to_string(self)?)?)
    }

    /// The account called `id`.
    ///
    /// # Errors
    /// When there is none.
    pub fn account(&mut self, id: &str) -> Result<&mut Account> {
        self.accounts
            .get_mut(id)
            .ok_or_else(|| anyhow!("there is no account {id}: samad staff list shows all"))
    }

    /// Adds an account.
    ///
    /// # Errors
    /// When it is there already, or its name or office cannot be.
    pub fn add(&mut self, id: &str, account: Account) -> Result<()> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        ensure!(
            (2..=NAME_MAX).contains(&id.len()) && id.chars().all(is_plain),
            "an account's name has 2 to {NAME_MAX} lower-case letters, digits, dots and hyphens, not `{id}`"
        );
        let name = account.name.trim();
        ensure!(
            (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control),
            "a person's name has 1 to {NAME_MAX} characters"
        );
        ensure!(Role::STAFF.contains(&account.role), "a {} is nobody who signs in", account.role);
        ensure!(!self.accounts.contains_key(id), "there is an account {id} already");
        self.accounts.insert(id.to_owned(), account);
        Ok(())
    }
}

/// A new password as it is kept.
///
/// # Errors
/// When it is too short or too long.
pub fn hash(password: &str) -> Result<String> {
    ensure!(
        PASSWORD.contains(&password.chars().count()),
        "a password has {} to {} characters",
        PASSWORD.start(),
        PASSWORD.end()
    );
    let salt: [u8; 16] = chassis::clock::random_bytes();
    let kept = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(kept.map_err(|error| anyhow!("the password cannot be hashed: {error}"))?.to_string())
}

/// Whether `password` is the one that is `kept`. Takes tens of milliseconds and 19 MiB, as it must.
fn fits(password: &str, kept: &str) -> bool {
    let known = PasswordHash::new(kept);
    known.is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn account(password: &str) -> Account {
        Account {
            name: "مریم کریمی".to_owned(),
            role: Role::Manager,
            province: "fars".to_owned(),
            agency: String::new(),
            password: hash(password).unwrap(),
            changed_at: Timestamp::UNIX_EPOCH,
            disabled: false,
        }
    }

    #[test]
    fn a_password_is_kept_so_that_it_cannot_be_read() {
        let kept = hash("یک رمز خوب و بلند").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(fits("یک رمز خوب و بلند", &kept) && !fits("یک رمز خوب و کوتاه", &kept));
        assert_ne!(hash("یک رمز خوب و بلند").unwrap(), kept, "every account has a salt of its own");
        assert!(hash("short").is_err() && hash(&"x".repeat(201)).is_err());
        assert!(!fits("", "") && !fits("x", "$argon2id$broken"));
    }

    #[test]
    fn accounts_are_read_as_they_were_written_and_only_by_their_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("staff.toml");
        assert!(Accounts::load(&file).unwrap() == Accounts::default());
        let mut accounts = Accounts::default();
        accounts.add("m.karimi", account("a long password")).unwrap();
        accounts.save(&file).unwrap();
        assert!(Accounts::load(&file).unwrap() == accounts);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&file, "accounts = 7").unwrap();
        assert!(Accounts::load(&file).is_err());
    }

    #[test]
    fn what_cannot_be_an_account_is_not_added() {
        let mut accounts = Accounts::default();
        let good = account("a long password");
        for id in ["", "a", "Maryam", "مریم", "a b"] {
            assert!(accounts.add(id, good.clone()).is_err(), "{id}");
        }
        assert!(accounts.add("web", Account { role: Role::Service, ..good.clone() }).is_err());
        assert!(accounts.add("nameless", Account { name: " ".to_owned(), ..good.clone() }).is_err());
        accounts.add("m.karimi", good.clone()).unwrap();
        assert!(accounts.add("m.karimi", good).is_err() && accounts.account("nobody").is_err());
    }
}
