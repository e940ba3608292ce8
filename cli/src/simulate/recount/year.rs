//! A Jalali year of managers (rule 6), from the facts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use contracts::audit::{EvaluationPolicy, Term};
use jalali::{Tehran, Year};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::facts::{Clock, Facts};
use crate::simulate::temper::INACTION;

/// Hundredths of a point, in which scores are told.
const POINT: i64 = 100;

/// A manager's year in one office.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Empty: nobody is known to have held it.
    pub manager: String,
    pub agency: String,
    pub on_time: u64,
    pub late: u64,
    pub overdue_open: u64,
    pub reopened: u64,
    /// Complaints of inaction that were not answered in time, less those that a rebuttal reversed.
    pub inactions: u64,
    pub score_hundredths: i64,
    /// Where its band begins.
    pub band_floor: u32,
    pub rank: u32,
}

/// Standings by manager and agency.
type Standings = BTreeMap<(String, String), Standing>;

impl Facts {
    /// Every manager's year, with whatever was known until `latest_at`, by manager and agency.
    ///
    /// # Errors
    /// When no policy was adopted or a term's day cannot be read.
    pub fn year(&self, year: Year, tehran: &Tehran, latest_at: Timestamp) -> Result<Vec<Standing>> {
        let policy = self.evaluation.as_ref().context("no policy of evaluations was adopted")?;
        let offices = Offices::of(self)?;
        let moments = tehran.moments(year.days());
        let as_of = latest_at.min(moments.end);
        let mut standings = Standings::new();
        let mut of = |agency: &str, at: Timestamp, count: fn(&mut Standing) -> &mut u64| {
            if moments.contains(&at) {
                let manager = offices.manager(agency, tehran.date(at).civil());
                let new = || Standing {
                    manager: manager.to_owned(),
                    agency: agency.to_owned(),
                    ..Standing::default()
                };
                *count(standings.entry((manager.to_owned(), agency.to_owned())).or_insert_with(new)) += 1;
            }
        };
        for clock in self.clocks.values().filter(|clock| clock.issued_at.is_some()) {
            let due_at = clock.due_at(Timestamp::MAX);
            match (clock.answered_at, due_at) {
                (Some(at), Some(due)) if at > due => of(&clock.agency, due, |s| &mut s.late),
                (Some(at), _) => of(&clock.agency, at, |s| &mut s.on_time),
                (None, Some(due)) if clock.ended_at.is_none() && due < as_of => {
                    of(&clock.agency, due, |s| &mut s.overdue_open);
                }
                _ => {}
            }
        }
        for (agency, due_at) in self.inactions(latest_at) {
            of(agency, due_at, |s| &mut s.inactions);
        }
        // The answers that the citizen named, when they were given.
        let reopened =
            self.cases.values().flat_map(|case| &case.reopenings).flat_map(|(_, referrals)| referrals);
        for clock in reopened.filter_map(|referral| self.clocks.get(referral)) {
            if let Some(at) = clock.answered_at {
                of(&clock.agency, at, |s| &mut s.reopened);
            }
        }
        Ok(ranked(standings.into_values().map(|standing| scored(standing, policy)).collect()))
    }

    /// Agencies that did not answer a complaint of inaction in time, and when that fell due.
    fn inactions(&self, now: Timestamp) -> Vec<(&str, Timestamp)> {
        let reversed: Vec<&str> = self
            .deducted
            .iter()
            .filter(|(_, deducted)| self.reversed.contains(&deducted.deduction_id))
            .map(|(_, deducted)| deducted.referral_id.as_str())
            .collect();
        let missed = |(id, clock): &(&String, &Clock)| {
            clock.programme == INACTION && clock.is_overrun(now) && !reversed.contains(&id.as_str())
        };
        let missed = self.clocks.iter().filter(missed);
        missed.filter_map(|(_, clock)| Some((clock.agency.as_str(), clock.due_at(Timestamp::MAX)?))).collect()
    }
}

/// Who held which office.
struct Offices<'a>(HashMap<&'a str, Vec<InOffice<'a>>>);

/// From when, until when, and the term.
type InOffice<'a> = (Date, Option<Date>, &'a Term);

impl<'a> Offices<'a> {
    fn of(facts: &'a Facts) -> Result<Self> {
        let mut offices: HashMap<&str, Vec<_>> = HashMap::new();
        for term in facts.terms.values().filter(|term| !term.withdrawn) {
            let last = if term.last_day.is_empty() { None } else { Some(term.last_day.parse()?) };
            offices.entry(&term.agency).or_default().push((term.first_day.parse()?, last, term));
        }
        Ok(Offices(offices))
    }

    fn manager(&self, agency: &str, day: Date) -> &'a str {
        let terms = self.0.get(agency).map_or(&[][..], Vec::as_slice);
        let held = terms.iter().find(|(first, last, _)| *first <= day && last.is_none_or(|last| day <= last));
        held.map_or("", |(.., term)| term.manager.as_str())
    }
}

/// What the policy takes off, never below 0.
fn scored(mut standing: Standing, policy: &EvaluationPolicy) -> Standing {
    let Standing { on_time, late, overdue_open, reopened, inactions, .. } = standing;
    let decided = on_time + late + overdue_open;
    let share = |points: u32, part: u64, whole: u64| {
        let [part, whole] =
            [part.min(whole), whole.max(1)].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        i64::from(points) * POINT * part / whole
    };
    let inaction = i64::from(policy.inaction_points) * POINT * i64::try_from(inactions).unwrap_or(i64::MAX);
    let off = inaction
        + share(policy.missed_points, late + overdue_open, decided)
        + share(policy.reopened_points, reopened, on_time + late);
    standing.score_hundredths = (i64::from(policy.base_points) * POINT - off).max(0);
    let floors = policy.band_floors.iter().filter(|floor| u64::from(**floor) <= decided);
    standing.band_floor = floors.max().copied().unwrap_or_default();
    standing
}

/// The rank within the band is one more than the number of better ones; below every band there is none.
fn ranked(standings: Vec<Standing>) -> Vec<Standing> {
    let places: Vec<_> = standings.iter().map(|s| (s.band_floor, Reverse(s.score_hundredths))).collect();
    let rank = |mine: &Standing| {
        let better = places
            .iter()
            .filter(|(floor, score)| *floor == mine.band_floor && *score < Reverse(mine.score_hundredths));
        if mine.band_floor == 0 { 0 } else { 1 + u32::try_from(better.count()).unwrap_or(u32::MAX) }
    };
    standings.iter().map(|standing| Standing { rank: rank(standing), ..standing.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::recount::facts::Case;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_742_500_000 + day * 86_400).unwrap()
    }

    fn clock(due: i64, answered: Option<i64>) -> Clock {
        Clock {
            agency: "water".to_owned(),
            issued_at: Some(at(0)),
            dues: vec![(0, at(0), Some(at(due)))],
            answered_at: answered.map(at),
            ..Clock::default()
        }
    }

    fn term(manager: &str, first_day: &str, last_day: &str) -> ((String, String), Term) {
        let term = Term {
            agency: "water".to_owned(),
            manager: manager.to_owned(),
            first_day: first_day.to_owned(),
            last_day: last_day.to_owned(),
            ..Default::default()
        };
        ((term.agency.clone(), term.first_day.clone()), term)
    }

    /// In time under the first manager, late and a complaint overrun under the second; the first answer solved nothing.
    #[test]
    fn whoever_held_the_office_when_it_was_decided_answers_for_it() {
        let mut facts = Facts {
            evaluation: Some(EvaluationPolicy {
                base_points: 100,
                inaction_points: 5,
                missed_points: 40,
                reopened_points: 20,
                band_floors: vec![1],
                ..Default::default()
            }),
            terms: [term("a", "2020-01-01", "2025-03-31"), term("b", "2025-04-01", "")].into(),
            ..Facts::default()
        };
        facts.clocks.insert("solved nothing".to_owned(), clock(15, Some(3)));
        facts.clocks.insert("late".to_owned(), clock(15, Some(16)));
        let complaint = Clock { programme: INACTION.to_owned(), ..clock(20, None) };
        facts.clocks.insert("complaint".to_owned(), complaint);
        let reopenings = vec![(at(4), vec!["solved nothing".to_owned()])];
        facts.cases.insert("case".to_owned(), Case { reopenings, ..Case::default() });
        let standings = facts.year(Year::new(1404).unwrap(), &Tehran::new().unwrap(), at(30)).unwrap();
        let [a, b] = standings.as_slice() else { panic!("{standings:?}") };
        assert_eq!(
            (a.manager.as_str(), a.on_time, a.reopened, a.score_hundredths, a.rank),
            ("a", 1, 1, 8_000, 1)
        );
        assert_eq!((b.late, b.overdue_open, b.inactions, b.score_hundredths, b.rank), (1, 1, 1, 5_500, 2));
    }
}
