//! Dates as people in Iran read them: Jalali, with the weekday, in Tehran's time.

use anyhow::{Context, Result};
use icu_calendar::cal::Persian;
use icu_calendar::{Date, Iso};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::lang::Lang;

const MONTHS: [(&str, &str); 12] = [
    ("فروردین", "Farvardin"),
    ("اردیبهشت", "Ordibehesht"),
    ("خرداد", "Khordad"),
    ("تیر", "Tir"),
    ("مرداد", "Mordad"),
    ("شهریور", "Shahrivar"),
    ("مهر", "Mehr"),
    ("آبان", "Aban"),
    ("آذر", "Azar"),
    ("دی", "Dey"),
    ("بهمن", "Bahman"),
    ("اسفند", "Esfand"),
];

/// From Monday on, as ISO 8601 counts.
const WEEKDAYS: [(&str, &str); 7] = [
    ("دوشنبه", "Monday"),
    ("سه‌شنبه", "Tuesday"),
    ("چهارشنبه", "Wednesday"),
    ("پنجشنبه", "Thursday"),
    ("جمعه", "Friday"),
    ("شنبه", "Saturday"),
    ("یکشنبه", "Sunday"),
];

/// Year, month (1 to 12) and day of the Persian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Jalali {
    year: i32,
    month: u8,
    day: u8,
}

/// Writes moments as dates of Tehran.
#[derive(Debug, Clone)]
pub(crate) struct Calendar(TimeZone);

impl Calendar {
    /// Fails when the time zone data lacks Tehran.
    pub fn tehran() -> Result<Self> {
        Ok(Calendar(TimeZone::get("Asia/Tehran").context("the time zone data lacks Asia/Tehran")?))
    }

    /// `شنبه ۵ مهر ۱۴۰۴`; in English with the Gregorian date behind it.
    pub fn date(&self, lang: Lang, at: Timestamp) -> String {
        let date = self.day(at);
        let weekday = WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let weekday = lang.say(weekday.0, weekday.1);
        let Some(Jalali { year, month, day }) = jalali(date) else {
            return lang.digits(&date.to_string());
        };
        let month = MONTHS[usize::from(month - 1)];
        match lang {
            Lang::Fa => lang.digits(&format!("{weekday} {day} {} {year}", month.0)),
            Lang::En => format!("{weekday} {day} {} {year} ({})", month.1, date.strftime("%-d %B %Y")),
        }
    }

    /// The date with the hour and minute.
    pub fn moment(&self, lang: Lang, at: Timestamp) -> String {
        let time = at.to_zoned(self.0.clone()).strftime("%H:%M").to_string();
        format!("{}{}{}", self.date(lang, at), lang.say("، ساعت ", ", "), lang.digits(&time))
    }

    /// Midnights of Tehran between two moments; negative when `to` is the earlier day.
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let span = self.day(to).duration_since(self.day(from));
        span.as_hours() / 24
    }

    fn day(&self, at: Timestamp) -> civil::Date {
        at.to_zoned(self.0.clone()).date()
    }
}

/// Absent only for dates that the calendar's data does not reach.
fn jalali(date: civil::Date) -> Option<Jalali> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    let iso: Date<Iso> = Date::try_new_iso(i32::from(date.year()), month, day).ok()?;
    let persian = iso.to_calendar(Persian);
    let month = persian.month().ordinal;
    (1..=12).contains(&month).then(|| Jalali {
        year: persian.era_year().year,
        month,
        day: persian.day_of_month().0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn known_days_of_the_official_calendar() {
        // Nowruz of 1399 to 1405 and the leap day of 1403, as printed by the University of Tehran.
        for (gregorian, expected) in [
            ((2020, 3, 20), (1399, 1, 1)),
            ((2021, 3, 21), (1400, 1, 1)),
            ((2024, 3, 20), (1403, 1, 1)),
            ((2025, 3, 20), (1403, 12, 30)),
            ((2025, 3, 21), (1404, 1, 1)),
            ((2026, 3, 21), (1405, 1, 1)),
            ((1979, 2, 11), (1357, 11, 22)),
        ] {
            let (year, month, day) = gregorian;
            let found = jalali(civil::date(year, month, day)).unwrap();
            assert_eq!((found.year, found.month, found.day), expected, "{gregorian:?}");
        }
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

    proptest! {
        #[test]
        fn the_day_after_is_the_next_or_the_first_of_a_month(days in -36_500_i32..36_500) {
            let date = civil::date(2025, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let (today, next) = (jalali(date).unwrap(), jalali(date.tomorrow().unwrap()).unwrap());
            if next.day == 1 {
                prop_assert_eq!(u16::from(next.month), u16::from(today.month) % 12 + 1);
                prop_assert!((29..=31).contains(&today.day));
            } else {
                prop_assert_eq!((next.year, next.month, next.day), (today.year, today.month, today.day + 1));
            }
        }
    }
}
