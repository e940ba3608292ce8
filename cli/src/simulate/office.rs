//! What the centre and the province do, one part a line.

use anyhow::Result;
use jalali::Date;

use super::attendance::Officials;
use super::calendar::Step;
use super::closures::{self, Closure};
use super::extensions;
use super::managers::Managers;
use super::meetings::Hall;
use super::rebuttals::Defence;
use super::scene::Scene;
use super::trips::Visit;
use super::voicemail::Machine;

/// The parts of the office.
pub struct Office {
    closures: Vec<Closure>,
    managers: Managers,
    visits: Vec<Visit>,
    hall: Hall,
    officials: Officials,
    pub machine: Machine,
    defence: Defence,
}

impl Office {
    /// Opens on the life's first day.
    ///
    /// # Errors
    /// When a service refuses what a centre starts with, or does not answer.
    pub async fn open(scene: &mut Scene, first_day: Date) -> Result<Self> {
        let trips = scene.life.trip.iter().filter(|trip| trip.province == scene.province);
        let visits = trips.cloned().map(Visit::from).collect();
        Ok(Office {
            closures: scene.life.closure.clone(),
            managers: Managers::appoint(scene).await?,
            visits,
            hall: Hall::new(first_day, &scene.life.meetings),
            officials: Officials::announce(scene, first_day).await?,
            machine: Machine::default(),
            defence: Defence::default(),
        })
    }

    /// Announces closures, which move deadlines; whether there were any.
    ///
    /// # Errors
    /// When a service refuses one or does not answer.
    pub async fn announce(&mut self, scene: &mut Scene, step: &Step) -> Result<bool> {
        closures::turn(&mut self.closures, scene, step).await
    }

    /// Does the office's part of a step.
    ///
    /// # Errors
    /// When a service refuses something or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        self.managers.turn(scene, step).await?;
        for visit in &mut self.visits {
            visit.turn(scene, step).await?;
        }
        self.officials.turn(scene, step).await?;
        if step.working {
            self.hall.turn(scene, step).await?;
            self.machine.turn(scene, step).await?;
            extensions::turn(scene).await?;
            self.defence.turn(scene, step).await?;
        }
        Ok(())
    }
}
