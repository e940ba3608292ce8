use cli::ports::Ports;
use cli::services::Run;
use cli::simulate::{Life, Report, Simulation};
use cli::system::{Options, System};

/// Past the fifteen days after which a silent agency's referral is overdue.
const DAYS: u32 = 20;
/// A smaller centre than a real one: `samad simulate` plays the whole.
const CONTACTS_A_DAY: u64 = 30;

async fn live(seed: u64) -> Report {
    let mut life = Life::shipped().unwrap();
    life.centre.contacts_a_day = CONTACTS_A_DAY;
    let simulation = Simulation { province: "east-azerbaijan".to_owned(), days: DAYS, seed, life };
    let data = ground::scratch("samad-story-").unwrap();
    let clock = simulation.clock(data.path()).unwrap();
    let options = Options {
        data: data.path().to_owned(),
        ports: Ports::free().unwrap(),
        clock: clock.clone(),
        agencies: simulation.agencies().unwrap(),
        run: Run::Here,
        nats_url: None,
        postgres_url: None,
    };
    let system = System::start(&options).await.unwrap();
    let report = simulation.play(&system, &clock, |_| {}).await.unwrap();
    system.stop().await.unwrap();
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn its_facts_say_what_was_played_and_counted_and_the_same_seed_lives_it_again() {
    let report = live(1).await;
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    let (played, recount) = (report.played, report.recount);
    assert_eq!((played.days, recount.contacts), (DAYS, played.contacts));
    assert!(recount.guidance * 10 > recount.contacts * 7, "most contacts end with advice: {recount:?}");
    let happened =
        [recount.progress, recount.returned, recount.desk_items, recount.breaches, recount.on_time];
    assert!(happened.iter().all(|times| *times > 0), "every temper is seen: {recount:?}");

    let again = live(1).await;
    assert_eq!((again.played, again.figures, again.recount), (played, report.figures, recount));
}
