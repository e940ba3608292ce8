//! A report as a workbook: Persian, right to left, with Persian digits. The same report makes the same bytes.

use std::collections::BTreeMap;

use anyhow::Result;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::domain::report::Report;
use crate::domain::report::present::Cells;

/// Shown where there is no value, or where it is hidden.
const NONE: &str = "–";
/// Numbers in Persian digits (numeral system 3, language fa-IR).
const WHOLE: &str = "[$-3000429]#,##0";
const TENTHS: &str = "[$-3000429]#,##0.0";

/// Writes a report as XLSX.
///
/// # Errors
/// When a sheet would be larger than the format allows.
pub fn write(report: &Report) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // Else the moment of writing would be part of the bytes.
    let moment = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let title = format!("گزارش سامد، {}", report.period_fa);
    let properties = DocProperties::new().set_title(&title).set_creation_datetime(&moment);
    workbook.set_properties(&properties);
    summary(&mut Sheet::begin(&mut workbook, "خلاصه")?, report, &title)?;
    volumes(&mut Sheet::begin(&mut workbook, "تماس‌ها")?, report)?;
    agencies(&mut Sheet::begin(&mut workbook, "دستگاه‌ها")?, report)?;
    Ok(workbook.save_to_buffer()?)
}

/// A sheet that is written line by line.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    head: Format,
    text: Format,
    whole: Format,
    tenths: Format,
}

/// Names by code.
type Named = BTreeMap<String, String>;

/// What stands in a cell.
enum Cell<'a> {
    Text(&'a str),
    Whole(Option<u64>),
    /// A value in tenths, shown with a decimal.
    Tenths(Option<u64>),
}

impl<'a> Sheet<'a> {
    fn begin(workbook: &'a mut Workbook, name: &str) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?.set_right_to_left(true).set_column_width(0, 52)?;
        sheet.set_column_range_width(1, 8, 18)?;
        let text = Format::new().set_align(FormatAlign::Right).set_reading_direction(2);
        Ok(Self {
            sheet,
            row: 0,
            head: text.clone().set_bold(),
            whole: text.clone().set_num_format(WHOLE),
            tenths: text.clone().set_num_format(TENTHS),
            text,
        })
    }

    fn head(&mut self, words: &[&str]) -> Result<(), XlsxError> {
        for (column, word) in (0..).zip(words) {
            self.sheet.write_with_format(self.row, column, *word, &self.head)?;
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for (column, cell) in (0..).zip(cells) {
            let row = self.row;
            match cell {
                Cell::Text(text) => self.sheet.write_with_format(row, column, *text, &self.text)?,
                // Counts of people are far below what a double holds exactly.
                Cell::Whole(Some(count)) => {
                    self.sheet.write_with_format(row, column, *count as f64, &self.whole)?
                }
                Cell::Tenths(Some(tenths)) => {
                    self.sheet.write_with_format(row, column, *tenths as f64 / 10.0, &self.tenths)?
                }
                Cell::Whole(None) | Cell::Tenths(None) => {
                    self.sheet.write_with_format(row, column, NONE, &self.text)?
                }
            };
        }
        self.row += 1;
        Ok(())
    }

    fn table(&mut self, title: &str, cells: &Cells, names: &Named) -> Result<(), XlsxError> {
        self.row += 1;
        self.head(&[title, "تعداد"])?;
        for (code, count) in cells {
            self.line(&[Cell::Text(named(names, code)), Cell::Whole(*count)])?;
        }
        Ok(())
    }
}

/// A code's name; the code where it has none.
fn named<'a>(names: &'a Named, code: &'a str) -> &'a str {
    let name = names.get(code).map(String::as_str);
    name.unwrap_or(if code.is_empty() { "بدون مقدار" } else { code })
}

fn summary(sheet: &mut Sheet<'_>, report: &Report, title: &str) -> Result<(), XlsxError> {
    sheet.head(&[title])?;
    let days = format!("از {} تا {}", report.first_day, report.last_day);
    let province = match (report.province.as_str(), report.province_fa.as_str()) {
        ("", _) => "سراسر کشور".to_owned(),
        (code, "") => code.to_owned(),
        (_, name) => format!("استان {name}"),
    };
    let is_public = report.edition == "public";
    let edition = if is_public {
        "ویرایش عمومی؛ «–» یعنی پنهان یا بی‌مقدار"
    } else {
        "ویرایش کامل"
    };
    sheet.line(&[Cell::Text(&jalali::digits::persian(&days))])?;
    sheet.line(&[Cell::Text(&province)])?;
    sheet.line(&[Cell::Text(edition)])?;
    sheet.row += 1;
    let answers = &report.answers;
    for (label, cell) in [
        ("تماس‌ها", Cell::Whole(report.contacts.total)),
        ("راهنمایی‌ها", Cell::Whole(report.guidance.total)),
        ("پرونده‌های ثبت‌شده", Cell::Whole(report.cases)),
        ("ارجاع‌ها", Cell::Whole(report.referrals.total)),
        ("پاسخ در مهلت", Cell::Whole(answers.on_time)),
        ("پاسخ پس از مهلت", Cell::Whole(answers.late)),
        ("بی‌پاسخ و گذشته از مهلت", Cell::Whole(answers.overdue_open)),
        ("درصد پاسخ در مهلت (بی‌پاسخ‌های گذشته از مهلت در مخرج)", Cell::Tenths(answers.on_time_permille)),
        ("پرونده‌های بسته‌شده", Cell::Whole(answers.cases_closed)),
        ("میانهٔ روز تا پاسخ", Cell::Tenths(answers.median_days_tenths)),
        ("صدک ۹۰ روز تا پاسخ", Cell::Tenths(answers.p90_days_tenths)),
    ] {
        sheet.line(&[Cell::Text(label), cell])?;
    }
    if let Some(said) = &report.satisfaction {
        sheet.line(&[Cell::Text("شهروند: حل شد"), Cell::Whole(Some(said.solved))])?;
        sheet.line(&[Cell::Text("شهروند: حل نشد"), Cell::Whole(Some(said.not_solved))])?;
    }
    if report.reopened.is_some() {
        sheet.line(&[Cell::Text("بازگشایی‌ها"), Cell::Whole(report.reopened)])?;
    }
    sheet.row += 1;
    sheet.line(&[Cell::Text("تعداد رخدادهای دفتر"), Cell::Whole(Some(report.basis.ledger_size))])?;
    sheet.line(&[Cell::Text("آخرین رخداد شمرده‌شده"), Cell::Text(&report.basis.as_of_fa)])?;
    sheet.line(&[Cell::Text("ریشهٔ دفتر"), Cell::Text(&report.basis.ledger_root)])
}

fn volumes(sheet: &mut Sheet<'_>, report: &Report) -> Result<(), XlsxError> {
    let (contacts, names) = (&report.contacts, &report.names);
    sheet.head(&["تماس‌ها به تفکیک"])?;
    sheet.table("راه تماس", &contacts.by_channel, &names.channel)?;
    sheet.table("نوع", &contacts.by_kind, &names.kind)?;
    sheet.table("موضوع", &contacts.by_topic, &names.topic)?;
    sheet.table("شهرستان", &contacts.by_county, &names.county)?;
    sheet.table("سرانجام", &contacts.by_outcome, &names.outcome)?;
    sheet.table("راهنمایی به تفکیک پله", &report.guidance.by_rung, &names.rung)
}

fn agencies(sheet: &mut Sheet<'_>, report: &Report) -> Result<(), XlsxError> {
    #[rustfmt::skip]
    sheet.head(&[
        "دستگاه", "ارجاع", "در مهلت", "پس از مهلت", "بی‌پاسخ گذشته از مهلت", "درصد در مهلت", "میانهٔ روز", "صدک ۹۰ روز",
        "امتیاز کسرشده",
    ])?;
    for line in &report.agencies {
        let name = if line.name_fa.is_empty() { &line.agency } else { &line.name_fa };
        // No referral was issued to it in the period: those it answered were older.
        let issued = report.referrals.by_agency.get(&line.agency).copied().unwrap_or(Some(0));
        sheet.line(&[
            Cell::Text(name),
            Cell::Whole(issued),
            Cell::Whole(line.on_time),
            Cell::Whole(line.late),
            Cell::Whole(line.overdue_open),
            Cell::Tenths(line.on_time_permille),
            Cell::Tenths(line.median_days_tenths),
            Cell::Tenths(line.p90_days_tenths),
            Cell::Whole(line.points_off),
        ])?;
    }
    if !report.mass_closing.is_empty() {
        sheet.row += 1;
        sheet.head(&["بستن انبوه در روزهای پایانی", "درصد پاسخ‌ها در آن روزها"])?;
    }
    for flag in &report.mass_closing {
        let name = if flag.name_fa.is_empty() { &flag.agency } else { &flag.name_fa };
        sheet.line(&[Cell::Text(name), Cell::Tenths(Some(flag.in_last_days_permille))])?;
    }
    Ok(())
}
