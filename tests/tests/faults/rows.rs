//! Cases of a made-up city, drawn from a seed: they need no file, so the test always runs.

use cli::replay::Row;
use cli::replay::faults::Chance;
use contracts::intake::Channel;
use jiff::{SignedDuration, Timestamp};

/// Agencies by code, each with its topics.
const AGENCIES: [(&str, &[&str]); 4] = [
    ("bos-pwdx", &["street-lights", "potholes", "snow"]),
    ("bos-isd", &["heating", "housing"]),
    ("bos-parks", &["trees"]),
    ("bos-water", &["leaks", "sewers"]),
];
const PROVINCES: [&str; 5] = ["fars", "tehran", "gilan", "yazd", "east-azerbaijan"];
const CHANNELS: [Channel; 3] = [Channel::Phone, Channel::Web, Channel::InPerson];
/// Of ten rows so many are closed.
const CLOSED_OF_TEN: usize = 7;

/// So many rows, minutes apart: most closed, some of them late, some without a target, some open for good.
pub fn rows(count: usize, seed: u64) -> Vec<Row> {
    let mut chance = Chance::of(seed);
    let mut opened_at: Timestamp = "2025-03-21T06:00:00Z".parse().unwrap();
    (0..count).map(|number| row(number, &mut opened_at, &mut chance)).collect()
}

fn row(number: usize, opened_at: &mut Timestamp, chance: &mut Chance) -> Row {
    *opened_at += minutes(chance.below(30));
    let (agency, topics) = AGENCIES[chance.below(AGENCIES.len())];
    let topic = topics[chance.below(topics.len())];
    let has_target = chance.below(10) > 0;
    let is_closed = chance.below(10) < CLOSED_OF_TEN;
    let (target_at, closed_at) =
        (*opened_at + minutes(60 + chance.below(5_000)), *opened_at + minutes(30 + chance.below(7_000)));
    Row {
        number: format!("fault-{number}"),
        agency: agency.to_owned(),
        topic: format!("boston.{}.{topic}", agency.trim_start_matches("bos-")),
        topic_name: topic.to_owned(),
        province: PROVINCES[chance.below(PROVINCES.len())],
        channel: CHANNELS[chance.below(CHANNELS.len())],
        text: "چراغ خیابان خاموش است.".to_owned(),
        place: "خیابان نخست".to_owned(),
        opened_at: *opened_at,
        target_at: has_target.then_some(target_at),
        closed: is_closed.then(|| (closed_at, "رسیدگی شد.".to_owned())),
    }
}

fn minutes(count: usize) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(count).unwrap())
}
