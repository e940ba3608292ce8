//! `samad simulate`: a province's life in minutes.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Context;
use crate::ports::Ports;
use crate::services::Run;
use crate::simulate::{Life, Simulation};
use crate::system::{Options, System};

#[derive(Args)]
#[command(after_help = "\
The life begins on 1 Farvardin 1404. At the end every fact is counted again, independently of the system's figures; the \
exit status is 1 when the two do not agree.")]
pub struct Simulate {
    /// The province's code, such as east-azerbaijan.
    #[arg(long)]
    province: String,
    /// How many days of its life.
    #[arg(long, default_value_t = 400)]
    days: u32,
    /// The same seed plays the same life.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the data in this new folder; thrown away if absent.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Simulate {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let telemetry = chassis::telemetry::start("samad")?;
        let Simulate { province, days, seed, data } = self;
        let simulation = Simulation { province, days, seed, life: Life::shipped()? };
        let scratch = if data.is_none() { Some(ground::scratch("samad-simulate-")?) } else { None };
        let data = data.or(scratch.as_ref().map(|scratch| scratch.path().to_owned())).unwrap_or_default();
        std::fs::create_dir_all(&data)?;
        let clock = simulation.clock(&data)?;
        let options = Options {
            data,
            ports: Ports::free()?,
            clock: clock.clone(),
            agencies: simulation.agencies()?,
            run: Run::Here,
            nats_url: None,
            postgres_url: None,
            durable: scratch.is_none(),
        };
        let system = System::start(&options).await?;
        system.life.stop_on_signals()?;
        let style =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} days, {per_sec}, {eta} left")?;
        let bar = ProgressBar::new(u64::from(days)).with_style(style);
        let played = simulation.play(&system, &clock, |over| bar.set_position(u64::from(over))).await;
        bar.finish_and_clear();
        let stopped = system.stop().await;
        telemetry.stop().await;
        let report = played?;
        stopped?;
        for difference in &report.differences {
            eprintln!("samad: {difference}");
        }
        context.show.fields(&report, || report.lines())?;
        Ok(u8::from(!report.differences.is_empty()))
    }
}
