//! `samad figures`: counted from the ledger's facts, with what is still on its way.

use anyhow::Result;
use clap::Args;
use contracts::audit::{GetFiguresRequest, ListDailyFiguresRequest};
use jiff::civil::Date;

use super::Context;
use crate::figures::{self, Counted};
use jalali::day;

#[derive(Args)]
#[command(after_help = "\
Cases, answered, open, overdue_open, withdrawn, on_time and late count the cases registered in the days asked for, whenever \
that came about; contacts, guidance, referrals, actions, notices, reopened, solved, not_solved, no_reply and the officials' slots count on their own day. ledger_size, dead_letters and \
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
