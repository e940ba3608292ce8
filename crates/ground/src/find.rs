//! Where the servers' programs are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// The oldest nats-server that does what the bus needs (`persist_mode`, atomic batches), as (major, minor).
const NATS_AT_LEAST: Version = (2, 12);
/// The oldest PostgreSQL that does what the services need (`MERGE`, owners' rights on schema `public`).
pub(crate) const POSTGRES_AT_LEAST: Version = (15, 0);

/// (major, minor)
pub(crate) type Version = (u32, u32);

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub path: PathBuf,
    pub version: Version,
}

/// The nats-server to use: the first on the PATH, or else in a `.tools/bin` of a folder above this program or the
/// current folder, that is new enough.
///
/// # Errors
/// With the remedy, when there is none or only older ones.
pub fn nats_server() -> Result<PathBuf> {
    nats_program().map(|program| program.path)
}

/// The folder of PostgreSQL's programs (`initdb`, `postgres`): the newest installed version.
///
/// # Errors
/// With the remedy, when there is none or only older ones.
pub fn postgres_bin() -> Result<PathBuf> {
    postgres_program(None).map(|program| program.path)
}

pub(crate) fn nats_program() -> Result<Program> {
    let found: Vec<Program> =
        on_path("nats-server").into_iter().chain(in_tools("nats-server")).filter_map(probe).collect();
    let remedy = "run ./samad once, which installs it, or put a newer nats-server on the PATH";
    match found.iter().find(|program| program.version >= NATS_AT_LEAST) {
        Some(program) => Ok(program.clone()),
        None if found.is_empty() => bail!("nats-server is not installed: {remedy}"),
        None => bail!("nats-server {} is too old, 2.12 is needed: {remedy}", shown(found[0].version)),
    }
}

/// The folder of the programs of PostgreSQL `major`, or of the newest when any will do.
pub(crate) fn postgres_program(major: Option<u32>) -> Result<Program> {
    let mut found: Vec<Program> =
        postgres_folders().iter().filter_map(|bin| probe(bin.join("postgres"))).collect();
    found.sort_by_key(|program| std::cmp::Reverse(program.version));
    let fits = |program: &&Program| {
        program.version >= POSTGRES_AT_LEAST && major.is_none_or(|major| program.version.0 == major)
    };
    if let Some(program) = found.iter().find(fits) {
        let bin = program.path.parent().unwrap_or(Path::new("/"));
        return Ok(Program { path: bin.to_owned(), version: program.version });
    }
    match (major, found.first()) {
        (Some(major), _) => bail!(
            "the data folder was made by PostgreSQL {major}, which is not installed: `apt-get install postgresql-{major}`, \
             or choose another folder with --data"
        ),
        (None, None) => bail!("PostgreSQL is not installed: `apt-get install postgresql`"),
        (None, Some(old)) => {
            bail!("PostgreSQL {} is too old, 15 is needed: install a newer one", shown(old.version))
        }
    }
}

/// The first program of this name on the PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn in_tools(name: &str) -> Vec<PathBuf> {
    let starts = [env::current_exe().ok(), env::current_dir().ok()];
    let folders = starts.iter().flatten().flat_map(|start| start.ancestors());
    folders.map(|folder| folder.join(".tools/bin").join(name)).filter(|path| path.is_file()).collect()
}

/// Debian and Ubuntu keep each version's programs in a folder of its own, off the PATH; so does Red Hat.
fn postgres_folders() -> Vec<PathBuf> {
    let subfolders =
        |folder: &str| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let debian = subfolders("/usr/lib/postgresql");
    let red_hat = subfolders("/usr").filter(|path| path.to_string_lossy().starts_with("/usr/pgsql-"));
    let on_path = on_path("postgres").and_then(|path| fs::canonicalize(path).ok());
    let on_path = on_path.and_then(|path| path.parent().map(Path::to_owned));
    debian.chain(red_hat).map(|path| path.join("bin")).chain(on_path).collect()
}

/// Asks the program for its version; `None` when it does not run.
fn probe(path: PathBuf) -> Option<Program> {
    let output = Command::new(&path).arg("--version").output().ok()?;
    let version = parse_version(&String::from_utf8_lossy(&output.stdout))?;
    Some(Program { path, version })
}

/// The first number of `text` that looks like a version: `nats-server: v2.15.1`, `postgres (PostgreSQL) 15.18 (…)`.
fn parse_version(text: &str) -> Option<Version> {
    text.split([' ', '\n']).find_map(|word| {
        let mut numbers = word.trim_start_matches('v').split(['.', '-']).map(|part| {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse::<u32>().ok()
        });
        Some((numbers.next()??, numbers.next().flatten().unwrap_or(0)))
    })
}

fn shown((major, minor): Version) -> String {
    format!("{major}.{minor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_programs_print() {
        assert_eq!(parse_version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(parse_version("nats-server: v2.12.0-RC.1\n"), Some((2, 12)));
        assert_eq!(parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some((15, 18)));
        assert_eq!(parse_version("postgres (PostgreSQL) 19beta1\n"), Some((19, 0)));
        assert_eq!(parse_version("no version here"), None);
    }

    #[test]
    fn the_installed_servers_are_found() {
        assert!(nats_server().unwrap().is_file());
        assert!(postgres_bin().unwrap().join("initdb").is_file());
    }

    #[test]
    fn a_cluster_of_an_unknown_version_names_its_package() {
        let error = postgres_program(Some(9)).unwrap_err().to_string();
        assert!(error.contains("postgresql-9"), "{error}");
    }
}
