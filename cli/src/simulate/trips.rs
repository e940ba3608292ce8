//! Trips: for some days a governor visits, the lines are open around the clock, and letters come by the thousand; they are
//! typed in for weeks after.

use anyhow::Result;
use contracts::deadline::{ImportPoliciesRequest, Policy};
use contracts::intake::{
    Campaign, Channel, HoursKind, HoursRule, ImportDeskRulesRequest, OpenCampaignRequest,
};
use contracts::timestamp;
use jalali::Date;
use jiff::Timestamp;
use serde::Deserialize;

use super::calendar::Step;
use super::life::day;
use super::scene::{Numbered, Scene};

/// A trip is made known so many days before.
const DAYS_BEFORE: i64 = 7;

/// A trip.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    /// The campaign's code, and that of its programme.
    pub campaign: String,
    pub province: String,
    name_fa: String,
    #[serde(deserialize_with = "day")]
    first: Date,
    #[serde(deserialize_with = "day")]
    last: Date,
    /// Codes of counties; empty: the whole province.
    counties: Vec<String>,
    lines: u32,
    /// The deadline of its cases.
    length_days: u32,
    calls_a_day: u64,
    letters: u64,
    /// Letters that are typed in on a working day.
    typed_a_day: u64,
}

impl Trip {
    /// Whether that day is so near that it is made known.
    #[must_use]
    pub fn is_known(&self, today: Date) -> bool {
        today.plus_days(DAYS_BEFORE) >= self.first
    }

    /// The same trip with so many times fewer who call and write.
    #[must_use]
    pub fn smaller(self, times: u64) -> Self {
        let [calls_a_day, letters, typed_a_day] =
            [self.calls_a_day, self.letters, self.typed_a_day].map(|count| count / times.max(1));
        Trip { calls_a_day, letters, typed_a_day, ..self }
    }
}

/// A trip under way.
pub struct Visit {
    trip: Trip,
    opened: bool,
    letters_left: u64,
}

impl From<Trip> for Visit {
    fn from(trip: Trip) -> Self {
        Visit { letters_left: trip.letters, trip, opened: false }
    }
}

impl Visit {
    /// Opens the campaign, takes its calls, or types its letters in, as the day is.
    ///
    /// # Errors
    /// When a service refuses something or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let today = scene.date(step.at);
        if !self.opened && self.trip.is_known(today) {
            self.opened = true;
            self.open(scene, step.at).await?;
        }
        let steps = if step.working { scene.life.centre.steps.len() as u64 } else { 1 };
        if (self.trip.first..=self.trip.last).contains(&today) {
            let opens_at = scene.tehran.first_moment(self.trip.first);
            let since = Step { since: step.since.max(opens_at), open: true, ..*step };
            self.bring(scene, &since, (self.trip.calls_a_day / steps, Channel::Phone)).await?;
        } else if today > self.trip.last && step.working {
            let letters = self.letters_left.min(self.trip.typed_a_day / steps);
            self.letters_left -= letters;
            let days = scene.tehran.moments(self.trip.first..=self.trip.last);
            let written =
                Step { at: days.end - jiff::SignedDuration::from_secs(1), since: days.start, ..*step };
            self.bring(scene, &written, (letters, Channel::Letter)).await?;
        }
        Ok(())
    }

    async fn bring(&self, scene: &mut Scene, when: &Step, (count, by): (u64, Channel)) -> Result<()> {
        let mut contacts: Vec<Numbered> = Vec::new();
        let opens_at = scene.tehran.first_moment(self.trip.first);
        for _ in 0..count {
            let number = scene.number();
            let mut contact = scene.people.coming(number, when, Some(by), &self.trip.counties)?;
            contact.campaign.clone_from(&self.trip.campaign);
            // A letter was on its way for some days: none was written before the campaign.
            let occurred_at = contracts::required_instant(contact.occurred_at.as_ref())?.max(opens_at);
            contact.occurred_at = Some(timestamp(occurred_at));
            contacts.push((number, contact));
        }
        scene.played.of_trips += count;
        scene.register(contacts).await.map(drop)
    }

    async fn open(&self, scene: &mut Scene, now: Timestamp) -> Result<()> {
        let Trip { campaign, name_fa, first, last, counties, lines, length_days, .. } = &self.trip;
        let policy = Policy {
            policy: campaign.clone(),
            programme: campaign.clone(),
            length_days: *length_days,
            valid_from: Some(timestamp(now)),
            ..Default::default()
        };
        scene.doors.deadline().import_policies(ImportPoliciesRequest { policies: vec![policy] }).await?;
        let (from_day, until_day) = (first.civil().to_string(), last.civil().to_string());
        let opened = Campaign {
            campaign: campaign.clone(),
            name_fa: name_fa.clone(),
            province: scene.province.clone(),
            counties: counties.clone(),
            from_day: from_day.clone(),
            until_day: until_day.clone(),
            lines: *lines,
            programme: campaign.clone(),
            version: 0,
        };
        scene.doors.campaigns().open_campaign(OpenCampaignRequest { campaign: Some(opened) }).await?;
        let hours = HoursRule {
            rule: campaign.clone(),
            kind: HoursKind::Trip.into(),
            province: scene.province.clone(),
            opens_at: "00:00".to_owned(),
            closes_at: "24:00".to_owned(),
            from_day,
            until_day,
            reason_fa: name_fa.clone(),
            ..Default::default()
        };
        let rules = ImportDeskRulesRequest { hours: vec![hours], policies: Vec::new() };
        scene.doors.work_list().import_desk_rules(rules).await?;
        scene.played.trips += 1;
        Ok(())
    }
}
