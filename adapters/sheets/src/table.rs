//! A table of text from CSV or XLSX.

use std::io::{Read, Seek};

use anyhow::{Context as _, Result, bail, ensure};
use calamine::{Data, Reader as _, Xlsx};
use jiff::Span;
use jiff::civil::{Date, date};
use zip::ZipArchive;

use crate::Column;

/// What a row of a workbook takes unpacked, at most: 4,000 letters that were said, as many answered, and what stands beside them.
const ROW_BYTES_MAX: u64 = 24 * 1024;
/// The day that XLSX counts as 0.
const DAY_ZERO: Date = date(1899, 12, 30);

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Comma-separated values in UTF-8.
    Csv,
    /// A workbook; its first sheet is read.
    Xlsx,
}

impl Kind {
    /// That of a file name or of a word: by what stands behind the last dot.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "csv" => Some(Kind::Csv),
            "xlsx" => Some(Kind::Xlsx),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Kind::Csv => "text/csv; charset=utf-8",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The ending of its files.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Xlsx => "xlsx",
        }
    }
}

/// Rows below a head.
pub struct Table {
    columns: Vec<String>,
    lines: Lines,
}

/// Lines with their numbers, the head being the first, and their cells.
type Lines = Vec<(u64, Vec<String>)>;

/// A row of a table.
pub struct Row<'a> {
    /// Its line in the file; the head is the first.
    pub line: u64,
    columns: &'a [String],
    cells: &'a [String],
}

impl Row<'_> {
    /// A column's cell; empty where the table has no such column.
    #[must_use]
    pub fn get(&self, column: Column) -> &str {
        let place = self.columns.iter().position(|name| column.contains(&name.to_lowercase().as_str()));
        place.and_then(|place| self.cells.get(place)).map(String::as_str).unwrap_or_default()
    }
}

impl Table {
    /// Reads a table of `most` rows at most.
    ///
    /// # Errors
    /// When it cannot be read, has no head, or has too many rows.
    pub fn read(kind: Kind, source: impl Read + Seek, most: usize) -> Result<Self> {
        let mut lines = match kind {
            Kind::Csv => csv_lines(source, most)?,
            Kind::Xlsx => xlsx_lines(source, most)?,
        };
        ensure!(!lines.is_empty(), "it has no head");
        let (_, columns) = lines.remove(0);
        // Rows without any word stand in many tables.
        lines.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        ensure!(lines.len() <= most, "it has more than {most} rows");
        Ok(Table { columns, lines })
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.lines.iter().map(|(line, cells)| Row { line: *line, columns: &self.columns, cells })
    }

    /// Whether its head has this column.
    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.columns.iter().any(|name| column.contains(&name.to_lowercase().as_str()))
    }
}

fn csv_lines(source: impl Read, most: usize) -> Result<Lines> {
    // A row with too few or too many cells is that row's fault only.
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
    let mut lines = Lines::new();
    for record in reader.records() {
        let record = record?;
        // Empty rows and the head may stand beside those that are counted.
        ensure!(lines.len() <= 2 * most, "it has more than {most} rows");
        let line = record.position().map_or(0, csv::Position::line);
        lines.push((line, record.iter().map(trimmed).collect()));
    }
    Ok(lines)
}

fn xlsx_lines(mut source: impl Read + Seek, most: usize) -> Result<Lines> {
    bounded(&mut source, most)?;
    let mut book = Xlsx::new(source)?;
    let sheet = book.worksheet_range_at(0).context("the workbook has no sheet")??;
    let first = sheet.start().map_or(0, |(row, _)| u64::from(row));
    Ok((first + 1..).zip(sheet.rows().map(|row| row.iter().map(cell).collect())).collect())
}

/// A workbook is packed: a small one may say that it unpacks to more than a machine has.
fn bounded(source: &mut (impl Read + Seek), most: usize) -> Result<()> {
    let mut unpacked = 0_u64;
    {
        let mut archive = ZipArchive::new(&mut *source).context("it is no workbook")?;
        for part in 0..archive.len() {
            unpacked = unpacked.saturating_add(archive.by_index_raw(part)?.size());
        }
    }
    if unpacked > ROW_BYTES_MAX.saturating_mul(most as u64) {
        bail!("it holds more than a table of {most} rows");
    }
    source.rewind()?;
    Ok(())
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

    #[test]
    fn what_is_no_table_or_too_large_is_refused() {
        let read = |kind, bytes: &[u8], most| Table::read(kind, std::io::Cursor::new(bytes), most).err();
        assert!(read(Kind::Csv, b"", 9).unwrap().to_string().contains("no head"));
        assert!(read(Kind::Csv, b"a\n1\n\n2\n", 1).unwrap().to_string().contains("more than 1 rows"));
        assert!(read(Kind::Csv, b"a\n1\n\n", 1).is_none());
        assert!(read(Kind::Xlsx, b"a,b\n", 9).is_some());
        assert!(read(Kind::Csv, b"a\n\xff\n", 9).is_some());
    }
}
