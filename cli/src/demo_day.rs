//! A believable day of a centre, played on a rehearsal clock: two hundred calls in Persian, most of them
//! ending in guidance; then the days pass quickly, until what was not answered is overdue.

use anyhow::{Context, Result};
use chassis::Life;
use chassis::clock::{Clock, random_u64};
use contracts::intake::{Channel, Citizen, GuidanceRung, Kind, Outcome, RegisterContactRequest};
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;

use crate::doors::Doors;

/// A centre's average day (East Azerbaijan).
const CALLS: u64 = 200;
/// Of ten calls, those that end with advice on the spot.
const GUIDANCE_OF_TEN: u64 = 7;
/// The first day lasts three minutes.
const DAY_RATE: f64 = 480.0;
/// Then fifteen days last two minutes.
const LATER_RATE: f64 = 10_800.0;
/// From the clock's start to the lines' opening, and how long they are open (rule 1: 07:30–14:30).
const UNTIL_OPENING: SignedDuration = SignedDuration::from_mins(5);
const OPEN: SignedDuration = SignedDuration::from_hours(7);

/// The demonstration's people, places and calls (`data/demo-day.toml`); all of it is made up.
#[derive(Deserialize)]
pub struct Day {
    pub first_names: Vec<String>,
    pub last_names: Vec<String>,
    pub place: Vec<Place>,
    pub call: Vec<Call>,
}

/// Where a matter lies.
#[derive(Deserialize)]
pub struct Place {
    pub county: String,
    pub address: String,
}

/// What somebody brings, and how it ends.
#[derive(Deserialize)]
pub struct Call {
    pub kind: String,
    pub topic: String,
    pub county: String,
    pub channel: String,
    pub text: String,
    /// `guidance` or `register`.
    pub outcome: String,
    #[serde(default)]
    pub rung: String,
    #[serde(default)]
    pub citation: String,
}

impl Day {
    /// The day that comes with Samad.
    ///
    /// # Errors
    /// Never in a released build: a test reads it.
    pub fn shipped() -> Result<Self> {
        toml::from_str(include_str!("../data/demo-day.toml")).context("the demonstration's day")
    }
}

/// A clock that starts shortly before today's opening and turns fast a day later.
pub fn clock() -> Result<Clock> {
    let today = Clock::live().now().to_zoned(jiff::tz::TimeZone::get("Asia/Tehran")?).date();
    let opening = today.at(7, 30, 0, 0).in_tz("Asia/Tehran")?.timestamp();
    Ok(Clock::rehearsal(opening - UNTIL_OPENING, DAY_RATE, opening + 24.hours(), LATER_RATE))
}

/// Plays the calls until the lines close or the life ends.
pub async fn play(doors: &Doors, clock: &Clock, life: &Life) -> Result<()> {
    let day = Day::shipped()?;
    let opening = clock.now() + UNTIL_OPENING;
    for number in 0..CALLS {
        let share = i32::try_from(number)?;
        let moment = opening + OPEN * share / i32::try_from(CALLS)?;
        tokio::select! {
            () = clock.sleep_until(moment) => {}
            () = life.stopping() => return Ok(()),
        }
        let request = call(&day, number)?;
        if let Err(refused) = doors.intake().register_contact(request).await {
            tracing::warn!(code = %refused.code(), number, "a call of the demonstration was refused");
        }
    }
    Ok(())
}

fn call(day: &Day, number: u64) -> Result<RegisterContactRequest> {
    let outcome = if number % 10 < GUIDANCE_OF_TEN { "guidance" } else { "register" };
    let calls: Vec<&Call> = day.call.iter().filter(|call| call.outcome == outcome).collect();
    let call = any(&calls).context("the day has no such call")?;
    let places: Vec<&Place> = day.place.iter().filter(|place| place.county == call.county).collect();
    let name = |names: &[String]| any(names).cloned().unwrap_or_default();
    let citizen = Citizen {
        name: format!("{} {}", name(&day.first_names), name(&day.last_names)),
        national_id: national_id(random_u64()),
        phone: format!("0914{:07}", random_u64() % 10_000_000),
        email: String::new(),
    };
    Ok(RegisterContactRequest {
        request_key: format!("demonstration-{number}-{:016x}", random_u64()),
        channel: word::<Channel>("CHANNEL", &call.channel, Channel::from_str_name)?.into(),
        province: "east-azerbaijan".to_owned(),
        county: call.county.clone(),
        citizen: Some(citizen),
        kind: word::<Kind>("KIND", &call.kind, Kind::from_str_name)?.into(),
        topic: call.topic.clone(),
        text: call.text.clone(),
        place: any(&places).map(|place| place.address.clone()).unwrap_or_default(),
        outcome: if outcome == "guidance" { Outcome::Guidance } else { Outcome::Register }.into(),
        guidance_rung: match call.rung.as_str() {
            "" => GuidanceRung::Unspecified,
            rung => word("GUIDANCE_RUNG", rung, GuidanceRung::from_str_name)?,
        }
        .into(),
        guidance_citation: call.citation.clone(),
        ..Default::default()
    })
}

/// A word of the data as the contracts' enumeration has it: `phone` is `CHANNEL_PHONE`.
///
/// # Errors
/// When it is none.
pub fn word<E>(enumeration: &str, word: &str, read: fn(&str) -> Option<E>) -> Result<E> {
    let name = format!("{enumeration}_{}", word.to_uppercase());
    read(&name).with_context(|| format!("the demonstration's day says {word}, which is no {enumeration}"))
}

fn any<T>(items: &[T]) -> Option<&T> {
    let place = usize::try_from(random_u64()).ok()?.checked_rem(items.len())?;
    items.get(place)
}

/// A national id of nobody: nine random digits and the check digit that intake verifies.
#[must_use]
pub fn national_id(random: u64) -> String {
    let digits = format!("{:09}", random % 1_000_000_000);
    let sum: u64 =
        digits.bytes().zip((2..=10).rev()).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    let check = if sum % 11 < 2 { sum % 11 } else { 11 - sum % 11 };
    format!("{digits}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_day_can_be_made() {
        let day = Day::shipped().unwrap();
        for number in 0..CALLS {
            let request = call(&day, number).unwrap();
            assert!(!request.text.is_empty() && !request.place.is_empty(), "{}", request.topic);
        }
    }
}
