//! Ctrl-C ends what has a system of its own, and nothing of that system is left.

use std::cell::RefCell;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::installation::eventually;

/// SIGINT among the signals that a process catches.
const INTERRUPT: u64 = 1 << 1;

fn status(pid: &str, field: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(field)).map(|value| value.trim().to_owned())
}

/// Every process, with the words it was started with.
fn processes() -> Vec<(String, String)> {
    let pids = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name());
    let pids = pids.filter_map(|name| name.into_string().ok()).filter(|name| name.parse::<u32>().is_ok());
    let words = |pid: &String| fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    pids.map(|pid| (pid.clone(), String::from_utf8_lossy(&words(&pid)).replace('\0', " "))).collect()
}

/// The folder of the run's own system, once the run would notice Ctrl-C and its database server is there.
fn folder(run: &Child) -> Option<PathBuf> {
    let pid = run.id().to_string();
    let caught = u64::from_str_radix(&status(&pid, "SigCgt:")?, 16).ok()?;
    let all = processes().into_iter();
    let mut children = all.filter(|(child, _)| status(child, "PPid:").is_some_and(|parent| parent == pid));
    let folder = children.find_map(|(_, words)| {
        let begins = words.find("/tmp/samad-").filter(|_| words.contains("bin/postgres "))?;
        let name = words[begins + "/tmp/".len()..].split(['/', ' ']).next()?;
        Some(PathBuf::from("/tmp").join(name))
    });
    folder.filter(|_| caught & INTERRUPT != 0)
}

async fn is_broken_off(words: &[&str]) {
    // In a group of its own, which a terminal's Ctrl-C reaches whole.
    let run = Command::new(tests::samad())
        .process_group(0)
        .args(words)
        .env_remove("SAMAD_NATS_URL")
        .env_remove("SAMAD_POSTGRES_URL")
        .env("SAMAD_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let run = RefCell::new(run);
    let folder = eventually("the run has no system", async || folder(&run.borrow())).await;
    let group = format!("kill -s INT -- -{}", run.borrow().id());
    assert!(Command::new("/bin/sh").args(["-c", &group]).status().unwrap().success());
    let ended = eventually("the run goes on", async || run.borrow_mut().try_wait().unwrap()).await;
    let said = run.into_inner().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(ended.code(), Some(1), "{words:?}: {said}");
    assert!(said.contains("stopped"), "{words:?}: {said}");
    assert!(!folder.exists(), "{words:?} left {}", folder.display());
    let folder = folder.to_string_lossy().into_owned();
    let left: Vec<_> = processes().into_iter().filter(|(_, words)| words.contains(&folder)).collect();
    assert!(left.is_empty(), "{words:?} left {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_replay_and_a_bench_and_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("city.csv");
    let header = "case_enquiry_id,open_dt,target_dt,closed_dt,closure_reason,case_title,type,department,location,neighborhood,source\n";
    let row = |n: usize| {
        format!("{n},2011-07-01 01:32:33,,,,Lights,Lights,PWDx,River St,Roxbury,Constituent Call\n")
    };
    fs::write(&file, header.to_owned() + &(1..=5_000).map(row).collect::<String>()).unwrap();
    is_broken_off(&["replay", "--json", file.to_str().unwrap()]).await;
    is_broken_off(&["replay", "--faults", "--json", file.to_str().unwrap()]).await;
    is_broken_off(&["bench", "--quick", "--json"]).await;
}
