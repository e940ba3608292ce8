//! Servers whose owner was killed (SIGKILL leaves it no last word) end by themselves and leave their folder usable.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use ground::{Nats, NatsOptions, Postgres, PostgresOptions, scratch};

use crate::eventually;

/// Tells the owner below, this program run once more, which folder to use.
const FOLDER: &str = "GROUND_TEST_FOLDER";

async fn start(folder: &Path) -> (Postgres, Nats) {
    let data = folder.join("postgres");
    let postgres = Postgres::start(PostgresOptions { data, port: 0, durable: true }).await.unwrap();
    let options =
        NatsOptions { data: folder.join("nats"), port: 0, monitor_port: None, accounts: None, durable: true };
    (postgres, Nats::start(options).await.unwrap())
}

#[tokio::test]
#[ignore = "not a test: the owner that the test below kills"]
async fn owner() {
    let folder = std::env::var_os(FOLDER).expect("the test below sets it");
    let (postgres, nats) = start(Path::new(&folder)).await;
    println!("\npids {} {}", postgres.pid(), nats.pid());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn servers_end_with_a_killed_owner() {
    let folder = scratch("samad-test-ground-").unwrap();
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "orphans::owner", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let pids = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("pids ").map(str::to_owned));
    owner.kill().unwrap();
    owner.wait().unwrap();
    for pid in pids.expect("the owner started its servers").split(' ') {
        // An ended process keeps its number, but not its arguments, until somebody asks after it.
        let arguments = Path::new("/proc").join(pid).join("cmdline");
        let ended = async || std::fs::read(&arguments).unwrap_or_default().is_empty();
        eventually("a server outlives its owner", ended).await;
    }
    let (postgres, nats) = start(folder.path()).await;
    postgres.stop().await.unwrap();
    nats.stop().await.unwrap();
}
