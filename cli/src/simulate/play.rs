//! Goes through the days.

use std::sync::Arc;

use anyhow::{Result, ensure};
use chassis::clock::Clock;
use jalali::Tehran;
use jiff::Timestamp;
use tokio::time::Instant;

use super::agencies::Agencies;
use super::calendar::{Step, steps};
use super::check::check;
use super::citizens::Citizens;
use super::office::Office;
use super::people::People;
use super::recount::recount;
use super::report::{Played, Report, Seconds};
use super::rest::Rest;
use super::scene::{Numbered, Scene};
use super::{Simulation, desk, first_day};
use crate::system::System;

/// A life under way.
struct Play {
    scene: Scene,
    clock: Clock,
    agencies: Arc<Agencies>,
    rest: Rest,
    citizens: Citizens,
    office: Office,
    seconds: Seconds,
}

impl Simulation {
    /// Plays the whole life in a new system on [`Simulation::clock`]; `progress` hears how many days are over.
    ///
    /// # Errors
    /// When the system refuses what is played, does not come to rest, or does not answer.
    pub async fn play(&self, system: &System, clock: &Clock, progress: impl Fn(u32)) -> Result<Report> {
        let mut play = self.begin(system, clock).await?;
        play.rest.reach(play.clock.now()).await?;
        let started = Instant::now();
        for day in 0..self.days {
            let date = first_day()?.plus_days(i64::from(day));
            for step in steps(&self.life, self.seed, date, play.clock.now(), &play.scene.tehran)? {
                ensure!(!system.life.is_stopping(), "stopped after {day} days");
                play.step(&step).await?;
            }
            play.scene.played.days = day + 1;
            progress(day + 1);
        }
        play.seconds.total = started.elapsed().as_secs_f64();
        play.report(system).await
    }

    /// A system with all that a centre starts with.
    async fn begin(&self, system: &System, clock: &Clock) -> Result<Play> {
        let Simulation { province, seed, life, .. } = self;
        let (doors, catalogue) = (system.doors()?, routing::catalogue_file::shipped()?);
        let people = People::of(province, *seed, life, &catalogue)?;
        let mut scene = Scene {
            doors: doors.clone(),
            province: province.clone(),
            seed: *seed,
            life: life.clone(),
            tehran: Tehran::new()?,
            people,
            book: Default::default(),
            played: Played::default(),
            next_number: 0,
        };
        doors.work_list().import_desk_rules(intake::desk_file::shipped()?).await?;
        doors.routing().import_catalogue(catalogue).await?;
        let office = Office::open(&mut scene, first_day()?).await?;
        let agencies = Agencies::join(system, clock, life, *seed, &self.agencies()?)?;
        let (rest, citizens) = (Rest::new(&doors, &agencies), Citizens::of(system).await?);
        Ok(Play {
            scene,
            clock: clock.clone(),
            agencies,
            rest,
            citizens,
            office,
            seconds: Seconds::default(),
        })
    }
}

impl Play {
    /// Moves the clock on. What fell due by then happens first, then what citizens say of their cases, then the work of
    /// offices and agencies, then whoever comes: each when what was before it has been heard everywhere, so that the
    /// order in which things happen at one moment is always the same.
    async fn step(&mut self, step: &Step) -> Result<()> {
        let begun = Instant::now();
        self.clock.advance(step.at)?;
        self.settle(step.at).await?;
        let due = Instant::now();
        if self.office.announce(&mut self.scene, step).await? {
            self.settle(step.at).await?;
        }
        if self.citizens.turn(&mut self.scene, step.at).await? {
            self.settle(step.at).await?;
        }
        self.office.turn(&mut self.scene, step).await?;
        if step.working {
            self.decide().await?;
            self.agencies.act(step.at).await?;
        }
        self.come(step).await?;
        let played = Instant::now();
        self.settle(step.at).await?;
        self.seconds.falling_due += due.duration_since(begun).as_secs_f64();
        self.seconds.playing += played.duration_since(due).as_secs_f64();
        self.seconds.settling += played.elapsed().as_secs_f64();
        Ok(())
    }

    /// Until all is done that is due, and people have learnt of it.
    async fn settle(&mut self, now: Timestamp) -> Result<()> {
        self.rest.reach(now).await?;
        self.citizens.learn(&mut self.scene).await
    }

    async fn decide(&mut self) -> Result<()> {
        let Scene { doors, province, life, played, .. } = &mut self.scene;
        played.decided += desk::decide(doors, province, &life.desk).await?;
        played.arbitrated += desk::arbitrate(doors, province, &life.desk).await?;
        Ok(())
    }

    async fn come(&mut self, step: &Step) -> Result<()> {
        let mut contacts: Vec<Numbered> = Vec::new();
        for _ in 0..step.contacts {
            let number = self.scene.number();
            contacts.push((number, self.scene.people.contact(number, step)?));
        }
        let contacts = self.office.machine.record(&mut self.scene, contacts).await?;
        self.scene.register(contacts).await.map(drop)
    }

    async fn report(mut self, system: &System) -> Result<Report> {
        self.scene.played.acts = self.agencies.acts();
        let figures = self.rest.figures().await?;
        let started = Instant::now();
        let facts = recount(system).await?;
        let checked = check(&self.scene, &facts, self.clock.now()).await?;
        self.seconds.recounting = started.elapsed().as_secs_f64();
        Ok(Report::new(self.scene.seed, self.scene.played, figures, checked, self.seconds))
    }
}
