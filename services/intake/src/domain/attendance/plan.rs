//! On which days a pattern gives a slot.

use jalali::Tehran;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::{Book, Pattern, Planned, Rhythm};
use crate::domain::hours::{Centre, Kind, MIDNIGHT, moment};

impl Book {
    /// What the patterns give from today to each province's horizon; nothing where no policy holds.
    #[must_use]
    pub fn plan(&self, now: Timestamp, tehran: &Tehran) -> Vec<Planned> {
        let today = tehran.zoned(now).date();
        let mut planned = Vec::new();
        for pattern in &self.patterns {
            let Some(policy) = self.policy(&pattern.province, now) else { continue };
            for day in days(today, policy.horizon_days) {
                if pattern.falls_on(day, |day| self.answers(pattern, day)) {
                    planned.extend(pattern.on(day, tehran));
                }
            }
        }
        planned
    }

    /// Whether the centre of a pattern answers on a day.
    fn answers(&self, pattern: &Pattern, day: Date) -> bool {
        let centre = Centre { province: &pattern.province, centre: &pattern.centre };
        self.hours.of(centre, day).is_some_and(|hours| hours.kind != Kind::Closure)
    }
}

/// A day and so many after it.
pub(super) fn days(first: Date, more: u32) -> impl Iterator<Item = Date> {
    (0..=i64::from(more)).filter_map(move |ahead| first.checked_add(Span::new().days(ahead)).ok())
}

impl Pattern {
    /// Whether the pattern gives a slot on a day; `answers` tells when its centre does.
    fn falls_on(&self, day: Date, answers: impl Fn(Date) -> bool) -> bool {
        if day < self.from || self.until.is_some_and(|until| until < day) || !answers(day) {
            return false;
        }
        match self.rhythm {
            Rhythm::Once => day == self.from,
            Rhythm::Weekdays(bits) => (bits >> day.weekday().to_monday_zero_offset()) & 1 == 1,
            Rhythm::EveryDays(step) => days_between(self.from, day) % i64::from(step.max(1)) == 0,
            Rhythm::DayOfSeason(nth) => {
                let season = *jalali::Date::of(day).quarter().days().start();
                let nth = season.plus_days(i64::from(nth) - 1).civil().max(self.from);
                // The first one: the days from the wanted one up to this one are all closed.
                nth <= day
                    && days(nth, u32::try_from(days_between(nth, day)).unwrap_or_default())
                        .all(|earlier| earlier == day || !answers(earlier))
            }
        }
    }

    fn on(&self, day: Date, tehran: &Tehran) -> Option<Planned> {
        Some(Planned {
            pattern: self.pattern.clone(),
            day,
            official: self.official.clone(),
            province: self.province.clone(),
            centre: self.centre.clone(),
            starts_at: moment(day, self.opens, tehran)?,
            // 24:00 is the next day's midnight.
            ends_at: match self.closes {
                MIDNIGHT => moment(day.tomorrow().ok()?, 0, tehran)?,
                closes => moment(day, closes, tehran)?,
            },
        })
    }
}

fn days_between(first: Date, last: Date) -> i64 {
    last.duration_since(first).as_hours() / 24
}
