//! The calendar that a new deployment starts with (TOML): weekly days off and the holidays of fixed Jalali days.

use anyhow::{Context as _, Result};
use contracts::deadline::{Holiday, ImportCalendarRequest, Week};
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../calendar.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    years: Option<[u16; 2]>,
    #[serde(default)]
    every_year: Vec<Yearly>,
    #[serde(default)]
    holiday: Vec<Once>,
    #[serde(default)]
    week: Vec<Weekly>,
}

/// Month and day of the Jalali calendar.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Yearly {
    month: u8,
    day: u8,
    name_fa: String,
}

/// One Jalali day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Once {
    day: String,
    name_fa: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weekly {
    #[serde(default)]
    province: String,
    from: String,
    off: Vec<Name>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Name {
    Monday = 1,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A calendar file as the request that imports it.
///
/// # Errors
/// Says what cannot be read, or which day there is not.
pub fn parse(text: &str) -> Result<ImportCalendarRequest> {
    let file: File = toml::from_str(text).context("the calendar cannot be read")?;
    let mut request = ImportCalendarRequest::default();
    let once = file.holiday.iter().map(|once| Ok((read(&once.day)?, once.name_fa.clone())));
    let mut holidays: Vec<(jalali::Date, String)> = once.collect::<Result<_>>()?;
    if let Some([first, last]) = file.years {
        for year in first..=last {
            for yearly in &file.every_year {
                let day = jalali::Date::new(year, yearly.month, yearly.day);
                let day = day.with_context(|| format!("{}/{} of every year", yearly.month, yearly.day))?;
                holidays.push((day, yearly.name_fa.clone()));
            }
        }
        request.first_day = jalali::Date::new(first, 1, 1)?.civil().to_string();
        request.last_day = jalali::Year::new(last)?.days().end().civil().to_string();
    }
    let holiday = |(day, name_fa): (jalali::Date, String)| Holiday { day: day.civil().to_string(), name_fa };
    request.holidays = holidays.into_iter().map(holiday).collect();
    for week in file.week {
        let days_off = week.off.iter().map(|day| *day as u32).collect();
        let first_day = read(&week.from)?.civil().to_string();
        request.weeks.push(Week { province: week.province, first_day, days_off });
    }
    Ok(request)
}

fn read(day: &str) -> Result<jalali::Date> {
    day.parse().with_context(|| format!("{day} is no Jalali day"))
}

/// The calendar that comes with Samad.
///
/// # Errors
/// When the file that was built in cannot be read.
pub fn built_in() -> Result<ImportCalendarRequest> {
    parse(BUILT_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_calendar_has_nowruz_of_every_year_and_fridays() {
        let calendar = built_in().unwrap();
        let is_holiday = |day: &str| calendar.holidays.iter().any(|h| h.day == day);
        assert!(is_holiday("2024-03-20") && is_holiday("2025-03-21") && is_holiday("2026-03-21"));
        // 22 Bahman 1404.
        assert!(is_holiday("2026-02-11") && !is_holiday("2026-02-12"));
        assert_eq!(calendar.weeks[0].days_off, [5]);
    }

    #[test]
    fn a_day_that_is_none_is_named() {
        let error = parse("[[holiday]]\nday = \"1404/12/30\"\nname_fa = \"?\"").unwrap_err();
        assert!(format!("{error:#}").contains("1404/12/30"), "{error:#}");
    }
}
