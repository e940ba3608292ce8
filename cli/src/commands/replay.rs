//! `samad replay`: a real city's cases through the whole system.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Context;
use crate::ports::Ports;
use crate::replay::{Replay as Rows, Times, boston311};
use crate::services::Run;
use crate::system::{Options, System};

#[derive(Args)]
pub struct Replay {
    /// How the file is written.
    #[arg(long, value_enum, default_value = "boston311")]
    format: Format,
    /// Whose times it goes by.
    #[arg(long, value_enum, default_value = "keep")]
    times: Times,
    /// Only the first rows.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
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
        let replay = Rows { rows: boston311::read(&self.file, self.limit)?, times: self.times };
        let scratch = ground::scratch("samad-replay-")?;
        let options = Options {
            data: scratch.path().to_owned(),
            ports: Ports::free()?,
            clock: replay.clock(),
            agencies: replay.agencies(),
            run: Run::Here,
            nats_url: None,
            postgres_url: None,
        };
        let system = System::start(&options).await?;
        system.life.stop_on_signals()?;
        let style =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {per_sec}, {eta} left")?;
        let bar = ProgressBar::new(replay.rows.len() as u64).with_style(style);
        let played = replay.play(&system, |sent| bar.set_position(sent)).await;
        bar.finish_and_clear();
        let stopped = system.stop().await;
        telemetry.stop().await;
        let (figures, faults) = played?;
        stopped?;
        for fault in &faults {
            eprintln!("samad: {fault}");
        }
        context.show.value(&serde_json::Value::Object(figures.clone()), || super::figures::lines(&figures));
        Ok(u8::from(!faults.is_empty()))
    }
}
