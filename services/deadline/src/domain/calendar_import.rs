//! What an import of holidays and weeks changes in the calendar that is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::calendar::{DayOff, Kind, Week};
use super::closure::{Fault, fault, is_code, read_day};

/// Holidays of one import, and weeks, at most.
pub const MAX_DAYS: usize = 5_000;
/// Letters of a holiday's name, at most.
const MAX_NAME: usize = 300;

/// Holidays and weeks as they are imported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The days for which `holidays` is the whole truth.
    pub covers: Option<(Date, Date)>,
    /// Names by day.
    pub holidays: BTreeMap<Date, String>,
    /// Weekly days off.
    pub weeks: Vec<Week>,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// Holidays that were not known, or under another name.
    pub added: Vec<(Date, String)>,
    /// Holidays that are none.
    pub removed: Vec<(Date, Uuid)>,
    /// Weeks that were not known.
    pub weeks: Vec<Week>,
}

impl Import {
    /// Reads an import.
    ///
    /// # Errors
    /// Names the first field that cannot be used.
    pub fn read(
        first: &str,
        last: &str,
        holidays: &[(String, String)],
        weeks: &[(String, String, Vec<u32>)],
    ) -> Result<Self, Fault> {
        if holidays.len() > MAX_DAYS || weeks.len() > MAX_DAYS {
            return fault("holidays", format!("must be at most {MAX_DAYS}, as must the weeks"));
        }
        let covers = match (first, last, holidays) {
            ("", "", []) => None,
            _ => Some((read_day("first_day", first)?, read_day("last_day", last)?)),
        };
        let mut import = Import { covers, ..Import::default() };
        for (day, name) in holidays {
            let day = read_day("holidays", day)?;
            if covers.is_none_or(|(first, last)| day < first || last < day) {
                return fault("holidays", format!("{day} does not lie between first_day and last_day"));
            }
            if name.is_empty() || name.chars().count() > MAX_NAME {
                return fault("holidays", format!("the name of {day} must be 1 to {MAX_NAME} letters"));
            }
            import.holidays.insert(day, name.clone());
        }
        for (province, first, days) in weeks {
            if !is_code(province) {
                return fault("weeks", "must each name a province by its code, or none");
            }
            if days.len() > 6 || days.iter().any(|day| !(1..=7).contains(day)) {
                return fault("weeks", "must each have at most 6 days off, from 1 (Monday) to 7 (Sunday)");
            }
            let off =
                std::array::from_fn(|place| days.iter().any(|day| usize::try_from(*day) == Ok(place + 1)));
            let first = read_day("weeks", first)?;
            import.weeks.push(Week { province: province.clone(), first, off, added: 0 });
        }
        Ok(import)
    }

    /// What it changes in what is known.
    #[must_use]
    pub fn diff(&self, days_off: &[DayOff], weeks: &[Week]) -> Diff {
        let covered = |day: Date| self.covers.is_some_and(|(first, last)| first <= day && day <= last);
        let known = days_off.iter().filter(|d| d.kind == Kind::Holiday && d.span.removed.is_none());
        let known: BTreeMap<Date, &DayOff> = known.map(|d| (d.first, d)).collect();
        let same = |day: &Date, name: &str| known.get(day).is_some_and(|d| d.reason_fa == name);
        let added = self.holidays.iter().filter(|(day, name)| !same(day, name));
        let gone = |day: &Date| self.holidays.get(day).is_none_or(|name| !same(day, name));
        let removed = known.iter().filter(|(day, _)| covered(**day) && gone(day));
        let newest = |of: &Week| {
            let same_day = weeks.iter().filter(|w| w.province == of.province && w.first == of.first);
            same_day.max_by_key(|w| w.added)
        };
        Diff {
            added: added.map(|(day, name)| (*day, name.clone())).collect(),
            removed: removed.map(|(day, d)| (*day, d.id)).collect(),
            weeks: self
                .weeks
                .iter()
                .filter(|w| newest(w).is_none_or(|known| known.off != w.off))
                .cloned()
                .collect(),
        }
    }
}

impl Diff {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.weeks.is_empty()
    }

    /// The first and the last day whose being off may change; a week has no last one.
    #[must_use]
    pub fn days(&self) -> Option<(Date, Date)> {
        let days = self.added.iter().map(|(day, _)| *day).chain(self.removed.iter().map(|(day, _)| *day));
        let weeks = self.weeks.iter().map(|week| week.first);
        let first = days.clone().chain(weeks).min()?;
        let last = if self.weeks.is_empty() { days.max()? } else { jiff::civil::date(9000, 1, 1) };
        Some((first, last))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::calendar::Span;
    use super::*;

    fn import(holidays: &[(&str, &str)]) -> Import {
        let own: Vec<_> =
            holidays.iter().map(|(day, name)| ((*day).to_owned(), (*name).to_owned())).collect();
        Import::read("2025-03-21", "2026-03-20", &own, &[(String::new(), "2000-01-01".into(), vec![5])])
            .unwrap()
    }

    fn known(import: &Import) -> Vec<DayOff> {
        let off = |(day, name): (&Date, &String)| DayOff {
            id: Uuid::from_u128(7),
            kind: Kind::Holiday,
            province: String::new(),
            first: *day,
            last: *day,
            reason_fa: name.clone(),
            span: Span { added: 1, removed: None },
        };
        import.holidays.iter().map(off).collect()
    }

    #[test]
    fn an_import_adds_what_is_new_removes_what_is_wrong_and_is_idle_the_second_time() {
        let first = import(&[("2025-03-21", "نوروز"), ("2025-03-31", "عید فطر")]);
        let diff = first.diff(&[], &[]);
        assert_eq!((diff.added.len(), diff.removed.len(), diff.weeks.len()), (2, 0, 1));
        let known = known(&first);
        assert!(first.diff(&known, &first.weeks).is_empty());
        // The moon was seen a day later.
        let later = import(&[("2025-03-21", "نوروز"), ("2025-04-01", "عید فطر")]);
        let diff = later.diff(&known, &first.weeks);
        assert_eq!(diff.days(), Some((date(2025, 3, 31), date(2025, 4, 1))));
        assert_eq!(diff.added, [(date(2025, 4, 1), "عید فطر".to_owned())]);
        assert_eq!(diff.removed, [(date(2025, 3, 31), Uuid::from_u128(7))]);
    }

    #[test]
    fn what_cannot_be_a_calendar_is_named() {
        let holiday = |day: &str| [(day.to_owned(), "عید".to_owned())];
        let field = |first, last, holidays: &[_], weeks: &[_]| {
            Import::read(first, last, holidays, weeks).map_err(|fault| fault.field).err()
        };
        assert_eq!(field("", "", &holiday("2025-03-21"), &[]), Some("first_day"));
        assert_eq!(field("2025-03-22", "2025-03-23", &holiday("2025-03-21"), &[]), Some("holidays"));
        let week = (String::new(), "2025-01-01".to_owned(), vec![1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(field("", "", &[], &[week]), Some("weeks"));
        assert_eq!(field("", "", &[], &[]), None);
    }
}
