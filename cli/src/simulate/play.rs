//! Goes through the days.

use std::sync::Arc;

use anyhow::{Result, ensure};
use chassis::clock::Clock;
use contracts::intake::{Outcome, RegisterContactRequest, RegisterContactsRequest};
use jalali::Tehran;
use tokio::time::Instant;

use super::agencies::Agencies;
use super::calendar::{Step, steps};
use super::people::People;
use super::recount::recount;
use super::report::{Played, Report, Seconds};
use super::rest::Rest;
use super::{Simulation, desk, first_day};
use crate::doors::Doors;
use crate::system::System;

/// A life under way.
struct Play<'a> {
    simulation: &'a Simulation,
    doors: Doors,
    clock: Clock,
    people: People,
    agencies: Arc<Agencies>,
    rest: Rest,
    played: Played,
    seconds: Seconds,
}

impl Simulation {
    /// Plays the whole life in a new system on [`Simulation::clock`]; `progress` hears how many days are over.
    ///
    /// # Errors
    /// When the system refuses what is played, does not come to rest, or does not answer.
    pub async fn play(&self, system: &System, clock: &Clock, progress: impl Fn(u32)) -> Result<Report> {
        let (doors, catalogue) = (system.doors()?, routing::catalogue_file::shipped()?);
        let people = People::of(&self.province, self.seed, &self.life, &catalogue)?;
        doors.routing().import_catalogue(catalogue).await?;
        let agencies = Agencies::join(system, clock, &self.life, self.seed, &self.agencies()?);
        let rest = Rest::new(&doors, &agencies);
        let (clock, played, seconds) = (clock.clone(), Played::default(), Seconds::default());
        let mut play = Play { simulation: self, doors, clock, people, agencies, rest, played, seconds };
        play.rest.reach(play.clock.now()).await?;
        let (tehran, started) = (Tehran::new()?, Instant::now());
        for day in 0..self.days {
            let date = first_day()?.plus_days(i64::from(day));
            for step in steps(&self.life, self.seed, date, play.clock.now(), &tehran)? {
                ensure!(!system.life.is_stopping(), "stopped after {day} days");
                play.step(&step).await?;
            }
            play.played.days = day + 1;
            progress(day + 1);
        }
        play.seconds.total = started.elapsed().as_secs_f64();
        play.report(system).await
    }
}

impl Play<'_> {
    /// Moves the clock on. What fell due by then happens first, so that its order beside what is done at this moment
    /// is always the same; then people and agencies have their turn.
    async fn step(&mut self, step: &Step) -> Result<()> {
        let begun = Instant::now();
        self.clock.advance(step.at)?;
        self.rest.reach(step.at).await?;
        let due = Instant::now();
        if step.working {
            let Simulation { province, life, .. } = self.simulation;
            self.played.decided += desk::decide(&self.doors, province, &life.desk).await?;
            self.played.arbitrated += desk::arbitrate(&self.doors, province, &life.desk).await?;
            self.agencies.act(step.at).await?;
        }
        self.register(step).await?;
        let played = Instant::now();
        self.rest.reach(step.at).await?;
        self.seconds.falling_due += due.duration_since(begun).as_secs_f64();
        self.seconds.playing += played.duration_since(due).as_secs_f64();
        self.seconds.settling += played.elapsed().as_secs_f64();
        Ok(())
    }

    async fn register(&mut self, step: &Step) -> Result<()> {
        if step.contacts == 0 {
            return Ok(());
        }
        let first = self.played.contacts;
        let contacts = (first..first + step.contacts).map(|number| self.people.contact(number, step));
        let contacts = contacts.collect::<Result<Vec<RegisterContactRequest>>>()?;
        let advised = contacts.iter().filter(|contact| contact.outcome() == Outcome::Guidance).count() as u64;
        let stream = futures_util::stream::iter([RegisterContactsRequest { contacts }]);
        let answer = self.doors.intake().register_contacts(stream).await?.into_inner();
        if let Some(refused) = answer.refused.first() {
            anyhow::bail!("a contact was refused: {}: {}", refused.field, refused.reason);
        }
        self.played.contacts += step.contacts;
        self.played.guidance += advised;
        self.played.cases += step.contacts - advised;
        Ok(())
    }

    async fn report(mut self, system: &System) -> Result<Report> {
        self.played.acts = self.agencies.acts();
        let figures = self.rest.figures().await?;
        let started = Instant::now();
        let recount = recount(system, self.clock.now()).await?;
        self.seconds.recounting = started.elapsed().as_secs_f64();
        Ok(Report::new(self.simulation.seed, self.played, figures, recount, self.seconds))
    }
}
