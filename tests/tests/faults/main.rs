//! Nothing lost, nothing doubled: a replay through two replicas of every service while they are killed, the
//! broker is killed and emptied, and the database is restarted.

use std::path::Path;
use std::time::Duration;

use chassis::clock::random_u64;
use cli::ports::Ports;
use cli::processes::Process;
use cli::replay::{Replay, Row, Times};
use cli::services::Run;
use cli::system::{Options, System};
use contracts::audit::VerifyLedgerRequest;
use ground::{Nats, Postgres};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// The variable that asks for this test.
const ASKED_FOR: &str = "SAMAD_TEST_FAULTS";
const ROWS: usize = 1_500;
/// A fault each time so many more rows were registered.
const ROWS_A_FAULT: u64 = 500;

/// Cases of one agency: two of three are closed, half of those in time.
fn rows() -> Vec<Row> {
    let start: Timestamp = "2025-03-21T06:00:00Z".parse().unwrap();
    let row = |number: usize| {
        let opened_at = start + SignedDuration::from_mins(i64::try_from(number).unwrap());
        let closed_at =
            opened_at + SignedDuration::from_hours(if number.is_multiple_of(2) { 24 } else { 72 });
        Row {
            number: format!("fault-{number}"),
            agency: "bos-pwdx".into(),
            topic: "boston.pwdx.street-lights".into(),
            topic_name: "Street lights".into(),
            province: "fars",
            channel: contracts::intake::Channel::Phone,
            text: "چراغ خیابان خاموش است.".into(),
            place: "شیراز".into(),
            opened_at,
            target_at: Some(opened_at + SignedDuration::from_hours(48)),
            closed: (!number.is_multiple_of(3)).then(|| (closed_at, "تعمیر شد.".to_owned())),
        }
    };
    (0..ROWS).map(row).collect()
}

struct Victims {
    processes: Vec<Process>,
    nats: Nats,
    postgres: Postgres,
}

impl Victims {
    /// One fault of each kind, the services in random order, whenever the replay has gone on a bit.
    async fn suffer(&mut self, mut registered: watch::Receiver<u64>) {
        for fault in 1_u64.. {
            while *registered.borrow_and_update() < fault * ROWS_A_FAULT {
                if registered.changed().await.is_err() {
                    return;
                }
            }
            let services = u64::try_from(self.processes.len()).unwrap();
            for _ in 0..services / 2 {
                let victim = usize::try_from(random_u64() % services).unwrap();
                self.processes[victim].kill_and_restart().await.unwrap();
            }
            match fault % 3 {
                1 => self.nats.wipe().await.unwrap(),
                2 => self.postgres.restart().await.unwrap(),
                _ => self.nats.restart().await.unwrap(),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_emptied_and_restarted_it_comes_out_as_if_nothing_had_been() {
    if std::env::var_os(ASKED_FOR).is_none() {
        eprintln!("skipped: set {ASKED_FOR}=1; it takes up to four minutes");
        return;
    }
    let replay = Replay { rows: rows(), times: Times::Keep };
    let data = ground::scratch("samad-faults-").unwrap();
    let options = Options {
        data: data.path().to_owned(),
        ports: Ports::free().unwrap(),
        clock: replay.clock(),
        agencies: replay.agencies(),
        run: Run::Processes { program: program(), replicas: 2 },
        nats_url: None,
        postgres_url: None,
    };
    let mut system = System::start(&options).await.unwrap();
    let mut victims = Victims {
        processes: std::mem::take(&mut system.processes),
        nats: system.nats.take().unwrap(),
        postgres: system.postgres.take().unwrap(),
    };
    let (tell, registered) = watch::channel(0);
    let played = async {
        let played = replay
            .play(&system, |rows| {
                tell.send_replace(rows);
            })
            .await;
        drop(tell);
        played
    };
    let (played, ()) = tokio::join!(played, victims.suffer(registered));
    let (_, faults) = played.unwrap();
    for (_, mut door) in system.doors().unwrap().ops() {
        println!(
            "{:?}",
            door.get_flow(contracts::ops::GetFlowRequest {}).await.map(tonic::Response::into_inner)
        );
    }
    assert!(faults.is_empty(), "{faults:?}");
    assert!(ledger_is_whole(&system).await);
    system.processes = victims.processes;
    (system.nats, system.postgres) = (Some(victims.nats), Some(victims.postgres));
    system.stop().await.unwrap();
}

async fn ledger_is_whole(system: &System) -> bool {
    let mut audit = system.doors().unwrap().audit();
    let mut answers = audit.verify_ledger(VerifyLedgerRequest {}).await.unwrap().into_inner();
    let mut whole = false;
    while let Some(answer) =
        tokio::time::timeout(Duration::from_secs(60), answers.message()).await.unwrap().unwrap()
    {
        whole = answer.result.is_some_and(|result| result.ok);
    }
    whole
}

/// The command as the build before the tests made it, beside this test's own binary.
fn program() -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(Path::parent).unwrap().join("samad");
    assert!(program.exists(), "run ./samad test, or first: cargo build --workspace");
    program
}
