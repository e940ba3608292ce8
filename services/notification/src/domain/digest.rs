//! Management is told of escalations and agencies of what their time runs out for (rule 5) once a day, not one by one.

use contracts::FactId;
use jalali::Tehran;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The hour in Tehran at which yesterday is told: before the centres open.
const HOUR: i64 = 7;
/// Agencies that are named; those with fewer escalations are counted together.
const NAMED: usize = 10;
/// Days that what is told of a day is kept: longer than any notice is tried.
pub const KEPT_DAYS: i64 = 30;

/// When a day is told.
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

/// See [`cause`]: of an agency's reminders.
#[must_use]
pub fn cause_of_reminders(agency: &str, day: Date) -> FactId {
    FactId(Uuid::nil()).derived(&format!("reminders {agency} {day}"))
}

/// A line for each number of days left, the overdue together and first, and how many referrals there are in all.
#[must_use]
pub fn lines_of_reminders(counted: &[(i32, u64)]) -> (Vec<String>, u64) {
    let of = |is: fn(&i32) -> bool| counted.iter().filter(move |(days, _)| is(days));
    let overdue: u64 = of(|days| *days <= 0).map(|(_, count)| count).sum();
    let overdue = (overdue > 0).then(|| format!("مهلت گذشته: {overdue}"));
    let left = of(|days| *days > 0).map(|(days, count)| format!("{days} روز مانده: {count}"));
    let lines = overdue.into_iter().chain(left).map(|line| jalali::digits::persian(&line));
    (lines.collect(), counted.iter().map(|(_, count)| count).sum())
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

    #[test]
    fn an_agency_reads_how_many_referrals_have_how_long() {
        let (lines, total) = lines_of_reminders(&[(-7, 1), (0, 2), (1, 3), (5, 12)]);
        assert_eq!(lines, ["مهلت گذشته: ۳", "۱ روز مانده: ۳", "۵ روز مانده: ۱۲"]);
        assert_eq!(total, 18);
        let day = jiff::civil::date(2025, 9, 22);
        assert_ne!(cause_of_reminders("fars", day), cause("fars", day));
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
