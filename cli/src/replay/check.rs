//! What the rows say the figures must be.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Row, Times};
use crate::figures::{Counted, Day};

/// The figures that follow from the rows alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub cases: u64,
    pub answered: u64,
    /// None, unless something unreadable is sent on purpose.
    pub dead_letters: u64,
    /// Only where the rows' own times were kept.
    pub in_time: Option<InTime>,
}

/// What depends on when things happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTime {
    /// Closed by their target, or without one.
    pub on_time: u64,
    /// Open, with a target before the last moment at which any row was opened or closed.
    pub overdue_open: u64,
    /// By registration day in Tehran.
    pub days: Vec<Day>,
}

impl Expected {
    /// Counted from the rows.
    ///
    /// # Errors
    /// When the time zone database lacks Tehran.
    pub fn of(rows: &[Row], times: Times) -> Result<Self, jiff::Error> {
        Ok(Expected {
            cases: rows.len() as u64,
            answered: rows.iter().filter(|row| row.closed.is_some()).count() as u64,
            dead_letters: 0,
            in_time: match times {
                Times::Keep => Some(InTime::of(rows, &TimeZone::get("Asia/Tehran")?)),
                Times::Now => None,
            },
        })
    }
}

impl InTime {
    fn of(rows: &[Row], tehran: &TimeZone) -> Self {
        let last = rows.iter().flat_map(moments).max();
        let overdue = |row: &&Row| row.closed.is_none() && row.target_at.is_some_and(|due| Some(due) < last);
        let mut days = BTreeMap::new();
        for row in rows {
            let day = row.opened_at.to_zoned(tehran.clone()).date().to_string();
            let empty =
                Day { day: day.clone(), contacts: 0, cases: 0, answered: 0, open: 0, on_time: 0, late: 0 };
            let counted: &mut Day = days.entry(day).or_insert(empty);
            counted.contacts += 1;
            counted.cases += 1;
            match &row.closed {
                None => counted.open += 1,
                Some((at, _)) if row.target_at.is_none_or(|due| *at <= due) => counted.on_time += 1,
                Some(_) => counted.late += 1,
            }
            counted.answered += u64::from(row.closed.is_some());
        }
        InTime {
            on_time: days.values().map(|day| day.on_time).sum(),
            overdue_open: rows.iter().filter(overdue).count() as u64,
            days: days.into_values().collect(),
        }
    }
}

/// When a row was opened and closed.
fn moments(row: &Row) -> impl Iterator<Item = Timestamp> {
    let closed_at = row.closed.as_ref().map(|(at, _)| *at);
    std::iter::once(row.opened_at).chain(closed_at)
}

/// Where the system's figures differ from what the rows say: anything here was lost, doubled or misdated.
#[must_use]
pub fn faults(counted: &Counted, expected: &Expected) -> Vec<String> {
    let (Expected { cases, answered, dead_letters, in_time }, is) = (expected, &counted.figures);
    let mut compared = vec![
        ("contacts", is.contacts, *cases),
        ("guidance", is.guidance, 0),
        ("cases", is.cases, *cases),
        ("referrals", is.referrals, *cases),
        // Each referral is accepted once, and answered once when its row was closed.
        ("actions", is.actions, cases + answered),
        ("answered", is.answered, *answered),
        ("open", is.open, cases - answered),
        ("notices_failed", is.notices_failed, 0),
        ("dead_letters", is.dead_letters, *dead_letters),
        ("in_flight", is.in_flight, 0),
    ];
    if let Some(InTime { on_time, overdue_open, .. }) = in_time {
        compared.extend([
            ("overdue_open", is.overdue_open, *overdue_open),
            ("on_time", is.on_time, *on_time),
            ("late", is.late, answered - on_time),
        ]);
    }
    let differs = compared.into_iter().filter(|(_, is, wanted)| is != wanted);
    let mut faults: Vec<_> =
        differs.map(|(name, is, wanted)| format!("{name}: {is} instead of {wanted}")).collect();
    if let (Some(InTime { days, .. }), Some(is)) = (in_time, &counted.days) {
        faults.extend(days_that_differ(is, days));
    }
    faults
}

fn days_that_differ(is: &[Day], wanted: &[Day]) -> impl Iterator<Item = String> {
    let missing =
        wanted.iter().filter(|day| !is.contains(day)).map(|day| format!("{}: not {day:?}", day.day));
    let known = |day: &&Day| wanted.iter().any(|wanted| wanted.day == day.day);
    let extra =
        is.iter().filter(move |day| !known(day)).map(|day| format!("{}: no row was opened then", day.day));
    missing.chain(extra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Figures;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn row(opened_at: &str, target_at: Option<&str>, closed_at: Option<&str>) -> Row {
        Row {
            number: "1".into(),
            agency: "bos-pwdx".into(),
            topic: "boston.pwdx.street-lights".into(),
            topic_name: "Street lights".into(),
            province: "fars",
            channel: contracts::intake::Channel::Phone,
            text: "-".into(),
            place: "-".into(),
            opened_at: at(opened_at),
            target_at: target_at.map(at),
            closed: closed_at.map(|closed_at| (at(closed_at), "-".into())),
        }
    }

    /// Late, on time at the very moment, without a target, open and overdue, open and not due.
    fn rows() -> [Row; 5] {
        let (one, two, three) = ("2025-03-21T20:00:00Z", "2025-03-21T21:00:00Z", "2025-03-23T09:00:00Z");
        [
            row(one, Some(two), Some(three)),
            row(one, Some(two), Some(two)),
            row(two, None, Some(three)),
            row(two, Some(two), None),
            row(two, Some(three), None),
        ]
    }

    #[test]
    fn what_the_rows_say_is_counted_by_tehrans_days() {
        let expected = Expected::of(&rows(), Times::Keep).unwrap();
        assert_eq!((expected.cases, expected.answered), (5, 3));
        let in_time = expected.in_time.unwrap();
        assert_eq!((in_time.on_time, in_time.overdue_open), (2, 1));
        let days: Vec<_> =
            in_time.days.iter().map(|d| (d.day.as_str(), d.cases, d.on_time, d.late, d.open)).collect();
        assert_eq!(days, [("2025-03-21", 2, 1, 1, 0), ("2025-03-22", 3, 1, 0, 2)]);
    }

    #[test]
    fn each_difference_is_named() {
        let expected = Expected::of(&rows(), Times::Keep).unwrap();
        let figures = Figures {
            contacts: 5,
            cases: 5,
            referrals: 5,
            actions: 8,
            answered: 3,
            open: 2,
            overdue_open: 1,
            on_time: 2,
            late: 1,
            ..Figures::default()
        };
        let days = expected.in_time.as_ref().map(|in_time| in_time.days.clone());
        let counted = Counted { figures, days };
        assert_eq!(faults(&counted, &expected), Vec::<String>::new());
        let mut wrong = counted.clone();
        wrong.figures.referrals = 6;
        assert_eq!(faults(&wrong, &expected), ["referrals: 6 instead of 5"]);
        let mut moved = counted;
        moved.days.as_mut().unwrap()[0].day = "2025-03-20".into();
        assert_eq!(faults(&moved, &expected).len(), 2, "one day is missing and one too many");
    }
}
