//! A table of text from a CSV or an XLSX file.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use calamine::{Data, Reader as _, Xlsx, open_workbook};
use jiff::Span;
use jiff::civil::{Date, date};

/// Longest file, in rows.
const ROWS_MAX: usize = 1_000_000;
/// The day that XLSX counts as 0.
const DAY_ZERO: Date = date(1899, 12, 30);

/// Rows below a head.
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The line of each row, the head being the first, and its cells.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads the file by its ending; of a workbook the first sheet.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: &Path) -> Result<Table> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let lines = match ending.as_str() {
        "csv" => csv_lines(file),
        "xlsx" => xlsx_lines(file),
        _ => bail!("{}: letters come as .csv or .xlsx", file.display()),
    };
    let mut lines = lines.with_context(|| format!("{} cannot be read", file.display()))?;
    ensure!(lines.len() <= ROWS_MAX, "{}: has more than {ROWS_MAX} rows", file.display());
    ensure!(!lines.is_empty(), "{}: has no head", file.display());
    let (_, columns) = lines.remove(0);
    // Rows without any word stand in many tables.
    lines.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    Ok(Table { columns, rows: lines })
}

type Lines = Vec<(u64, Vec<String>)>;

fn csv_lines(file: &Path) -> Result<Lines> {
    // A row with too few or too many cells is that row's fault only.
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file)?;
    let mut lines = Lines::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        lines.push((line, record.iter().map(trimmed).collect()));
    }
    Ok(lines)
}

fn xlsx_lines(file: &Path) -> Result<Lines> {
    let mut book: Xlsx<_> = open_workbook(file)?;
    let sheet = book.worksheet_range_at(0).context("the workbook has no sheet")??;
    let first = sheet.start().map_or(0, |(row, _)| u64::from(row));
    Ok((first + 1..).zip(sheet.rows().map(|row| row.iter().map(cell).collect())).collect())
}

/// A cell as text: numbers without a fraction where they have none, days as ISO 8601 writes them.
fn cell(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => trimmed(text),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(at) => day(at.as_f64()),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// The day of a serial number, whose fraction is the time of day; empty where there is none.
fn day(serial: f64) -> String {
    let days = Span::new().try_days(serial.floor() as i32).and_then(|days| DAY_ZERO.checked_add(days));
    days.map_or_else(|_| String::new(), |day| day.to_string())
}

/// Without the byte order mark that spreadsheets begin their CSV with.
fn trimmed(text: &str) -> String {
    text.trim_start_matches('\u{feff}').trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_text_as_people_read_them() {
        assert_eq!(cell(&Data::Float(13_542_419.0)), "13542419");
        assert_eq!(cell(&Data::Float(1.5)), "1.5");
        assert_eq!(cell(&Data::String(" آب ".into())), "آب");
        assert_eq!(day(46_032.75), "2026-01-10");
        assert_eq!(trimmed("\u{feff}number"), "number");
    }
}
