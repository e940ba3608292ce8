//! Faults that strike a system while it replays, and the proof that nothing was lost and nothing doubled.
//!
//! The same for the test of every build and for `samad replay --faults` at full size: each service killed, NATS killed
//! and emptied, PostgreSQL restarted, an adapter crashed between commit and acknowledgement, and a message that no
//! one can read; in an order and at moments that follow from a seed.

mod answers;
mod books;
mod chance;
mod crashes;
mod effects;
mod plan;
mod unreadable;
mod victims;

pub use chance::Chance;
pub use crashes::Crashes;

use std::sync::Arc;

use anyhow::{Context, Result};
use ground::Postgres;
use jiff::Timestamp;
use tokio::sync::watch;

use self::plan::plan;
use self::unreadable::{HEARERS, Unreadable};
use self::victims::{Hand, Victims};
use super::drive::Course;
use super::{Expected, Replay};
use crate::figures::Counted;
use crate::system::System;

/// Plays all rows while the faults of `seed` strike the system, whose servers and services must be processes of
/// its own; its figures at rest, and everything that was lost or doubled.
///
/// # Errors
/// When a part cannot be started again, or stays away longer than a caller would wait.
pub async fn play(
    replay: &Replay,
    system: &mut System,
    seed: u64,
    progress: impl Fn(u64),
) -> Result<(Counted, Vec<String>)> {
    let first = replay.rows.first().map_or(Timestamp::UNIX_EPOCH, |row| row.opened_at);
    let unreadable = Unreadable::new(system, first).await?;
    let mut victims = Victims::taken_from(system)?;
    let crashes = Arc::default();
    let played = strike_while(replay, system, &mut victims, seed, (&unreadable, &crashes), progress).await;
    let looked = match &played {
        Ok(_) => look(replay, system, &victims, &unreadable, &crashes).await,
        Err(_) => Ok(Vec::new()),
    };
    victims.return_to(system);
    let (counted, mut findings) = played?;
    findings.extend(looked.context("what the faults left cannot be looked at")?);
    Ok((counted, findings))
}

/// What the services' databases hold against what the rows say, counted past every service: everything that was lost or
/// doubled, notices and leaves of the ledger included.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn proof(postgres: &Postgres, replay: &Replay) -> Result<Vec<String>> {
    let mut findings = books::findings(postgres, &replay.rows).await?;
    findings.extend(effects::findings(postgres).await?);
    Ok(findings)
}

async fn strike_while(
    replay: &Replay,
    system: &System,
    victims: &mut Victims,
    seed: u64,
    (unreadable, crashes): (&Unreadable, &Arc<Crashes>),
    progress: impl Fn(u64),
) -> Result<(Counted, Vec<String>)> {
    let mut chance = Chance::of(seed);
    let plan = plan(replay.rows.len(), &mut chance);
    let (rows, faults) = (replay.rows.len() as u64, plan.len() as u64);
    let hand = Hand { chance, crashes, unreadable };
    let (tell_registered, registered) = watch::channel(0);
    let (tell_struck, struck) = watch::channel(0);
    let expected =
        Expected { dead_letters: HEARERS.len() as u64, ..Expected::of(&replay.rows, replay.times)? };
    let course =
        Course { crashes: crashes.clone(), expected, at_once: replay.rows.len().div_ceil(2 * plan.len()) };
    let playing = async move {
        let paced = async |sent: u64| {
            progress(sent);
            tell_registered.send_replace(sent);
            // The rows go on while a fault strikes, but not past the next one: each meets work on its way.
            let due = (sent * (faults + 1) / rows.max(1)).min(faults);
            let _ = struck.clone().wait_for(|struck| *struck + 1 >= due).await;
        };
        replay.play_on(system, course, paced).await
    };
    let (played, ()) = tokio::try_join!(playing, victims.suffer(&plan, rows, hand, registered, tell_struck))?;
    Ok(played)
}

async fn look(
    replay: &Replay,
    system: &System,
    victims: &Victims,
    unreadable: &Unreadable,
    crashes: &Crashes,
) -> Result<Vec<String>> {
    let mut findings = answers::unacknowledged(unreadable.bus(), &replay.agencies()).await?;
    findings.extend(proof(&victims.postgres, replay).await?);
    findings.extend(answers::findings(&system.doors()?, replay.rows.len(), &unreadable.id()).await?);
    if crashes.outstanding() > 0 {
        findings.push(format!("{} crashes of adapters did not come about", crashes.outstanding()));
    }
    Ok(findings)
}
