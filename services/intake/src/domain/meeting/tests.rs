use contracts::intake::{Commitment as WireCommitment, CommitmentOutcome};
use contracts::timestamp;
use jalali::Tehran;
use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::agenda::{Turn, by_topic, concerned};
use super::commitment::{self, Settled};
use super::*;

fn start() -> Timestamp {
    "2026-01-20T06:30:00Z".parse().unwrap()
}

fn wire() -> Wire {
    let at = |hours| Some(timestamp(start() + SignedDuration::from_hours(hours)));
    Wire {
        meeting: "tabriz-1404-11".into(),
        title_fa: "ملاقات مردمی استاندار".into(),
        province: "east-azerbaijan".into(),
        place_fa: "استانداری".into(),
        starts_at: at(0),
        ends_at: at(3),
        turns_until: at(-24),
        ..Default::default()
    }
}

fn turn(topic: &str, agencies: &[&str]) -> Turn {
    Turn {
        contact_id: String::new(),
        case_id: String::new(),
        tracking_code: String::new(),
        kind: 1,
        topic: topic.into(),
        statement: String::new(),
        place: String::new(),
        agencies: agencies.iter().map(|code| (*code).to_owned()).collect(),
    }
}

fn ordered() -> WireCommitment {
    WireCommitment {
        key: "1".into(),
        agency: "fars_water".into(),
        person: "مدیرعامل".into(),
        text: "لوله‌کشی کوچه انجام شود".into(),
        due_day: "2026-02-20".into(),
        ..Default::default()
    }
}

#[test]
fn turns_are_registered_beforehand_and_in_person() {
    let meeting = read(&wire()).unwrap();
    let takes = |channel, hours| {
        meeting.takes(channel, "east-azerbaijan", start() + SignedDuration::from_hours(hours))
    };
    assert!(takes(Channel::InPerson, -24).is_ok());
    assert_eq!(takes(Channel::InPerson, -23).unwrap_err().field, "meeting");
    assert_eq!(takes(Channel::Phone, -48).unwrap_err().field, "channel");
    assert!(meeting.takes(Channel::InPerson, "fars", start() - SignedDuration::from_hours(48)).is_err());
    let late = Wire { turns_until: wire().ends_at, ..wire() };
    assert!(read(&late).is_err());
    assert!(read(&Wire { ends_at: wire().starts_at, ..wire() }).is_err());
    assert!(read(&Wire { starts_at: None, ..wire() }).is_err());
}

#[test]
fn the_agenda_is_grouped_by_topic_most_asked_first() {
    let turns =
        vec![turn("loans", &["bank"]), turn("water", &["abfa"]), turn("water", &["abfa", "governor"])];
    let topics = by_topic(turns);
    assert_eq!(
        topics.iter().map(|t| (t.topic.as_str(), t.turns.len())).collect::<Vec<_>>(),
        [("water", 2), ("loans", 1)]
    );
    let concerned = concerned(&topics);
    assert_eq!(concerned.keys().copied().collect::<Vec<_>>(), ["abfa", "bank", "governor"]);
    assert_eq!(concerned["abfa"].turns, 2);
}

#[test]
fn a_commitment_has_an_owner_and_a_day() {
    let today = date(2026, 1, 20);
    let made = commitment::read(&ordered(), Uuid::nil(), start(), today).unwrap();
    // The last second of 20 February in Tehran.
    assert_eq!(made.due_at(&Tehran::new().unwrap()), Some("2026-02-20T20:29:59Z".parse().unwrap()));
    for wrong in [
        WireCommitment { agency: "شرکت آب".into(), ..ordered() },
        WireCommitment { person: " ".into(), ..ordered() },
        WireCommitment { text: String::new(), ..ordered() },
        WireCommitment { due_day: "2026-01-19".into(), ..ordered() },
        WireCommitment { due_day: "1404/12/01".into(), ..ordered() },
        WireCommitment { contact_id: "x".into(), ..ordered() },
    ] {
        assert!(commitment::read(&wrong, Uuid::nil(), start(), today).is_err(), "{wrong:?}");
    }
    let policy_sets = WireCommitment { due_day: String::new(), ..ordered() };
    let made = commitment::read(&policy_sets, Uuid::nil(), start(), today).unwrap();
    assert_eq!(made.due_at(&Tehran::new().unwrap()), None);
}

proptest! {
    #[test]
    fn no_turn_is_lost_and_the_order_within_a_topic_stays(topics in prop::collection::vec(0_usize..4, 0..30)) {
        let turns: Vec<Turn> = topics
            .iter()
            .enumerate()
            .map(|(place, topic)| Turn { contact_id: place.to_string(), ..turn(["a", "b", "c", "d"][*topic], &[]) })
            .collect();
        let grouped = by_topic(turns);
        prop_assert_eq!(grouped.iter().map(|topic| topic.turns.len()).sum::<usize>(), topics.len());
        prop_assert!(grouped.windows(2).all(|pair| pair[0].turns.len() >= pair[1].turns.len()));
        for topic in &grouped {
            let places: Vec<usize> = topic.turns.iter().map(|turn| turn.contact_id.parse().unwrap()).collect();
            prop_assert!(places.is_sorted());
        }
    }

    #[test]
    fn the_first_outcome_counts(words in prop::collection::vec((any::<bool>(), 0_usize..2), 1..8)) {
        let outcome = |kept: bool| if kept { CommitmentOutcome::Kept } else { CommitmentOutcome::Broken };
        let settled = |(kept, text): (bool, usize)| Settled { outcome: outcome(kept), text: text.to_string(), at: start() };
        let mut made = commitment::read(&ordered(), Uuid::nil(), start(), date(2026, 1, 20)).unwrap();
        for (place, word) in words.iter().enumerate() {
            let told = made.settle(settled(*word));
            let expected = if place == 0 { Some(true) } else if *word == words[0] { Some(false) } else { None };
            prop_assert_eq!(told.ok(), expected);
        }
        prop_assert_eq!(made.settled, Some(settled(words[0])));
    }
}
