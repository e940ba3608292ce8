//! Which moments a day holds.

use std::ops::{Range, RangeInclusive};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned, civil};

use crate::{Date, digits};

/// The time zone in which Iran counts its days, summer time of the years before 1402 included.
#[derive(Debug, Clone)]
pub struct Tehran(TimeZone);

impl Tehran {
    /// Asia/Tehran.
    ///
    /// # Errors
    /// When the time zone database lacks it.
    pub fn new() -> Result<Self, jiff::Error> {
        TimeZone::get("Asia/Tehran").map(Tehran)
    }

    /// The moment as Tehran's clocks show it.
    #[must_use]
    pub fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.0.clone())
    }

    /// The day on which the moment falls, within [`Date::FIRST`] to [`Date::LAST`].
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        Date::of(self.zoned(at).date())
    }

    /// The first moment of the day: its midnight, or 01:00 where the clocks went forward at midnight.
    #[must_use]
    pub fn first_moment(&self, day: Date) -> Timestamp {
        // Every day of the calendar lies within the range of timestamps.
        self.0.to_timestamp(day.civil().to_datetime(civil::Time::midnight())).unwrap_or(Timestamp::MAX)
    }

    /// The moments of these days, from the first one's first up to, and without, the first one after the last day.
    ///
    /// ```
    /// use jalali::{Date, Tehran};
    ///
    /// let day = Date::new(1404, 1, 1)?;
    /// let moments = Tehran::new()?.moments(day..=day);
    /// assert_eq!(moments.start, "2025-03-20T20:30:00Z".parse()?);
    /// assert_eq!(moments.end, "2025-03-21T20:30:00Z".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn moments(&self, days: RangeInclusive<Date>) -> Range<Timestamp> {
        let after = days.end().civil().saturating_add(Span::new().days(1));
        let end = self.0.to_timestamp(after.to_datetime(civil::Time::midnight())).unwrap_or(Timestamp::MAX);
        self.first_moment(*days.start())..end
    }

    /// The same time of day, `days` calendar days later (earlier when negative); at the end of time, the end of time.
    #[must_use]
    pub fn add_days(&self, at: Timestamp, days: i64) -> Timestamp {
        let later = Span::new().try_days(days).and_then(|span| self.zoned(at).checked_add(span));
        let edge = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
        later.map_or(edge, |zoned| zoned.timestamp())
    }

    /// For people, day and time: `۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰`.
    #[must_use]
    pub fn moment_fa(&self, at: Timestamp) -> String {
        let time = self.zoned(at).strftime("%H:%M").to_string();
        format!("{} ساعت {}", self.date(at).fa(), digits::persian(&time))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::{Month, Quarter, Year};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_keep_the_time_of_day_across_a_change_of_clocks() {
        // Iran's clocks went forward on 22 March 2021.
        let tehran = Tehran::new().unwrap();
        let start = at("2021-03-20T10:00:00+03:30");
        assert_eq!(tehran.add_days(start, 15), at("2021-04-04T10:00:00+04:30"));
        assert_eq!(tehran.add_days(tehran.add_days(start, 15), -15), start);
        assert_eq!(tehran.add_days(start, i64::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_day_whose_midnight_was_left_out_begins_at_one() {
        let tehran = Tehran::new().unwrap();
        let second = Date::new(1400, 1, 2).unwrap();
        let moments = tehran.moments(second..=second);
        assert_eq!(moments.start, at("2021-03-22T01:00:00+04:30"));
        assert_eq!(moments.end.duration_since(moments.start), SignedDuration::from_hours(23));
    }

    #[test]
    fn moments_read_as_the_calendar_says() {
        let tehran = Tehran::new().unwrap();
        for (moment, expected) in [
            ("2025-03-21T00:00:00+03:30", "۱ فروردین ۱۴۰۴ ساعت ۰۰:۰۰"),
            ("2025-03-20T23:59:00+03:30", "۳۰ اسفند ۱۴۰۳ ساعت ۲۳:۵۹"),
            ("2025-09-23T08:30:00+03:30", "۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰"),
        ] {
            assert_eq!(tehran.moment_fa(at(moment)), expected);
        }
    }

    #[test]
    fn quarters_and_years_begin_where_the_ones_before_end() {
        let tehran = Tehran::new().unwrap();
        let year = tehran.moments(Year::new(1404).unwrap().days());
        let quarter = |number| tehran.moments(Quarter::new(1404, number).unwrap().days());
        assert_eq!(quarter(1).start, year.start);
        assert_eq!((1..4).map(|n| quarter(n).end).collect::<Vec<_>>(), [2, 3, 4].map(|n| quarter(n).start));
        assert_eq!(quarter(4).end, year.end);
        assert_eq!(year.end, at("2026-03-21T00:00:00+03:30"));
    }

    #[test]
    fn at_the_calendars_edges_there_are_moments_still() {
        let tehran = Tehran::new().unwrap();
        assert_eq!(tehran.date(Timestamp::MIN), Date::FIRST);
        assert_eq!(tehran.date(Timestamp::MAX), Date::LAST);
        let whole = tehran.moments(Date::FIRST..=Date::LAST);
        assert!(whole.start > Timestamp::MIN && whole.end < Timestamp::MAX, "{whole:?}");
    }

    proptest! {
        #[test]
        fn a_month_holds_its_moments_and_no_others(year in 1300_u16..=1500, number in 1_u8..=12) {
            let tehran = Tehran::new().unwrap();
            let month = Month::new(year, number).unwrap();
            let moments = tehran.moments(month.days());
            let instant = SignedDuration::from_nanos(1);
            prop_assert_eq!(tehran.date(moments.start).month(), month);
            prop_assert_eq!(tehran.date(moments.end - instant).month(), month);
            prop_assert_eq!(Some(tehran.date(moments.start - instant).month()), month.previous());
            prop_assert_eq!(Some(tehran.date(moments.end).month()), month.next());
        }
    }
}
