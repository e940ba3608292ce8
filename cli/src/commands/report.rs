//! `samad report`: the report of a month or a quarter, from the ledger's facts.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use contracts::audit::{BuildReportRequest, BuildReportResponse};
use serde_json::Value;

use super::Context;

#[derive(Args)]
#[command(after_help = "\
Once the report is issued, it is built from the leaves it was issued from: the same bytes, whenever it is asked.")]
pub struct Report {
    /// A Jalali month, such as 1404-07.
    #[arg(long, conflicts_with = "quarter", required_unless_present = "quarter")]
    month: Option<String>,
    /// A Jalali quarter, such as 1404-q3.
    #[arg(long)]
    quarter: Option<String>,
    /// One province's code; the whole country if absent.
    #[arg(long, default_value = "")]
    province: String,
    /// The public edition: cells of few people are hidden. Months only.
    #[arg(long)]
    public: bool,
    /// From so many leaves of the ledger.
    #[arg(long, default_value_t = 0)]
    as_of_size: u64,
    /// Also write it as a workbook here.
    #[arg(long)]
    xlsx: Option<PathBuf>,
    /// Also write it as a PDF for signing here.
    #[arg(long)]
    pdf: Option<PathBuf>,
}

impl Report {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Report { month, quarter, province, public, as_of_size, xlsx, pdf } = self;
        let period = month.or(quarter).unwrap_or_default();
        let with_pdf = pdf.is_some();
        let asked = BuildReportRequest { period, province, as_of_size, public_edition: public, with_pdf };
        let answer = context.doors.reports().build_report(asked).await?.into_inner();
        let report: Value = serde_json::from_slice(&answer.json).context("audit answered no report")?;
        for (file, bytes) in [(xlsx, &answer.xlsx), (pdf, &answer.pdf)] {
            if let Some(file) = file {
                std::fs::write(&file, bytes)
                    .with_context(|| format!("{} cannot be written", file.display()))?;
            }
        }
        context.show.value(&report, || lines(&report, &answer));
        Ok(0)
    }
}

/// The figures that a governor asks for first.
fn lines(report: &Value, answer: &BuildReportResponse) -> String {
    let whole = |value: &Value| value.as_u64().map_or_else(|| "–".to_owned(), |count| count.to_string());
    let tenths = |value: &Value| {
        value.as_u64().map_or_else(|| "–".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
    };
    let answers = &report["answers"];
    let figures = [
        ("contacts", whole(&report["contacts"]["total"])),
        ("guidance", whole(&report["guidance"]["total"])),
        ("cases", whole(&report["cases"])),
        ("referrals", whole(&report["referrals"]["total"])),
        ("on_time", whole(&answers["on_time"])),
        ("late", whole(&answers["late"])),
        ("overdue_open", whole(&answers["overdue_open"])),
        ("on_time %", tenths(&answers["on_time_permille"])),
        ("cases closed", whole(&answers["cases_closed"])),
        ("median days", tenths(&answers["median_days_tenths"])),
        ("p90 days", tenths(&answers["p90_days_tenths"])),
        ("mass closing", report["mass_closing"].as_array().map_or(0, Vec::len).to_string()),
        ("ledger_size", answer.ledger_size.to_string()),
        ("issued", answer.issued.to_string()),
    ];
    let mut lines = vec![report["period_fa"].as_str().unwrap_or_default().to_owned()];
    lines.extend(figures.iter().map(|(name, value)| format!("{name:<16}{value:>12}")));
    lines.join("\n")
}
