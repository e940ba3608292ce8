use std::path::{Path, PathBuf};

use cli::ports::Ports;
use cli::replay::{Replay, Times, boston311};
use cli::services::Run;
use cli::system::{Options, System};

/// Rows of the small replay that every test run plays; `samad replay` plays all.
const ROWS: usize = 600;

fn file() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/boston311_2011H2.csv.gz");
    beside.exists().then_some(beside)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_a_real_city_comes_out_as_the_file_says() {
    let Some(file) = file() else {
        eprintln!("skipped: ../shared/data/boston311_2011H2.csv.gz is not here");
        return;
    };
    let replay = Replay { rows: boston311::read(&file, ROWS).unwrap(), times: Times::Keep };
    let data = ground::scratch("samad-story-").unwrap();
    let options = Options {
        data: data.path().to_owned(),
        ports: Ports::free().unwrap(),
        clock: replay.clock(),
        agencies: replay.agencies(),
        run: Run::Here,
        nats_url: None,
        postgres_url: None,
    };
    let system = System::start(&options).await.unwrap();
    let (figures, faults) = replay.play(&system, |_| {}).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(figures["cases"], ROWS);
    system.stop().await.unwrap();
}
