//! Reads what deadline states of days off; what no retry can mend is refused.

use anyhow::Result;
use contracts::deadline::{CalendarAdopted, WeekAdopted};
use jiff::civil::Date;
use outbox::refuse;
use uuid::Uuid;

use crate::domain::calendar::{Closure, Holidays, Week};
use crate::store::calendar::ClosureSaid;

/// A closure with its first and last day, and why; none: it is taken back.
///
/// # Errors
/// When its id or a day is none.
pub fn closure(
    id: &str,
    province: &str,
    (first, last): (&str, &str),
    why: Option<&str>,
) -> Result<ClosureSaid> {
    let id = Uuid::try_parse(id).map_err(|_| refuse("closure_id is no UUID"))?;
    let closure = Closure {
        province: province.to_owned(),
        first: day(first)?,
        last: day(last)?,
        reason_fa: why.unwrap_or_default().to_owned(),
    };
    Ok(ClosureSaid { id, closure, revoked: why.is_none() })
}

/// An import of holidays, and the weeks that came with it.
///
/// # Errors
/// When a day is none.
pub fn import(fact: &CalendarAdopted) -> Result<(Holidays, Vec<Week>)> {
    let covers = match (fact.first_day.as_str(), fact.last_day.as_str()) {
        ("", "") => None,
        (first, last) => Some((day(first)?, day(last)?)),
    };
    let days = fact.holidays.iter().map(|holiday| day(holiday)).collect::<Result<_>>()?;
    let week = |week: &WeekAdopted| {
        let is_off = |place: usize| week.days_off.iter().any(|off| usize::try_from(*off) == Ok(place + 1));
        Ok(Week {
            version: fact.version,
            province: week.province.clone(),
            first: day(&week.first_day)?,
            off: std::array::from_fn(is_off),
        })
    };
    let weeks = fact.weeks.iter().map(week).collect::<Result<_>>()?;
    Ok((Holidays { version: fact.version, covers, days }, weeks))
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| refuse("a day is none of the Gregorian calendar"))
}
