//! `samad staff add|list|password|disable|enable`: who signs in to the staff's pages.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chassis::Role;
use chassis::clock::{Clock, random_bytes};
use clap::{Args, Subcommand};
use serde_json::json;
use web::accounts::{Account, Accounts, hash};

use super::Context;

/// Letters and digits of a made password that nobody mistakes for one another.
const CLEAR: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

#[derive(Subcommand)]
pub enum Staff {
    /// Add an account; its password is made and shown once, unless given.
    Add(Add),
    /// Every account.
    List,
    /// Give an account another password; its sessions end.
    Password {
        /// The account's name.
        account: String,
        #[command(flatten)]
        password: NewPassword,
    },
    /// Close an account: its sessions end, its last token within ten minutes.
    Disable {
        /// The account's name.
        account: String,
    },
    /// Open a closed account again.
    Enable {
        /// The account's name.
        account: String,
    },
}

#[derive(Args)]
pub struct Add {
    /// What its person types to sign in: lower-case letters, digits, dots and hyphens.
    account: String,
    /// How the person is called; it is written down with what they decide.
    #[arg(long)]
    name: String,
    /// operator, manager, reviewer, arbiter, monitor or ops.
    #[arg(long)]
    role: Role,
    /// The province that the office ends at.
    #[arg(long, default_value = "")]
    province: String,
    /// The agency that the office ends at.
    #[arg(long, default_value = "")]
    agency: String,
    #[command(flatten)]
    password: NewPassword,
}

#[derive(Args)]
pub struct NewPassword {
    /// Read the password from the standard input instead of making one.
    #[arg(long)]
    password_stdin: bool,
}

impl Staff {
    pub fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let file = file_in(data);
        let mut accounts = Accounts::load(&file)?;
        let now = Clock::live().now();
        match self {
            Staff::List => {
                list(context, &accounts);
                return Ok(0);
            }
            Staff::Add(Add { account, name, role, province, agency, password: asked }) => {
                let made = asked.get()?;
                let password = hash(&made)?;
                let new =
                    Account { name, role, province, agency, password, changed_at: now, disabled: false };
                accounts.add(&account, new)?;
                save(&accounts, &file)?;
                asked.tell(context, &account, &made);
            }
            Staff::Password { account, password } => {
                let made = password.get()?;
                let kept = accounts.account(&account)?;
                (kept.password, kept.changed_at) = (hash(&made)?, now);
                save(&accounts, &file)?;
                password.tell(context, &account, &made);
            }
            Staff::Disable { account } => open(context, &mut accounts, &file, &account, false)?,
            Staff::Enable { account } => open(context, &mut accounts, &file, &account, true)?,
        }
        Ok(0)
    }
}

/// The accounts of the installation in `data`.
#[must_use]
pub fn file_in(data: &Path) -> PathBuf {
    data.join("staff.toml")
}

fn save(accounts: &Accounts, file: &Path) -> Result<()> {
    accounts.save(file).with_context(|| {
        format!("{} cannot be written: name the installation's folder with --data", file.display())
    })
}

fn open(context: &Context, accounts: &mut Accounts, file: &Path, account: &str, opens: bool) -> Result<()> {
    let kept = accounts.account(account)?;
    (kept.disabled, kept.changed_at) = (!opens, Clock::live().now());
    save(accounts, file)?;
    let now = if opens { "open" } else { "closed" };
    context.show.value(&json!({"account": account, "disabled": !opens}), || format!("{account} is {now}"));
    Ok(())
}

impl NewPassword {
    fn get(&self) -> Result<String> {
        if !self.password_stdin {
            let letter = |byte: &u8| char::from(CLEAR[usize::from(*byte) % CLEAR.len()]);
            return Ok(random_bytes::<16>().iter().map(letter).collect());
        }
        let mut given = String::new();
        // A password has 200 characters at most.
        std::io::stdin().take(1_000).read_to_string(&mut given).context("no password came")?;
        Ok(given.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Shows a password that was made; one that was given is known already.
    fn tell(&self, context: &Context, account: &str, made: &str) {
        if self.password_stdin {
            return context.show.value(&json!({"account": account}), || format!("{account} may sign in"));
        }
        context.show.value(&json!({"account": account, "password": made}), || {
            format!(
                "{account} signs in with {made}\nIt is shown this once: hand it over, and let nobody else read it."
            )
        });
    }
}

fn list(context: &Context, accounts: &Accounts) {
    let rows = accounts.accounts.iter();
    let json: Vec<_> = rows
        .clone()
        .map(|(id, account)| {
            json!({
                "account": id, "name": account.name, "role": account.role, "province": account.province,
                "agency": account.agency, "disabled": account.disabled,
            })
        })
        .collect();
    context.show.value(&json!({"accounts": json}), || {
        let line = |(id, account): (&String, &Account)| {
            let state = if account.disabled { "closed" } else { "" };
            let office = [account.province.as_str(), &account.agency].join(" ");
            format!("{id:<24}{:<10}{office:<30}{state:<8}{}", account.role.word(), account.name)
        };
        rows.map(line).collect::<Vec<_>>().join("\n")
    });
}
