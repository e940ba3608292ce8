//! The steps of a day: when it is looked at, and how many came since the step before.

use anyhow::Result;
use jalali::{Date, Tehran};
use jiff::Timestamp;

use super::chance::Chance;
use super::life::Life;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When the clock stands still.
    pub at: Timestamp,
    /// The step before: contacts came between the two.
    pub since: Timestamp,
    /// How many contacts are registered at it.
    pub contacts: u64,
    /// Whether the lines were open since the step before.
    pub open: bool,
    /// Whether agencies and the manual desk work at it.
    pub working: bool,
}

/// The steps of `date`, the first one after `before`. A day on which the lines are closed has one.
///
/// # Errors
/// When the day has no such time.
pub fn steps(life: &Life, seed: u64, date: Date, before: Timestamp, tehran: &Tehran) -> Result<Vec<Step>> {
    let contacts = contacts(life, seed, date);
    let start = tehran.zoned(tehran.first_moment(date));
    let at = |time: jiff::civil::Time| anyhow::Ok(start.with().time(time).build()?.timestamp());
    let Some((first, later)) = life.centre.steps.split_first() else { return Ok(Vec::new()) };
    let last = life.centre.steps.last().unwrap_or(first);
    if !life.is_working(date) {
        return Ok(vec![Step { at: at(*last)?, since: before, contacts, open: false, working: false }]);
    }
    let overnight = if later.is_empty() { contacts } else { contacts * life.centre.overnight_percent / 100 };
    let mut since = at(*first)?;
    let mut steps = vec![Step { at: since, since: before, contacts: overnight, open: false, working: true }];
    let (mut left, parts) = (contacts - overnight, later.len() as u64);
    for (place, time) in later.iter().enumerate() {
        let contacts = left / (parts - place as u64);
        left -= contacts;
        steps.push(Step { at: at(*time)?, since, contacts, open: true, working: true });
        since = at(*time)?;
    }
    Ok(steps)
}

/// How many come on that day: by weekday and month, and a little by chance.
fn contacts(life: &Life, seed: u64, date: Date) -> u64 {
    let weekday = life.week.day(date.weekday()).percent;
    let month = life.season.percent[usize::from(date.month().number()) - 1];
    let spread = life.centre.spread_percent.min(100);
    let spread = 100 - spread + Chance::of(seed, &["day", &date.to_string()]).below(2 * spread + 1);
    (life.centre.contacts_a_day * weekday * month * spread + 500_000) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_the_contacts_it_should_and_its_steps_follow_each_other() {
        let (life, tehran) = (Life::shipped().unwrap(), Tehran::new().unwrap());
        let first = Date::new(1404, 1, 1).unwrap();
        let mut before = tehran.first_moment(first);
        let mut total = 0;
        for day in 0..365 {
            for step in steps(&life, 1, first.plus_days(day), before, &tehran).unwrap() {
                assert!(step.since == before && step.at > before, "{step:?}");
                before = step.at;
                total += step.contacts;
            }
        }
        assert!((69_000..77_000).contains(&total), "{total}");
    }
}
