//! A trip's letters from a file at hand.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result};
use contracts::intake::GetCampaignRequest;
use sheets::Kind;
use sheets::letters::{self, Imported};
use tonic::Request;

use crate::doors::Doors;

/// Longest file, in rows.
const ROWS_MAX: usize = 1_000_000;

/// Registers the letters of a CSV or XLSX file. Repeating it registers nothing twice.
///
/// # Errors
/// When the file or the campaign cannot be read, or intake does not answer: what was taken until then stays taken.
pub async fn import(doors: &Doors, file: &Path, campaign: &str, scans: Option<&Path>) -> Result<Imported> {
    let request = GetCampaignRequest { campaign: campaign.to_owned() };
    let campaign = doors.campaigns().get_campaign(request).await?.into_inner().campaign;
    let campaign = campaign.context("intake told no campaign")?;
    let scans = scans.map(files).transpose()?;
    let name = file.display();
    let kind = Kind::of(&file.to_string_lossy())
        .with_context(|| format!("{name}: letters come as .csv or .xlsx"))?;
    let source = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let read = letters::read(kind, BufReader::new(source), ROWS_MAX, &campaign, scans.as_ref())
        .with_context(|| format!("{name} cannot be read"))?;
    Ok(letters::register(doors.intake(), read, Request::new).await?)
}

/// Names of the files in a folder.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let files = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    files.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect()
}
