//! `samad desk import|hours`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::intake::GetHoursRequest;
use intake::desk_file;

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Desk {
    /// Import hours, closures, trips and desk policies; a changed one becomes a new version.
    Import {
        /// A file of desk rules (TOML); without it, those that come with Samad.
        file: Option<PathBuf>,
    },
    /// Whether a centre answers now, and until when.
    Hours {
        /// Province code.
        province: String,
        /// Centre code; the province's if absent.
        #[arg(long, default_value = "")]
        centre: String,
    },
}

impl Desk {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Desk::Import { file } => import(context, file).await,
            Desk::Hours { province, centre } => {
                hours(context, GetHoursRequest { province, centre, at: None }).await
            }
        }
    }
}

async fn import(context: &Context, file: Option<PathBuf>) -> Result<u8> {
    let rules = match file {
        Some(file) => desk_file::parse(
            &std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?,
        )?,
        None => desk_file::shipped()?,
    };
    let answer = context.doors.work_list().import_desk_rules(rules).await?.into_inner();
    context.show.message("samad.intake.v1.ImportDeskRulesResponse", &answer, |answer| {
        format!("{} rules adopted, {} unchanged", answer.adopted, answer.unchanged)
    })?;
    Ok(0)
}

async fn hours(context: &Context, request: GetHoursRequest) -> Result<u8> {
    let answer = context.doors.work_list().get_hours(request).await?.into_inner();
    context.show.message("samad.intake.v1.GetHoursResponse", &answer, |answer| {
        let state = if answer.open { "open" } else { "closed" };
        format!("{state} until {}  {}", instant(answer.until.as_ref()), answer.reason_fa)
    })?;
    Ok(0)
}
