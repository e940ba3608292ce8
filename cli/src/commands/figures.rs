//! `samad figures`: counted from the ledger's facts, with what is still on its way.

use anyhow::{Context as _, Result};
use clap::Args;
use contracts::audit::{GetFiguresRequest, ListDailyFiguresRequest};
use jiff::civil::Date;

use super::Context;
use crate::figures::{self, Counted};

/// Years below this are Jalali: 1700 lies three centuries ahead in the one calendar, and before any record in the other.
const FIRST_GREGORIAN_YEAR: u16 = 1700;

#[derive(Args)]
#[command(after_help = "\
Cases, answered, open, overdue_open, on_time and late count the cases registered in the days asked for, whenever that \
came about; contacts, guidance, referrals, actions and notices count on their own day. ledger_size, dead_letters and \
in_flight are always the whole system's.")]
pub struct Figures {
    /// One province's code, such as fars; all if absent.
    #[arg(long, default_value = "")]
    province: String,
    /// First day in Tehran: Jalali (1404-01-15, also 1404/1/15) or ISO 8601 (2025-04-04).
    #[arg(long, value_parser = day)]
    from: Option<Date>,
    /// Last day, that day included; written as for --from.
    #[arg(long, value_parser = day)]
    to: Option<Date>,
    /// Also the figures of each day on which contacts were recorded.
    #[arg(long)]
    per_day: bool,
}

impl Figures {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let (province, from_day, to_day) = (self.province, text(self.from), text(self.to));
        let request = ListDailyFiguresRequest {
            province: province.clone(),
            from_day: from_day.clone(),
            to_day: to_day.clone(),
        };
        let figures = figures::read(&context.doors, GetFiguresRequest { province, from_day, to_day }).await?;
        let days = if self.per_day { Some(figures::days(&context.doors, request).await?) } else { None };
        let counted = Counted { figures, days };
        context.show.fields(&counted, || counted.lines())?;
        Ok(0)
    }
}

/// A day as a person in Iran or a program writes it.
pub fn day(text: &str) -> Result<Date> {
    let latin = jalali::digits::latin(text.trim());
    let year = latin.split(['/', '-']).next().and_then(|year| year.parse::<u16>().ok());
    if year.is_some_and(|year| year < FIRST_GREGORIAN_YEAR) {
        return Ok(latin.parse::<jalali::Date>()?.civil());
    }
    latin.parse().context("it must be a day such as 1404-01-15 or 2025-04-04")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_either_calendar() {
        for text in ["1404-01-15", "1404/1/15", "۱۴۰۴/۰۱/۱۵", "2025-04-04"] {
            assert_eq!(day(text).unwrap(), jiff::civil::date(2025, 4, 4), "{text}");
        }
        for text in ["", "yesterday", "1404-13-01", "2025-02-30", "1404"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
