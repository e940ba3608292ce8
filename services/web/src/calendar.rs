//! Dates in the language of a page, by Tehran's days.

use anyhow::{Context, Result};
use jalali::Tehran;
use jiff::Timestamp;

use crate::lang::Lang;

/// Writes moments as dates of Tehran.
#[derive(Debug, Clone)]
pub(crate) struct Calendar(Tehran);

impl Calendar {
    /// Fails when the time zone data lacks Tehran.
    pub fn tehran() -> Result<Self> {
        Tehran::new().context("the time zone data lacks Asia/Tehran").map(Calendar)
    }

    /// `شنبه ۵ مهر ۱۴۰۴`; in English with the Gregorian date behind it.
    pub fn date(&self, lang: Lang, at: Timestamp) -> String {
        let date = self.0.date(at);
        match lang {
            Lang::Fa => date.fa_with_weekday(),
            Lang::En => {
                let civil = date.civil();
                format!("{} {} ({})", civil.strftime("%A"), date.en(), civil.strftime("%-d %B %Y"))
            }
        }
    }

    /// The date with the hour and minute.
    pub fn moment(&self, lang: Lang, at: Timestamp) -> String {
        format!("{}{}{}", self.date(lang, at), lang.say("، ساعت ", ", "), self.time(lang, at))
    }

    /// By RFC 3339 with Tehran's offset, to the second: `2025-09-27T11:30:00+03:30`.
    pub fn w3c(&self, at: Timestamp) -> String {
        self.0.zoned(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The day in Tehran.
    pub fn day(&self, at: Timestamp) -> jalali::Date {
        self.0.date(at)
    }

    /// The first moment of the day.
    pub fn start_of_day(&self, at: Timestamp) -> Timestamp {
        self.0.first_moment(self.0.date(at))
    }

    /// The hour and minute.
    pub fn time(&self, lang: Lang, at: Timestamp) -> String {
        lang.digits(&self.0.zoned(at).strftime("%H:%M").to_string())
    }

    /// Midnights of Tehran between two moments; negative when `to` is the earlier day.
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.0.date(from).days_until(self.0.date(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_written_with_its_weekday_in_tehrans_day() {
        let calendar = Calendar::tehran().unwrap();
        assert_eq!(calendar.date(Lang::Fa, at("2025-09-27T08:00:00Z")), "شنبه ۵ مهر ۱۴۰۴");
        // 20:30 UTC is midnight in Tehran: the next day there.
        assert_eq!(calendar.date(Lang::Fa, at("2025-09-27T20:30:00Z")), "یکشنبه ۶ مهر ۱۴۰۴");
        let english = calendar.moment(Lang::En, at("2025-09-27T08:00:00Z"));
        assert_eq!(english, "Saturday 5 Mehr 1404 (27 September 2025), 11:30");
    }

    #[test]
    fn days_are_counted_by_tehrans_midnights() {
        let calendar = Calendar::tehran().unwrap();
        let noon = at("2025-09-27T08:30:00Z");
        assert_eq!(calendar.days_between(noon, at("2025-09-27T20:29:59Z")), 0);
        assert_eq!(calendar.days_between(noon, at("2025-09-27T20:30:00Z")), 1);
        assert_eq!(calendar.days_between(noon, at("2025-09-20T08:30:00Z")), -7);
    }
}
