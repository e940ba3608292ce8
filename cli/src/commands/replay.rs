//! `samad replay`: a real city's cases through the whole system.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use chassis::Life;
use chassis::clock::random_u64;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Context;
use crate::figures::Counted;
use crate::ports::Ports;
use crate::replay::{Replay as Rows, Times, boston311, faults};
use crate::services::Run;
use crate::system::{Options, System};

#[derive(Args)]
#[command(after_help = "\
Starts a system of its own in a temporary folder, plays the file, prints the figures as `samad figures` does and removes \
everything; with --running it plays into a system that runs, at its time, and prints what it added. Each row becomes a contact, a case and a referral; the agency accepts it at once and answers it when the row \
was closed. With --times keep the figures are counted as of the last moment at which any row was opened or closed.\n\n\
Exit status 1 when the figures differ from what the rows say: something was lost, doubled or misdated; each difference \
is named on stderr. docs/how-to/replay-a-city.md shows how to recount the file independently.")]
pub struct Replay {
    /// How the file is written: boston311 is the City of Boston's open data of 311 cases.
    #[arg(long, value_enum, default_value = "boston311")]
    format: Format,
    /// Whose times it goes by.
    #[arg(long, value_enum, default_value = "keep")]
    times: Times,
    /// Only the first rows.
    #[arg(long, value_name = "ROWS", default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
    /// Also print the figures of each day.
    #[arg(long)]
    per_day: bool,
    /// Meanwhile kill every service, NATS and `PostgreSQL`, and empty NATS: nothing may be lost or doubled.
    #[arg(long)]
    faults: bool,
    /// Which faults strike when, to repeat a run; drawn if absent.
    #[arg(long, requires = "faults")]
    seed: Option<u64>,
    /// Play into the system that runs on this --port-base, with its data in this folder; nothing else may happen there
    /// meanwhile. Its clock is not the rows': their times are not kept.
    #[arg(long, value_name = "DATA", conflicts_with_all = ["faults", "times"])]
    running: Option<PathBuf>,
    /// The recorded cases, `.csv` or `.csv.gz`.
    file: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Boston311,
}

impl Replay {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let telemetry = chassis::telemetry::start("samad")?;
        let Format::Boston311 = self.format;
        let times = if self.running.is_some() { Times::Now } else { self.times };
        let replay = Rows { rows: boston311::read(&self.file, self.limit)?, times };
        let scratch = ground::scratch("samad-replay-")?;
        let mut system = self.system(context, &replay, scratch.path()).await?;
        let style =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {per_sec}, {eta} left")?;
        let bar = ProgressBar::new(replay.rows.len() as u64).with_style(style);
        let progress = |sent| bar.set_position(sent);
        let ending = system.life.clone();
        let playing = async {
            if !self.faults {
                return self.play(&replay, &system, progress).await;
            }
            let seed = self.seed.unwrap_or_else(random_u64);
            eprintln!("samad: --seed {seed} repeats these faults");
            faults::play(&replay, &mut system, seed, progress).await
        };
        let played = tokio::select! {
            played = playing => played,
            () = ending.stopping() => Err(anyhow!("the replay was stopped")),
        };
        bar.finish_and_clear();
        let stopped = system.stop().await;
        telemetry.stop().await;
        let (mut counted, faults) = played?;
        stopped?;
        for fault in &faults {
            eprintln!("samad: {fault}");
        }
        counted.days = counted.days.filter(|_| self.per_day);
        context.show.fields(&counted, || counted.lines())?;
        Ok(u8::from(!faults.is_empty()))
    }

    /// Plays without faults; a system of its own is looked into afterwards.
    async fn play(
        &self,
        replay: &Rows,
        system: &System,
        progress: impl Fn(u64),
    ) -> Result<(Counted, Vec<String>)> {
        let (counted, mut findings) = replay.play(system, progress).await?;
        if let Some(postgres) = &system.postgres {
            findings.extend(faults::proof(postgres, replay).await?);
        }
        Ok((counted, findings))
    }

    /// The system that runs, or one of the replay's own in `data`.
    async fn system(&self, context: &Context, replay: &Rows, data: &Path) -> Result<System> {
        let agencies = replay.agencies();
        if let Some(running) = &self.running {
            let system = System::join(running, context.ports, &agencies, None).await?;
            system.life.stop_on_signals()?;
            return Ok(system);
        }
        // From the start on: a system that is half started ends as well.
        let life = Life::default();
        life.stop_on_signals()?;
        let run = match self.faults {
            true => Run::Processes { program: std::env::current_exe()?, replicas: 2 },
            false => Run::Here,
        };
        let (data, ports, clock) = (data.to_owned(), Ports::free()?, replay.clock());
        let options =
            Options { data, ports, clock, agencies, run, nats_url: None, postgres_url: None, durable: true };
        System::start_in(&options, life).await
    }
}
