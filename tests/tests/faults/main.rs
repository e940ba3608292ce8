//! Nothing lost, nothing doubled: a replay through two replicas of every service while each of them is killed, the
//! broker is killed and emptied, the database is restarted, adapters crash and a message comes that no one can read.
//! `samad replay --faults` does the same with a whole city.

mod rows;

use chassis::clock::random_u64;
use cli::ports::Ports;
use cli::replay::{Replay, Times, faults};
use cli::services::Run;
use cli::system::{Options, System};

const ROWS: usize = 1_200;
/// A seed that a failed run printed, to have the same rows and faults again.
const SEED: &str = "SAMAD_TEST_SEED";

#[tokio::test(flavor = "multi_thread")]
async fn killed_emptied_and_restarted_it_comes_out_as_if_nothing_had_been() {
    let seed = std::env::var(SEED).ok().map_or_else(random_u64, |seed| seed.parse().unwrap());
    println!("{SEED}={seed} repeats these faults");
    let replay = Replay { rows: rows::rows(ROWS, seed), times: Times::Keep };
    let data = ground::scratch("samad-faults-").unwrap();
    let options = Options {
        data: data.path().to_owned(),
        ports: Ports::free().unwrap(),
        clock: replay.clock(),
        agencies: replay.agencies(),
        run: Run::Processes { program: tests::samad(), replicas: 2 },
        nats_url: None,
        postgres_url: None,
        durable: true,
    };
    let mut system = System::start(&options).await.unwrap();
    let played = faults::play(&replay, &mut system, seed, |_| {}).await;
    system.stop().await.unwrap();
    let (counted, found) = played.unwrap();
    assert!(found.is_empty(), "{found:#?}\n{}", counted.lines());
}
