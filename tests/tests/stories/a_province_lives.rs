use cli::ports::Ports;
use cli::services::Run;
use cli::simulate::{Life, Report, Simulation};
use cli::system::{Options, System};

/// Until the first complaints of inaction have cost points, and rebuttals of that are ruled on.
const DAYS: u32 = 60;
/// So many times smaller than a real centre: `samad simulate` plays the whole.
const SMALLER: u64 = 6;

async fn live(seed: u64, days: u32) -> Report {
    let life = Life::shipped().unwrap().smaller(SMALLER);
    let simulation = Simulation { province: "east-azerbaijan".to_owned(), days, seed, life };
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
        durable: false,
    };
    let system = System::start(&options).await.unwrap();
    let report = simulation.play(&system, &clock, |_| {}).await.unwrap();
    system.stop().await.unwrap();
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn all_parts_of_a_life_come_and_its_reports_agree_with_its_facts() {
    let report = live(1, DAYS).await;
    assert!(report.differences.is_empty(), "{:#?}", report.differences);
    let (played, recount) = (report.played, &report.recount);
    assert_eq!((played.days, recount.contacts), (DAYS, played.contacts));
    assert_eq!((report.reports, report.evaluations), (1, 1), "a month is over, and the year has begun");
    assert!(recount.guidance * 10 > recount.contacts * 7, "most contacts end with advice: {recount:?}");
    let centre =
        [played.closures, played.trips, played.of_trips, played.meetings, played.turns, played.ordered];
    let slots = [played.settled, played.attended, played.excused, played.missed, played.in_slots];
    let calls = [played.voicemails, played.followed_up, played.granted, played.refused, played.decided];
    let citizens = [played.withdrawn, played.solved, played.not_solved, played.reopened, played.complaints];
    let points = [played.rebuttals, played.rulings, recount.no_reply, recount.late, recount.on_time];
    for (part, happened) in
        [centre.as_slice(), &slots, &calls, &citizens, &points].concat().iter().enumerate()
    {
        assert!(*happened > 0, "part {part} did not happen: {played:?}");
    }
    let inactions: u64 = report.standings.iter().map(|standing| standing.inactions).sum();
    assert!(inactions > 0 && recount.stated["samad.audit.v1.PointsRestored"] > 0, "{recount:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_lives_the_same_life() {
    let (mut once, mut again) = (live(2, 16).await, live(2, 16).await);
    // Signed as often as the machine's time and the batches have it.
    for report in [&mut once, &mut again] {
        report.recount.stated.retain(|fact, _| !fact.ends_with("CheckpointSigned"));
    }
    assert_eq!((once.played, once.figures, once.recount), (again.played, again.figures, again.recount));
    assert!(once.differences.is_empty(), "{:#?}", once.differences);
}
