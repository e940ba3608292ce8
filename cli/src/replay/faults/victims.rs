//! The parts of a system that faults strike, and the striking.

use std::time::Duration;

use anyhow::{Context, Result};
use ground::{Nats, Postgres};
use tokio::sync::watch;

use super::plan::Fault;
use super::{Chance, Crashes, Unreadable};
use crate::processes::Process;
use crate::system::System;

/// The longest pause between the moment from which a fault may strike and the fault.
const MOST_PAUSE_MS: usize = 700;
/// How often it is seen to that every service runs.
const WATCH: Duration = Duration::from_millis(500);

/// Everything that can be struck.
pub struct Victims {
    processes: Vec<Process>,
    nats: Nats,
    /// Also where the databases are, to be looked into afterwards.
    pub postgres: Postgres,
}

/// What strikes besides signals, and by which chance.
pub struct Hand<'a> {
    pub chance: Chance,
    pub crashes: &'a Crashes,
    pub unreadable: &'a Unreadable,
}

impl Victims {
    /// Takes them out of the system; [`Self::return_to`] puts them back.
    pub fn taken_from(system: &mut System) -> Result<Self> {
        let own = "faults strike only servers that the replay started itself";
        let nats = system.nats.take().context(own)?;
        let postgres = system.postgres.take().context(own)?;
        Ok(Victims { processes: std::mem::take(&mut system.processes), nats, postgres })
    }

    /// Puts them back, to be stopped with the rest.
    pub fn return_to(self, system: &mut System) {
        system.processes = self.processes;
        (system.nats, system.postgres) = (Some(self.nats), Some(self.postgres));
    }

    /// Suffers the faults in their order, each at a random moment after its share of `rows` was registered, and says
    /// in `struck` how many have begun. Then, as whoever runs the services must, starts again what ends by itself.
    pub async fn suffer(
        &mut self,
        plan: &[Fault],
        rows: u64,
        mut hand: Hand<'_>,
        mut registered: watch::Receiver<u64>,
        struck: watch::Sender<u64>,
    ) -> Result<()> {
        for (number, fault) in (1_u64..).zip(plan) {
            let share = rows * number / (plan.len() as u64 + 1);
            if registered.wait_for(|sent| *sent >= share).await.is_err() {
                return Ok(());
            }
            let pause_ms = hand.chance.below(MOST_PAUSE_MS) as u64;
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            struck.send_replace(number);
            tracing::info!(?fault, after_rows = *registered.borrow(), "a fault strikes");
            self.strike(*fault, &mut hand).await.with_context(|| format!("after the fault {fault:?}"))?;
            self.revive()?;
        }
        loop {
            // The replay ended, and with it who says how far it is.
            if let Ok(Err(_)) = tokio::time::timeout(WATCH, registered.changed()).await {
                return Ok(());
            }
            self.revive()?;
        }
    }

    async fn strike(&mut self, fault: Fault, hand: &mut Hand<'_>) -> Result<()> {
        match fault {
            Fault::ServiceKilled(service) => {
                let mut replicas: Vec<_> =
                    self.processes.iter_mut().filter(|process| process.service == service).collect();
                let victim = hand.chance.below(replicas.len());
                replicas.get_mut(victim).context("no such service runs")?.kill_and_restart().await
            }
            Fault::BrokerKilled => {
                self.nats.kill().await?;
                self.nats.restart().await
            }
            Fault::BrokerEmptied => self.nats.wipe().await,
            Fault::DatabaseRestarted => self.postgres.restart().await,
            Fault::AdapterCrashed => {
                hand.crashes.order();
                Ok(())
            }
            Fault::UnreadablePut => hand.unreadable.put().await,
        }
    }

    fn revive(&mut self) -> Result<()> {
        self.processes.iter_mut().try_for_each(Process::revive)
    }
}
