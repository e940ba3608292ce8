//! A table of text from CSV or XLSX.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use anyhow::{Context as _, Result, ensure};
use calamine::{Data, DataRef, Reader as _, Xlsx};
use jiff::Span;
use jiff::civil::{Date, date};
use zip::ZipArchive;

use crate::Column;

/// What a row of a workbook takes unpacked, at most: 4,000 letters that were said, as many answered, and what stands beside them.
const ROW_BYTES_MAX: u64 = 24 * 1024;
/// Columns at most: more than any table here has, and few enough that every row may say that it has all.
const COLUMNS_MAX: usize = 64;
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
        ensure!(record.len() <= COLUMNS_MAX, "it has more than {COLUMNS_MAX} columns");
        let line = record.position().map_or(0, csv::Position::line);
        lines.push((line, record.iter().map(trimmed).collect()));
    }
    Ok(lines)
}

/// The cells that stand in the workbook, one by one: as a rectangle, two cells in its corners would take all memory.
fn xlsx_lines(mut source: impl Read + Seek, most: usize) -> Result<Lines> {
    let bytes_max = ROW_BYTES_MAX.saturating_mul(most as u64);
    ensure!(unpacks_to(&mut source, bytes_max)?, "it holds more than a table of {most} rows");
    let mut book = Xlsx::new(source)?;
    let name = book.sheet_names().into_iter().next().context("the workbook has no sheet")?;
    let mut sheet = book.worksheet_cells_reader(&name)?;
    let mut rows = BTreeMap::<u32, Vec<String>>::new();
    let mut bytes = 0_u64;
    while let Some(found) = sheet.next_cell()? {
        // A text that stands once in the workbook may be that of every cell.
        bytes += letters(found.get_value()).len() as u64;
        ensure!(bytes <= bytes_max, "it holds more than a table of {most} rows");
        let text = cell(&found.get_value().clone().into());
        if text.is_empty() {
            continue;
        }
        let (row, column) = found.get_position();
        let column = usize::try_from(column)?;
        ensure!(column < COLUMNS_MAX, "it has more than {COLUMNS_MAX} columns");
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        // The head stands beside those that are counted.
        ensure!(rows.len() <= most + 1, "it has more than {most} rows");
    }
    Ok(rows.into_iter().map(|(row, cells)| (u64::from(row) + 1, cells)).collect())
}

/// The text of a cell that holds one.
fn letters<'a>(cell: &'a DataRef<'_>) -> &'a str {
    match cell {
        DataRef::String(text) => text,
        DataRef::SharedString(text) => text,
        _ => "",
    }
}

/// Whether a workbook unpacks to so many bytes at most. It is packed: a small one may hold more than a machine has, and say
/// that it holds less.
fn unpacks_to(source: &mut (impl Read + Seek), most: u64) -> Result<bool> {
    let mut left = most;
    {
        let mut archive = ZipArchive::new(&mut *source).context("it is no workbook")?;
        for part in 0..archive.len() {
            let mut part = archive.by_index(part)?.take(left.saturating_add(1));
            let unpacked = io::copy(&mut part, &mut io::sink())?;
            let Some(rest) = left.checked_sub(unpacked) else { return Ok(false) };
            left = rest;
        }
    }
    source.rewind()?;
    Ok(true)
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

    /// A workbook with these cells, in its first sheet.
    fn workbook(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in cells {
            sheet.write(*row, *column, *text).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    fn read_workbook(bytes: Vec<u8>, most: usize) -> Result<Table> {
        Table::read(Kind::Xlsx, io::Cursor::new(bytes), most)
    }

    #[test]
    fn two_cells_far_apart_take_no_more_than_two_cells() {
        let wide = read_workbook(workbook(&[(0, 0, "a"), (1_048_575, 16_383, "b")]), 9);
        assert!(wide.err().unwrap().to_string().contains("64 columns"));
        let long = read_workbook(workbook(&[(0, 0, "a"), (1_048_575, 1, "b")]), 9).unwrap();
        assert_eq!(long.lines, [(1_048_576, vec![String::new(), "b".to_owned()])]);
    }

    #[test]
    fn what_unpacks_to_more_than_its_rows_may_hold_is_refused() {
        // Packed, this is some kilobytes; the same text in many cells is kept once.
        let (long, most) = ("آ".repeat(16_000), 4);
        let spread: Vec<_> = (0..4).map(|column| (1, column, long.as_str())).collect();
        let refused = read_workbook(workbook(&spread), most).err().unwrap().to_string();
        assert!(refused.contains("holds more than a table of 4 rows"), "{refused}");
        let several: Vec<_> = (0..40).map(|place| format!("{place}{long}")).collect();
        let several: Vec<_> = (0..40).zip(&several).map(|(row, text)| (row, 0, text.as_str())).collect();
        let refused = read_workbook(workbook(&several), most).err().unwrap().to_string();
        assert!(refused.contains("holds more than a table of 4 rows"), "{refused}");
    }
}
