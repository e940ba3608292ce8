//! What a province's life is like: data, not code.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use jalali::Date;
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Deserializer, de};

use super::attendance::Attendance;
use super::closures::Closure;
use super::complaints::Complaints;
use super::extensions::Extensions;
use super::feedback::Feedback;
use super::managers::Handover;
use super::meetings::Meetings;
use super::rebuttals::Rebuttals;
use super::trips::Trip;
use super::voicemail::Voicemail;
use super::withdrawals::Withdrawals;

/// The life of a province, as `data/life.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    pub centre: Centre,
    pub week: Week,
    pub season: Season,
    pub channels: Channels,
    /// Shares of the contacts by county; a county that is not named has 1.
    pub counties: BTreeMap<String, u64>,
    pub temper: Vec<Temper>,
    /// Agencies whose temper is not drawn: code to the temper's name.
    pub agencies: BTreeMap<String, String>,
    pub desk: Vec<Desk>,
    pub answers: Answers,
    pub matter: Vec<Matter>,
    pub closure: Vec<Closure>,
    pub handover: Vec<Handover>,
    pub trip: Vec<Trip>,
    pub meetings: Meetings,
    pub attendance: Attendance,
    pub voicemail: Voicemail,
    pub extensions: Extensions,
    pub withdrawals: Withdrawals,
    pub feedback: Feedback,
    pub complaints: Complaints,
    pub rebuttals: Rebuttals,
}

/// The contact centre.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Centre {
    /// On average over all days of a year.
    pub contacts_a_day: u64,
    /// Contacts that advice ends.
    pub guidance_percent: u64,
    /// By how much a day may differ from what its weekday and month say.
    pub spread_percent: u64,
    /// When a working day is looked at; the lines are open from the first to the last (rule 1).
    pub steps: Vec<Time>,
    /// Contacts of a working day that are recorded before the lines open.
    pub overnight_percent: u64,
    /// Reports that come without identity.
    pub anonymous_percent: u64,
}

/// The days of the week.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    saturday: WeekDay,
    sunday: WeekDay,
    monday: WeekDay,
    tuesday: WeekDay,
    wednesday: WeekDay,
    thursday: WeekDay,
    friday: WeekDay,
}

/// One day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekDay {
    /// Contacts, in per cent of an average day.
    pub percent: u64,
    /// Whether the lines are open and agencies work.
    pub open: bool,
}

/// The months of the Jalali year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Contacts from Farvardin to Esfand, in per cent of an average month.
    pub percent: [u64; 12],
}

/// How contacts come: the contracts' channels in lower case, with their shares.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    pub open: BTreeMap<String, u64>,
    pub closed: BTreeMap<String, u64>,
}

/// How an agency behaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Temper {
    pub name: String,
    /// Of all agencies.
    pub share: u64,
    /// Days until the answer: first and last.
    pub days: [u64; 2],
    /// Referrals with a progress report before the answer.
    pub progress_percent: u64,
    /// Referrals returned as not its own.
    pub return_percent: u64,
    /// Referrals that it never answers.
    pub silent_percent: u64,
}

/// Whom the manual desk chooses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// The topic's root; empty: every other one.
    pub topic: String,
    /// For the first round, the second, and so on.
    pub agencies: Vec<String>,
}

/// What agencies write; `{place}` stands for where the matter lies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    pub done: Vec<String>,
    pub partly: Vec<String>,
    pub not_possible: Vec<String>,
    pub legal_reason: String,
    pub progress: Vec<String>,
    pub returned: Vec<String>,
    /// What `{place}` is where none was given.
    pub no_place: String,
}

/// Something that becomes a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    pub kind: String,
    pub topic: String,
    pub text: String,
}

impl Life {
    /// The life that comes with Samad.
    ///
    /// # Errors
    /// Never in a released build: a test reads it.
    pub fn shipped() -> Result<Self> {
        let life: Self =
            toml::from_str(include_str!("../../data/life.toml")).context("data/life.toml cannot be read")?;
        let known = |name: &String| life.temper.iter().any(|temper| temper.name == *name);
        ensure!(life.agencies.values().all(known), "data/life.toml gives an agency an unknown temper");
        ensure!(life.centre.steps.is_sorted() && !life.centre.steps.is_empty(), "its steps are not in order");
        Ok(life)
    }

    /// The same life with so many times fewer who call and write.
    #[must_use]
    pub fn smaller(mut self, times: u64) -> Self {
        self.centre.contacts_a_day /= times.max(1);
        self.trip = self.trip.into_iter().map(|trip| trip.smaller(times)).collect();
        self
    }

    /// Whether the lines are open and agencies work on that day.
    #[must_use]
    pub fn is_working(&self, date: Date) -> bool {
        self.week.day(date.weekday()).open && !self.closure.iter().any(|closure| closure.covers(date))
    }
}

/// A day of the Jalali calendar, as the life writes it.
pub(super) fn day<'de, D: Deserializer<'de>>(text: D) -> Result<Date, D::Error> {
    String::deserialize(text)?.parse().map_err(de::Error::custom)
}

impl Week {
    /// That day.
    #[must_use]
    pub fn day(&self, weekday: Weekday) -> WeekDay {
        match weekday {
            Weekday::Saturday => self.saturday,
            Weekday::Sunday => self.sunday,
            Weekday::Monday => self.monday,
            Weekday::Tuesday => self.tuesday,
            Weekday::Wednesday => self.wednesday,
            Weekday::Thursday => self.thursday,
            Weekday::Friday => self.friday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_life_names_what_the_catalogue_has_and_averages_as_it_says() {
        let (life, catalogue) = (Life::shipped().unwrap(), routing::catalogue_file::shipped().unwrap());
        let topic = |code: &str| catalogue.topics.iter().any(|topic| topic.code == code);
        assert!(life.matter.iter().all(|matter| topic(&matter.topic)));
        assert!(life.desk.iter().all(|desk| desk.topic.is_empty() || topic(&desk.topic)));
        let agency = |code: &String| catalogue.agencies.iter().any(|agency| agency.code == *code);
        assert!(life.agencies.keys().chain(life.desk.iter().flat_map(|desk| &desk.agencies)).all(agency));
        assert!(life.handover.iter().map(|handover| &handover.agency).all(agency));
        let days = [
            Weekday::Saturday,
            Weekday::Sunday,
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ];
        assert_eq!(days.map(|day| life.week.day(day).percent).iter().sum::<u64>(), 700);
        assert_eq!(life.season.percent.iter().sum::<u64>(), 1_200);
    }
}
