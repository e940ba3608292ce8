//! Management is told of escalations and agencies of what their time runs out for (rule 5) once a day, not one by one.

use contracts::FactId;
use jalali::Tehran;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The hour in Tehran at which yesterday is told: before the centres open.
const HOUR: i64 = 7;
/// A morning that leaves an agency less than this comes too late: it is reminded after the hour.
const LEAVES: SignedDuration = SignedDuration::from_hours(24);
/// After an hour, until what was stated in it is told: by then all of it was heard.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
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

/// The hour of its day after which an agency is reminded of what was stated at `stated_at`, counted from midnight; none
/// where it can wait for the next morning: that leaves the agency a whole day still, or its time is over already.
#[must_use]
pub fn hour(stated_at: Timestamp, due_at: Option<Timestamp>, tehran: &Tehran) -> Option<i16> {
    let (due, day) = (due_at.filter(|due| *due > stated_at)?, tehran.date(stated_at));
    let left = due.duration_since(told_at(day.civil(), tehran));
    let since_midnight = stated_at.duration_since(tehran.first_moment(day)).as_hours();
    (left < LEAVES).then(|| i16::try_from(since_midnight).unwrap_or_default())
}

/// When an agency is reminded of a day, or of an hour of it.
#[must_use]
pub fn reminded_at(day: Date, hour: Option<i16>, tehran: &Tehran) -> Timestamp {
    let Some(hour) = hour else { return told_at(day, tehran) };
    let over = SignedDuration::from_hours(i64::from(hour) + 1) + MARGIN;
    tehran.first_moment(jalali::Date::of(day)) + over
}

/// What a digest tells of is no single fact: the same id for the same people and day.
#[must_use]
pub fn cause(scope: &str, day: Date) -> FactId {
    FactId(Uuid::nil()).derived(&format!("escalations {scope} {day}"))
}

/// See [`cause`]: of an agency's reminders.
#[must_use]
pub fn cause_of_reminders(agency: &str, day: Date, hour: Option<i16>) -> FactId {
    let hour = hour.map(|hour| format!(" {hour}")).unwrap_or_default();
    FactId(Uuid::nil()).derived(&format!("reminders {agency} {day}{hour}"))
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
        assert_ne!(cause_of_reminders("fars", day, None), cause("fars", day));
        assert_ne!(cause_of_reminders("fars", day, None), cause_of_reminders("fars", day, Some(7)));
    }

    #[test]
    fn a_day_before_the_end_is_not_told_hours_before_it() {
        let (tehran, at) = (Tehran::new().unwrap(), |text: &str| text.parse::<Timestamp>().unwrap());
        let (stated, due) = (at("2025-09-22T08:20:00+03:30"), at("2025-09-23T08:20:00+03:30"));
        let day = jiff::civil::date(2025, 9, 22);
        assert_eq!(hour(stated, Some(due), &tehran), Some(8));
        assert_eq!(reminded_at(day, Some(8), &tehran), at("2025-09-22T09:05:00+03:30"));
        let later = at("2025-09-27T08:20:00+03:30");
        assert_eq!((hour(stated, Some(later), &tehran), hour(stated, None, &tehran)), (None, None));
        assert_eq!(hour(due, Some(stated), &tehran), None, "it is over");
    }

    proptest! {
        /// Whenever a reminder is stated: it is told after that, and leaves the agency a whole day, or is told at once.
        #[test]
        fn no_reminder_is_told_too_late(stated in 1_500_000_000..1_900_000_000_i64, ahead in 1..20 * 86_400_i64) {
            let tehran = Tehran::new().unwrap();
            let at = |second| Timestamp::from_second(second).unwrap();
            let (stated, due) = (at(stated), at(stated + ahead));
            let hour = hour(stated, Some(due), &tehran);
            let told = reminded_at(tehran.date(stated).civil(), hour, &tehran);
            prop_assert!(told > stated);
            match hour {
                None => prop_assert!(due.duration_since(told) >= LEAVES),
                Some(_) => prop_assert!(told.duration_since(stated) <= SignedDuration::from_hours(1) + MARGIN),
            }
        }

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
