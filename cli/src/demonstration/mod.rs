//! Three agencies that show what an adapter does: one prompt, one that returns what is not its own,
//! one that is sometimes silent until its time has run out.

mod municipality;
mod water;
mod welfare;

use std::time::Duration;

use anyhow::Result;
use chassis::clock::Clock;
use jiff::SignedDuration;

use crate::system::System;

/// Their codes in the shipped catalogue.
pub const AGENCIES: [&str; 3] = [municipality::CODE, water::CODE, welfare::CODE];

/// Connects all three; on a broker without accounts they come in by the services' own door.
///
/// # Errors
/// When the system was not started for them.
pub fn start(system: &System, clock: &Clock) -> Result<()> {
    let pace = Pace(clock.clone());
    join(system, clock, municipality::CODE, municipality::Municipality(pace.clone()))?;
    join(system, clock, water::CODE, water::Water(pace.clone()))?;
    join(system, clock, welfare::CODE, welfare::Welfare(pace))
}

fn join<A: sdk::Agency>(system: &System, clock: &Clock, code: &'static str, agency: A) -> Result<()> {
    let connection = system.adapter(code, clock)?;
    let stop = system.life.token();
    // What is in hand when the system stops is given again after its next start: some of it takes days.
    system.life.spawn("demonstration agency", async move {
        let serving = sdk::serve_until(connection, agency, stop.clone());
        stop.run_until_cancelled(serving).await.unwrap_or(Ok(()))
    });
    Ok(())
}

/// How long an agency works: as the rehearsal clock goes, and a few seconds by the live one.
#[derive(Clone)]
struct Pace(Clock);

impl Pace {
    async fn work(&self, hours: u64) {
        if self.0.is_live() {
            return tokio::time::sleep(Duration::from_secs(hours.clamp(1, 4))).await;
        }
        let until = self.0.now() + SignedDuration::from_hours(i64::try_from(hours).unwrap_or(i64::MAX));
        self.0.sleep_until(until).await;
    }
}
