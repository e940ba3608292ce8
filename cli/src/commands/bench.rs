//! `samad bench`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use indicatif::ProgressBar;

use super::Context;
use crate::bench::{Plan, measure, measure_running};

#[derive(Args)]
pub struct Bench {
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

impl Bench {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let plan = if self.quick { Plan::quick() } else { Plan::full() };
        let spinner = ProgressBar::new_spinner();
        spinner.enable_steady_tick(std::time::Duration::from_millis(200));
        let say = |doing: &str| spinner.set_message(doing.to_owned());
        let measured = match &self.running {
            Some(data) => measure_running(&plan, data, context.ports, say).await,
            None => measure(&plan, say).await,
        };
        spinner.finish_and_clear();
        let figures = measured?;
        let text = serde_json::to_string_pretty(&figures)?;
        if let Some(file) = self.file {
            std::fs::write(&file, &text).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        context.show.value(&figures, || text);
        Ok(0)
    }
}
