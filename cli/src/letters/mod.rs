//! Letters of a trip from a table: every row that can be taken is, the others are named with what is wrong.

mod row;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result};
use contracts::intake::{
    Campaign, GetCampaignRequest, RegisterContactRequest, RegisterContactsRequest, RegisterContactsResponse,
};
use jalali::Tehran;
use serde::Serialize;
use sheets::Kind;
use sheets::table::Table;

use crate::doors::Doors;

/// Longest file, in rows.
const ROWS_MAX: usize = 1_000_000;
/// Contacts of one call: what intake takes at most.
const CALL: usize = 10_000;
/// Contacts of one message: far below the size that a message may have.
const MESSAGE: usize = 500;

/// What became of a file.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Letters that are registered, by this import or by an earlier one of the same file.
    pub registered: u64,
    /// Rows that were not taken.
    pub refused: Vec<Refused>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its line in the file; the head of the table is the first.
    pub line: u64,
    /// The number of the letter, where the row has one.
    pub number: String,
    /// The field that is wrong.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

/// A row that can be sent.
struct Letter {
    line: u64,
    number: String,
    request: RegisterContactRequest,
}

/// Registers the letters of a CSV or XLSX file. Repeating it registers nothing twice: the campaign and the letter's number
/// make the key.
///
/// # Errors
/// When the file or the campaign cannot be read, or intake does not answer: what was taken until then stays taken.
pub async fn import(doors: &Doors, file: &Path, campaign: &str, scans: Option<&Path>) -> Result<Imported> {
    let request = GetCampaignRequest { campaign: campaign.to_owned() };
    let campaign = doors.campaigns().get_campaign(request).await?.into_inner().campaign;
    let campaign = campaign.context("intake told no campaign")?;
    let scans = scans.map(files).transpose()?;
    let (letters, refused) = read(file, &campaign, scans.as_ref())?;
    let mut imported = Imported { refused, ..Imported::default() };
    for call in letters.chunks(CALL) {
        let messages: Vec<RegisterContactsRequest> = call
            .chunks(MESSAGE)
            .map(|some| RegisterContactsRequest {
                contacts: some.iter().map(|letter| letter.request.clone()).collect(),
            })
            .collect();
        let answer = doors.intake().register_contacts(futures_util::stream::iter(messages)).await?;
        imported.add(call, answer.into_inner());
    }
    imported.refused.sort_by_key(|refused| refused.line);
    Ok(imported)
}

impl Imported {
    fn add(&mut self, call: &[Letter], answer: RegisterContactsResponse) {
        self.registered += u64::from(answer.registered);
        for refused in answer.refused {
            // The row counts the contacts of the call.
            let letter = usize::try_from(refused.row).ok().and_then(|row| call.get(row));
            self.refused.push(Refused {
                line: letter.map_or(0, |letter| letter.line),
                number: letter.map(|letter| letter.number.clone()).unwrap_or_default(),
                field: refused.field,
                reason: refused.reason,
            });
        }
    }
}

/// The file's rows that can be sent, and those that cannot.
fn read(
    file: &Path,
    campaign: &Campaign,
    scans: Option<&BTreeSet<String>>,
) -> Result<(Vec<Letter>, Vec<Refused>)> {
    let name = file.display();
    let kind = Kind::of(&file.to_string_lossy())
        .with_context(|| format!("{name}: letters come as .csv or .xlsx"))?;
    let source = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let table = Table::read(kind, BufReader::new(source), ROWS_MAX);
    let table = table.with_context(|| format!("{name} cannot be read"))?;
    let tehran = Tehran::new()?;
    let (mut letters, mut refused) = (Vec::new(), Vec::new());
    for row in table.rows() {
        let (line, number) = (row.line, row.get(row::NUMBER).to_owned());
        match row::request(&row, campaign, scans, &tehran) {
            Ok(request) => letters.push(Letter { line, number, request }),
            Err((field, reason)) => {
                refused.push(Refused { line, number, field: field.to_owned(), reason });
            }
        }
    }
    Ok((letters, refused))
}

/// Names of the files in a folder.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let files = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    files.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests;
