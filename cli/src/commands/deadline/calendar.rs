//! `samad deadline calendar import`

use std::path::PathBuf;

use ::deadline::calendar_file;
use anyhow::{Context as _, Result};
use clap::Subcommand;

use super::Context;

#[derive(Subcommand)]
pub enum Calendar {
    /// Adopt holidays and weekly days off as the next version of the calendar; open clocks that this touches move.
    Import {
        /// A calendar file (TOML), such as services/deadline/calendar.toml.
        file: PathBuf,
    },
}

impl Calendar {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Calendar::Import { file } = self;
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let request = calendar_file::parse(&text)?;
        let answer = context.doors.deadline().import_calendar(request).await?.into_inner();
        context.show.message("samad.deadline.v1.ImportCalendarResponse", &answer, |answer| {
            format!(
                "calendar version {}: {} holidays added, {} removed, {} weeks added",
                answer.version, answer.holidays_added, answer.holidays_removed, answer.weeks_added
            )
        })?;
        Ok(0)
    }
}
