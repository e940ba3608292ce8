//! `samad guidance import|search`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::intake::{GuidanceEntry, GuidanceFound, ImportGuidanceRequest, SearchGuidanceRequest};
use intake::guidance_file;

use super::Context;

#[derive(Subcommand)]
pub enum Guidance {
    /// Import entries of the guidance base; a changed one becomes a new version, repeating it changes nothing.
    Import {
        /// A folder of Markdown files with a front matter; without it, the entries that come with Samad.
        folder: Option<PathBuf>,
    },
    /// Search it in Persian, best first.
    Search {
        /// What the citizen asks.
        words: String,
        /// Entries of this province, too.
        #[arg(long, default_value = "")]
        province: String,
        /// Only on this topic or one above it.
        #[arg(long, default_value = "")]
        topic: String,
        /// Entries at most.
        #[arg(long, default_value_t = 5)]
        limit: u32,
    },
}

impl Guidance {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Guidance::Import { folder } => import(context, folder.as_deref()).await,
            Guidance::Search { words, province, topic, limit } => {
                search(context, SearchGuidanceRequest { words, province, topic, limit }).await
            }
        }
    }
}

async fn import(context: &Context, folder: Option<&Path>) -> Result<u8> {
    let entries = match folder {
        Some(folder) => read(folder)?,
        None => guidance_file::shipped()?,
    };
    let answer =
        context.doors.guidance().import_guidance(ImportGuidanceRequest { entries }).await?.into_inner();
    context.show.message("samad.intake.v1.ImportGuidanceResponse", &answer, |answer| {
        format!("{} entries added, {} changed, {} unchanged", answer.added, answer.changed, answer.unchanged)
    })?;
    Ok(0)
}

/// The entries of a folder: a file of another kind is passed over, a faulty one stops the import.
fn read(folder: &Path) -> Result<Vec<GuidanceEntry>> {
    let files = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let entry = |file: &PathBuf| {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let name = file.file_stem().and_then(|name| name.to_str()).context("a file's name must be UTF-8")?;
        Ok(guidance_file::parse(name, &text)?)
    };
    files.iter().map(entry).collect()
}

async fn search(context: &Context, request: SearchGuidanceRequest) -> Result<u8> {
    let answer = context.doors.guidance().search_guidance(request).await?.into_inner();
    context.show.message("samad.intake.v1.SearchGuidanceResponse", &answer, |answer| {
        answer.found.iter().filter_map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if answer.found.is_empty() { 1 } else { 0 })
}

fn line(found: &GuidanceFound) -> Option<String> {
    let entry = found.entry.as_ref()?;
    Some(format!(
        "{:.2}  {}@{}  {}\n      {}",
        found.score, entry.entry, entry.version, entry.title, entry.text
    ))
}
