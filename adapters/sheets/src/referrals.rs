//! Open referrals as a sheet: what an agency's person reads, and three empty columns to fill in.

use std::borrow::Cow;

use anyhow::{Context as _, Result};
use contracts::intake::Kind as Brought;
use contracts::optional_instant;
use contracts::routing::ReferralIssued;
use jalali::{Tehran, digits};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};

use crate::answers::WORDS;
use crate::columns::{
    ANSWER, COUNTY, ISSUED, KIND, LEGAL_REASON, OUTCOME, PLACE, PROMISED, REFERRAL, STATEMENT, TOPIC,
};
use crate::{Column, Kind};

/// The columns, each with its width in letters.
const COLUMNS: [(Column, f64); 11] = [
    (REFERRAL, 38.0),
    (ISSUED, 14.0),
    (PROMISED, 14.0),
    (KIND, 10.0),
    (TOPIC, 30.0),
    (COUNTY, 16.0),
    (PLACE, 30.0),
    (STATEMENT, 60.0),
    (OUTCOME, 18.0),
    (ANSWER, 60.0),
    (LEGAL_REASON, 30.0),
];
/// Of a column of outcomes; its people choose among the words.
const OUTCOMES: u16 = 8;

/// Writes referrals as a table that [`crate::read`] reads back when it is filled in; `named` says what a referral's topic and
/// county are called.
///
/// # Errors
/// When time zone data lack Tehran, or the table is larger than a workbook can be.
pub fn write(
    kind: Kind,
    referrals: &[ReferralIssued],
    named: impl Fn(&ReferralIssued) -> [String; 2],
) -> Result<Vec<u8>> {
    let tehran = Tehran::new().context("the time zone data lacks Asia/Tehran")?;
    let rows = referrals.iter().map(|referral| cells(referral, named(referral), &tehran));
    let head = COLUMNS.map(|([_, persian], _)| persian.to_owned());
    match kind {
        Kind::Csv => csv(std::iter::once(head).chain(rows)),
        Kind::Xlsx => Ok(xlsx(&head, rows)?),
    }
}

fn cells(referral: &ReferralIssued, [topic, county]: [String; 2], tehran: &Tehran) -> [String; 11] {
    let day = |at: Option<&prost_types::Timestamp>| {
        let at = optional_instant(at).ok().flatten();
        at.map(|at| digits::persian(&tehran.date(at).to_string())).unwrap_or_default()
    };
    let kind = match referral.kind() {
        Brought::Request => "درخواست",
        Brought::Complaint => "شکایت",
        Brought::Suggestion => "پیشنهاد",
        Brought::Criticism => "انتقاد",
        Brought::Idea => "ایده",
        Brought::Report => "گزارش",
        Brought::Unspecified => "",
    };
    let empty = String::new;
    [
        referral.referral_id.clone(),
        day(referral.issued_at.as_ref()),
        day(referral.promised_at.as_ref()),
        kind.to_owned(),
        topic,
        county,
        referral.place.clone(),
        referral.statement.clone(),
        empty(),
        empty(),
        empty(),
    ]
}

fn csv(lines: impl Iterator<Item = [String; 11]>) -> Result<Vec<u8>> {
    // Without the byte order mark spreadsheets take Persian for another encoding.
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for line in lines {
        writer.write_record(line.iter().map(|cell| inert(cell).into_owned()))?;
    }
    Ok(writer.into_inner()?)
}

/// A citizen's words are no formula, whatever they begin with.
fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}").into() } else { cell.into() }
}

fn xlsx(head: &[String; 11], rows: impl Iterator<Item = [String; 11]>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let text = Format::new().set_align(FormatAlign::Right).set_reading_direction(2).set_text_wrap();
    let bold = text.clone().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name("ارجاع‌ها")?.set_right_to_left(true).set_freeze_panes(1, 0)?;
    for ((column, cell), (_, width)) in (0..).zip(head).zip(COLUMNS) {
        sheet.set_column_width(column, width)?.write_with_format(0, column, cell, &bold)?;
    }
    let mut last = 0;
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(&cells) {
            sheet.write_with_format(row, column, cell, &text)?;
        }
        last = row;
    }
    let words = WORDS.map(|(_, [_, persian])| persian);
    let choice = DataValidation::new().allow_list_strings(&words)?;
    sheet.add_data_validation(1, OUTCOMES, last.max(1), OUTCOMES, &choice)?;
    workbook.save_to_buffer()
}
