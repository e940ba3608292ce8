//! The clocks.

use super::*;

#[test]
fn a_following_clock_shows_the_latest_cause() {
    let clock = Clock::following();
    let (early, late) =
        ("2025-03-21T00:00:00Z".parse().unwrap(), "2025-04-01T00:00:00Z".parse::<Timestamp>().unwrap());
    assert_eq!(clock.at(late), late);
    assert_eq!(clock.at(early), early);
    assert_eq!(clock.now(), late);
}

fn rehearsal() -> Rehearsal {
    Rehearsal {
        start: "2025-03-21T00:00:00Z".parse().unwrap(),
        anchor: "2026-01-01T00:00:00Z".parse().unwrap(),
        rate: 3600.0,
        turn: "2025-03-22T00:00:00Z".parse().unwrap(),
        rate_after: 86_400.0,
    }
}

#[test]
fn a_rehearsal_turns_to_its_second_rate() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let clock = rehearsal();
    assert_eq!(clock.show(at("2026-01-01T00:00:02Z")), at("2025-03-21T02:00:00Z"));
    assert_eq!(clock.show(at("2026-01-01T00:00:24Z")), at("2025-03-22T00:00:00Z"));
    assert_eq!(clock.show(at("2026-01-01T00:00:26Z")), at("2025-03-24T00:00:00Z"));
}

#[test]
fn a_spelled_clock_shows_the_same_time() {
    let clock = Clock(Arc::new(Mode::Rehearsal(rehearsal())));
    let copy: Clock = clock.spelling().parse().unwrap();
    assert_eq!(copy.spelling(), clock.spelling());
}

#[test]
fn what_is_no_clock_is_refused() {
    for text in [
        "",
        "rehearsal",
        "rehearsal 2025-03-21T00:00:00Z from 2025-03-21T00:00:00Z at 0 until 2025-03-21T00:00:00Z then 1",
        "now",
    ] {
        assert!(text.parse::<Clock>().is_err(), "{text}");
    }
}

#[test]
fn new_ids_are_version_7_and_differ() {
    let clock = Clock::live();
    let (a, b) = (clock.new_id(), clock.new_id());
    assert_ne!(a, b);
    assert_eq!(a.get_version_num(), 7);
}

#[tokio::test]
async fn a_held_clock_is_shared_by_its_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (morning, evening) = (at("2025-03-21T04:00:00Z"), at("2025-03-21T16:00:00Z"));
    let clock = Clock::hold(&folder.path().join("a clock"), morning).unwrap();
    let copy: Clock = clock.spelling().parse().unwrap();
    assert_eq!(
        (copy.now(), copy.at(evening)),
        (morning, morning),
        "it goes where it is moved, not where facts say"
    );
    let waiting = tokio::spawn({
        let copy = copy.clone();
        async move { copy.sleep_until(evening).await }
    });
    let pausing = tokio::spawn({
        let copy = copy.clone();
        async move { copy.pause(Duration::from_secs(3_600)).await }
    });
    // Both must have begun to wait: the next move ends the pause.
    tokio::task::yield_now().await;
    clock.advance(evening).unwrap();
    tokio::time::timeout(Duration::from_secs(30), async { (waiting.await, pausing.await) })
        .await
        .unwrap()
        .1
        .unwrap();
    assert_eq!(copy.now(), evening);
    assert!(copy.advance(morning).is_err() && Clock::live().advance(evening).is_err());
}

#[tokio::test]
async fn sleepers_wake_when_the_clock_shows_their_moment() {
    let clock = Clock::following();
    let moment: Timestamp = "2025-03-21T04:00:00Z".parse().unwrap();
    let sleeper = tokio::spawn({
        let clock = clock.clone();
        async move { clock.sleep_until(moment).await }
    });
    assert_eq!(clock.at(moment), moment);
    sleeper.await.unwrap();
    clock.sleep_until(Timestamp::UNIX_EPOCH).await;
}
