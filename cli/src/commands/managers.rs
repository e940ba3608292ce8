//! `samad managers import|list`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use audit::managers_file;
use clap::Subcommand;
use contracts::audit::{ListManagersRequest, ListManagersResponse};

use super::Context;

#[derive(Subcommand)]
pub enum Managers {
    /// Import who manages which agency from day to day; a changed term becomes a new version.
    Import {
        /// A file of terms (TOML); without it, the fictional ones that come with Samad.
        file: Option<PathBuf>,
    },
    /// Who holds which office.
    List {
        /// Agency code; all if absent.
        #[arg(long, default_value = "")]
        agency: String,
        /// In office on this day: Jalali (1404-01-15) or ISO 8601 (2025-04-04); any day if absent.
        #[arg(long, default_value = "")]
        day: String,
    },
}

impl Managers {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Managers::Import { file } => import(context, file).await,
            Managers::List { agency, day } => list(context, ListManagersRequest { agency, day }).await,
        }
    }
}

async fn import(context: &Context, file: Option<PathBuf>) -> Result<u8> {
    let terms = match file {
        Some(file) => managers_file::parse(
            &std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?,
        )?,
        None => managers_file::shipped()?,
    };
    let answer = context.doors.evaluation().import_managers(terms).await?.into_inner();
    context.show.message("samad.audit.v1.ImportManagersResponse", &answer, |answer| {
        format!("{} terms adopted, {} unchanged", answer.adopted, answer.unchanged)
    })?;
    Ok(0)
}

async fn list(context: &Context, asked: ListManagersRequest) -> Result<u8> {
    let answer = context.doors.evaluation().list_managers(asked).await?.into_inner();
    context.show.message("samad.audit.v1.ListManagersResponse", &answer, lines)?;
    Ok(0)
}

fn lines(answer: &ListManagersResponse) -> String {
    let line = |term: &contracts::audit::Term| {
        let last_day = if term.last_day.is_empty() { "…" } else { &term.last_day };
        let withdrawn = if term.withdrawn { "  withdrawn" } else { "" };
        format!(
            "{:<24}{:<12}{} – {:<12}{}، {}{withdrawn}",
            term.agency, term.manager, term.first_day, last_day, term.name_fa, term.title_fa
        )
    };
    answer.terms.iter().map(line).collect::<Vec<_>>().join("\n")
}
