//! `samad bench`

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde_json::Value;

use super::Context;
use crate::bench::{Plan, adapters, measure, measure_running};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// Under two minutes, at 0 and 20,000 stored.
    #[arg(long)]
    quick: bool,
    /// Measure the system that runs on this --port-base, with its data in this folder, at what it has stored; nothing else
    /// may happen there meanwhile. Raw limits, clocks and memory are left out: they would need its database.
    #[arg(long, value_name = "DATA")]
    running: Option<PathBuf>,
    /// Write the figures there too: `samad bench --json FILE`.
    file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// As many adapters as the country has agencies, all connected; one of five then fails, and the others must not feel
    /// it: exit status 1 when they do.
    Adapters(Adapters),
}

#[derive(Args)]
struct Adapters {
    /// Adapters connected at once.
    #[arg(long, default_value_t = 1_400, value_parser = clap::value_parser!(u32).range(5..=9_999))]
    adapters: u32,
    /// Referrals a second, over all of them.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    per_s: u32,
    /// How long they come, in each of the two runs.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// Write the figures there too.
    file: Option<PathBuf>,
}

impl Bench {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let spinner = ProgressBar::new_spinner();
        spinner.enable_steady_tick(Duration::from_millis(200));
        let say = |doing: &str| spinner.set_message(doing.to_owned());
        let (measured, file) = match self.what {
            Some(What::Adapters(Adapters { adapters, per_s, seconds, file })) => {
                let plan = adapters::Plan { adapters, per_s, time: Duration::from_secs(seconds) };
                (adapters::measure(&plan, say).await, file)
            }
            None => {
                let plan = if self.quick { Plan::quick() } else { Plan::full() };
                let measured = match &self.running {
                    Some(data) => measure_running(&plan, data, context.ports, say).await,
                    None => measure(&plan, say).await,
                };
                (measured, self.file)
            }
        };
        spinner.finish_and_clear();
        told(context, &measured?, file.as_deref())
    }
}

fn told(context: &Context, figures: &Value, file: Option<&Path>) -> Result<u8> {
    let text = serde_json::to_string_pretty(figures)?;
    if let Some(file) = file {
        std::fs::write(file, &text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    context.show.value(figures, || text);
    Ok(u8::from(figures["holds"] == Value::Bool(false)))
}
