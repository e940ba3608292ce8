//! Management is told of escalations (rule 5) once a day, not one by one.

use contracts::FactId;
use jalali::Tehran;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The hour in Tehran at which yesterday is told: before the centres open.
const HOUR: i64 = 7;
/// Agencies that are named; those with fewer escalations are counted together.
const NAMED: usize = 10;

/// When the escalations of a day are told.
#[must_use]
pub fn told_at(day: Date, tehran: &Tehran) -> Timestamp {
    let next = jalali::Date::of(day).plus_days(1);
    tehran.first_moment(next) + SignedDuration::from_hours(HOUR)
}

/// What a digest tells of is no single fact: the same id for the same people and day.
#[must_use]
pub fn cause(scope: &str, day: Date) -> FactId {
    FactId(Uuid::nil()).derived(&format!("escalations {scope} {day}"))
}

/// A line for each agency, the most escalations first, and how many there are in all.
#[must_use]
pub fn lines(counted: &[(String, u64)]) -> (Vec<String>, u64) {
    let line = |name: &str, count: u64| jalali::digits::persian(&format!("{name}: {count}"));
    let called =
        |name: &str| if name.is_empty() { "بدون دستگاه".to_owned() } else { name.to_owned() };
    let mut lines: Vec<String> =
        counted.iter().take(NAMED).map(|(name, count)| line(&called(name), *count)).collect();
    let rest = counted.get(NAMED..).unwrap_or_default();
    if !rest.is_empty() {
        lines.push(line("دستگاه‌های دیگر", rest.iter().map(|(_, count)| count).sum()));
    }
    (lines, counted.iter().map(|(_, count)| count).sum())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_told_the_next_morning_to_each_once() {
        let (tehran, day) = (Tehran::new().unwrap(), jiff::civil::date(2025, 9, 22));
        assert_eq!(told_at(day, &tehran), "2025-09-23T07:00:00+03:30".parse::<Timestamp>().unwrap());
        assert_eq!(cause("fars", day), cause("fars", day));
        assert_ne!(cause("fars", day), cause("", day));
        assert_ne!(cause("fars", day), cause("fars", day.tomorrow().unwrap()));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_lines_are_few(counts in prop::collection::vec(1u64..50, 0..30)) {
            let counted: Vec<_> = counts.iter().map(|count| ("آب".to_owned(), *count)).collect();
            let (lines, total) = lines(&counted);
            prop_assert!(lines.len() <= NAMED + 1);
            let told = |line: &String| jalali::digits::latin(line).rsplit(' ').next().unwrap().parse::<u64>().unwrap();
            prop_assert_eq!(lines.iter().map(told).sum::<u64>(), total);
        }
    }
}
