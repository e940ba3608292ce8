//! Who comes, and with what.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use contracts::intake::{Channel, Citizen, GuidanceRung, Kind, Outcome, RegisterContactRequest};
use contracts::routing::ImportCatalogueRequest;
use contracts::timestamp;
use jiff::{SignedDuration, Timestamp};

use super::calendar::Step;
use super::chance::Chance;
use super::life::{Life, Matter};
use crate::demo_day::{Call, Day, national_id, word};

/// A letter is on its way for up to so many hours.
const LETTER_HOURS: u64 = 96;

/// The people of a province.
pub struct People {
    seed: u64,
    province: String,
    life: Life,
    day: Day,
    /// Code and share of the contacts.
    counties: Vec<(String, u64)>,
    /// What becomes a case.
    matters: Vec<Matter>,
}

impl People {
    /// Those of `province`, whose counties stand in the catalogue.
    ///
    /// # Errors
    /// When the catalogue does not have the province.
    pub fn of(province: &str, seed: u64, life: &Life, catalogue: &ImportCatalogueRequest) -> Result<Self> {
        let day = Day::shipped()?;
        let rules =
            catalogue.rules.iter().filter(|rule| rule.province == province && !rule.county.is_empty());
        let share = |county: &String| life.counties.get(county).copied().unwrap_or(1);
        let counties: BTreeMap<String, u64> =
            rules.map(|rule| (rule.county.clone(), share(&rule.county))).collect();
        ensure!(!counties.is_empty(), "the shipped catalogue has no counties of {province}");
        let registered = day.call.iter().filter(|call| call.outcome == "register");
        let matters = registered.map(|call| Matter {
            kind: call.kind.clone(),
            topic: call.topic.clone(),
            text: call.text.clone(),
        });
        let matters = matters.chain(life.matter.iter().cloned()).collect();
        let (province, life) = (province.to_owned(), life.clone());
        Ok(People { seed, province, life, day, counties: counties.into_iter().collect(), matters })
    }

    /// The contact with that number, which came since the step before.
    ///
    /// # Errors
    /// When the life names what the contracts do not know.
    pub fn contact(&self, number: u64, step: &Step) -> Result<RegisterContactRequest> {
        self.coming(number, step, None, &[])
    }

    /// As [`People::contact`], by this channel and from one of these counties, where any are named.
    ///
    /// # Errors
    /// As [`People::contact`].
    pub fn coming(
        &self,
        number: u64,
        step: &Step,
        by: Option<Channel>,
        counties: &[String],
    ) -> Result<RegisterContactRequest> {
        let mut chance = Chance::of(self.seed, &["contact", &number.to_string()]);
        let channels = if step.open { &self.life.channels.open } else { &self.life.channels.closed };
        let channels: Vec<_> = channels.iter().collect();
        let (channel, _) = chance.weighted(&channels, |(_, share)| **share).context("no channel is open")?;
        let channel = by.map_or_else(|| word("CHANNEL", channel, Channel::from_str_name), Ok)?;
        let share = |(county, share): &(String, u64)| {
            if counties.is_empty() || counties.contains(county) { *share } else { 0 }
        };
        let (county, _) = chance.weighted(&self.counties, share).context("no county")?.clone();
        let places: Vec<_> = self.day.place.iter().filter(|place| place.county == county).collect();
        let request = RegisterContactRequest {
            request_key: self.key(number),
            channel: channel.into(),
            province: self.province.clone(),
            place: chance.any(&places).map(|place| place.address.clone()).unwrap_or_default(),
            county,
            occurred_at: Some(timestamp(occurred(&mut chance, step, channel))),
            source_reference: format!("{number:08}"),
            citizen: Some(self.citizen(&mut chance)),
            ..Default::default()
        };
        if chance.percent(self.life.centre.guidance_percent) {
            self.advised(&mut chance, request)
        } else {
            self.registered(&mut chance, request)
        }
    }

    /// What makes the registration of that number repeatable; of a recorded call also its id.
    pub fn key(&self, number: u64) -> String {
        format!("life-{:x}-{number:08}", self.seed)
    }

    fn advised(
        &self,
        chance: &mut Chance,
        request: RegisterContactRequest,
    ) -> Result<RegisterContactRequest> {
        let calls: Vec<&Call> = self.day.call.iter().filter(|call| call.outcome == "guidance").collect();
        let call = chance.any(&calls).context("the demonstration's day has no guidance")?;
        Ok(RegisterContactRequest {
            kind: word("KIND", &call.kind, Kind::from_str_name)?.into(),
            topic: call.topic.clone(),
            text: call.text.clone(),
            outcome: Outcome::Guidance.into(),
            guidance_rung: word("GUIDANCE_RUNG", &call.rung, GuidanceRung::from_str_name)?.into(),
            guidance_citation: call.citation.clone(),
            ..request
        })
    }

    fn registered(
        &self,
        chance: &mut Chance,
        request: RegisterContactRequest,
    ) -> Result<RegisterContactRequest> {
        let matter = chance.any(&self.matters).context("nothing becomes a case")?;
        let kind = word("KIND", &matter.kind, Kind::from_str_name)?;
        let nameless = kind == Kind::Report && chance.percent(self.life.centre.anonymous_percent);
        Ok(RegisterContactRequest {
            kind: kind.into(),
            topic: matter.topic.clone(),
            text: matter.text.clone(),
            outcome: Outcome::Register.into(),
            citizen: if nameless { None } else { request.citizen },
            ..request
        })
    }

    fn citizen(&self, chance: &mut Chance) -> Citizen {
        let mut name = |names: &[String]| chance.any(names).cloned().unwrap_or_default();
        let name = format!("{} {}", name(&self.day.first_names), name(&self.day.last_names));
        Citizen {
            name,
            national_id: national_id(chance.next()),
            phone: format!("0914{:07}", chance.below(10_000_000)),
            email: String::new(),
        }
    }
}

/// When it happened: since the step before, and a letter some days earlier.
fn occurred(chance: &mut Chance, step: &Step, channel: Channel) -> Timestamp {
    let part = |chance: &mut Chance, seconds| {
        SignedDuration::from_secs(i64::try_from(chance.below(seconds)).unwrap_or_default())
    };
    let between = u64::try_from(step.at.duration_since(step.since).as_secs()).unwrap_or_default();
    let came = step.at - part(chance, between.max(1));
    if channel == Channel::Letter { came - part(chance, LETTER_HOURS * 3_600) } else { came }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_brings_the_same_people_and_most_are_advised() {
        let (life, catalogue) = (Life::shipped().unwrap(), routing::catalogue_file::shipped().unwrap());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (since, at) = (at("2025-03-25T04:00:00Z"), at("2025-03-25T06:30:00Z"));
        let step = Step { at, since, contacts: 0, open: true, working: true };
        let come = |seed| {
            let people = People::of("east-azerbaijan", seed, &life, &catalogue).unwrap();
            (0..500).map(|number| people.contact(number, &step).unwrap()).collect::<Vec<_>>()
        };
        let contacts = come(1);
        assert!(contacts == come(1) && contacts != come(2));
        let advised = contacts.iter().filter(|contact| contact.outcome() == Outcome::Guidance).count();
        assert!((360..440).contains(&advised), "{advised}");
        for contact in &contacts {
            let named = contact.citizen.is_some() || contact.kind() == Kind::Report;
            assert!(named && !contact.text.is_empty() && !contact.county.is_empty(), "{contact:?}");
        }
        assert!(People::of("nowhere", 1, &life, &catalogue).is_err());
    }
}
