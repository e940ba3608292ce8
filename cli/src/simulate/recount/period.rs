//! A month or a quarter as its report should have it (rule 10), from the facts.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use contracts::intake::{ContactRecorded, FeedbackVerdict};
use jalali::Tehran;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::facts::Facts;
use super::hear::word;

/// Seconds of a tenth of a day, in which lengths of time are told.
const TENTH: i64 = 8_640;

/// How an agency answered.
#[derive(Default)]
struct Answers {
    on_time: u64,
    late: u64,
    overdue_open: u64,
    in_last_days: u64,
    /// From issue to answer, in tenths of days.
    lengths: Vec<i64>,
    /// Points that came off and were not restored before the end.
    points_off: u64,
}

impl Facts {
    /// The report's cells of these moments, under the names that reports have.
    pub fn period(&self, moments: &Range<Timestamp>, tehran: &Tehran) -> Value {
        let agencies = self.agencies(moments, tehran);
        let sum = |of: fn(&Answers) -> u64| agencies.values().map(of).sum::<u64>();
        let (on_time, late, overdue_open) = (sum(|a| a.on_time), sum(|a| a.late), sum(|a| a.overdue_open));
        let closed = self.closed(moments);
        let mut cells = self.counts(moments);
        cells["answers"] = json!({
            "on_time": on_time,
            "late": late,
            "overdue_open": overdue_open,
            "on_time_permille": permille(on_time, on_time + late + overdue_open),
            "cases_closed": closed.len(),
            "median_days_tenths": percentile(&closed, 50),
            "p90_days_tenths": percentile(&closed, 90),
        });
        cells["mass_closing"] = self.mass_closing(&agencies);
        let agencies = agencies.iter().map(|(agency, answers)| self.agency(agency, answers));
        cells["agencies"] = agencies.collect();
        cells
    }

    fn counts(&self, moments: &Range<Timestamp>) -> Value {
        let contacts: Vec<&ContactRecorded> =
            self.contacts.iter().filter(|(at, _)| moments.contains(at)).map(|(_, contact)| contact).collect();
        let by = |of: &dyn Fn(&ContactRecorded) -> String| table(contacts.iter().map(|contact| of(contact)));
        let rungs = self.guidance.iter().filter(|(at, _)| moments.contains(at)).map(|(_, rung)| rung.clone());
        let issued: Vec<&str> = self
            .clocks
            .values()
            .filter(|clock| clock.issued_at.is_some_and(|at| moments.contains(&at)))
            .map(|clock| clock.agency.as_str())
            .collect();
        let registered =
            self.cases.values().filter(|case| case.registered_at.is_some_and(|at| moments.contains(&at)));
        let reopened = self.cases.values().flat_map(|case| &case.reopenings);
        let reopened = reopened.filter(|(at, _)| moments.contains(at)).count();
        let said = |wanted| {
            let said =
                self.feedback.iter().filter(|(at, verdict)| moments.contains(at) && *verdict == wanted);
            said.count()
        };
        let (solved, not_solved) = (said(FeedbackVerdict::Solved), said(FeedbackVerdict::NotSolved));
        let outcome = |contact: &ContactRecorded| {
            (if contact.case_id.is_empty() { "guidance" } else { "case" }).to_owned()
        };
        json!({
            "contacts": {
                "total": contacts.len(),
                "by_channel": by(&|contact| word("CHANNEL_", contact.channel().as_str_name())),
                "by_kind": by(&|contact| word("KIND_", contact.kind().as_str_name())),
                "by_topic": by(&|contact| contact.topic.clone()),
                "by_county": by(&|contact| contact.county.clone()),
                "by_outcome": by(&outcome),
            },
            "guidance": {"total": rungs.clone().count(), "by_rung": table(rungs)},
            "cases": registered.count(),
            "referrals": {
                "total": issued.len(),
                "by_agency": table(issued.iter().map(|agency| (*agency).to_owned())),
            },
            "satisfaction": if solved + not_solved > 0 {
                json!({"solved": solved, "not_solved": not_solved})
            } else {
                Value::Null
            },
            "reopened": if reopened > 0 { json!(reopened) } else { Value::Null },
        })
    }

    fn agencies(&self, moments: &Range<Timestamp>, tehran: &Tehran) -> BTreeMap<String, Answers> {
        let days = self.reports.as_ref().map_or(0, |policy| policy.mass_closing_days);
        let last_days = tehran.add_days(moments.end, -i64::from(days));
        let mut agencies: BTreeMap<String, Answers> = BTreeMap::new();
        for clock in self.clocks.values() {
            let Some(issued_at) = clock.issued_at else { continue };
            let due_at = clock.due_at(moments.end);
            let (answered, over) = (clock.answered_at, clock.over_at());
            if let Some(at) = answered.filter(|at| moments.contains(at)) {
                let answers = agencies.entry(clock.agency.clone()).or_default();
                let late = due_at.is_some_and(|due_at| at > due_at);
                *(if late { &mut answers.late } else { &mut answers.on_time }) += 1;
                answers.in_last_days += u64::from(at >= last_days);
                answers.lengths.push(tenths(issued_at, at));
            } else if over.is_none_or(|at| at >= moments.end) && due_at.is_some_and(|due| due < moments.end) {
                agencies.entry(clock.agency.clone()).or_default().overdue_open += 1;
            }
        }
        let restored = self.restored.iter().filter(|(at, _)| *at < moments.end);
        let restored: HashSet<&str> = restored.map(|(_, restored)| &*restored.deduction_id).collect();
        for (at, deducted) in &self.deducted {
            if moments.contains(at) && !restored.contains(&*deducted.deduction_id) {
                let answers = agencies.entry(deducted.agency.clone()).or_default();
                answers.points_off += u64::from(deducted.points);
            }
        }
        agencies
    }

    fn agency(&self, agency: &str, answers: &Answers) -> Value {
        let Answers { on_time, late, overdue_open, lengths, points_off, .. } = answers;
        json!({
            "agency": agency,
            "name_fa": self.names.get(agency).cloned().unwrap_or_default(),
            "on_time": on_time,
            "late": late,
            "overdue_open": overdue_open,
            "on_time_permille": permille(*on_time, on_time + late + overdue_open),
            "median_days_tenths": percentile(lengths, 50),
            "p90_days_tenths": percentile(lengths, 90),
            "points_off": points_off,
        })
    }

    fn mass_closing(&self, agencies: &BTreeMap<String, Answers>) -> Value {
        let Some(policy) = &self.reports else { return json!([]) };
        let unusual = agencies.iter().filter_map(|(agency, answers)| {
            let answered = answers.on_time + answers.late;
            let enough = answered > 0 && answered >= u64::from(policy.mass_closing_least);
            let unusual = answers.in_last_days * 100 >= u64::from(policy.mass_closing_percent) * answered;
            let permille = permille(answers.in_last_days, answered);
            (enough && unusual).then(|| {
                let name_fa = self.names.get(agency);
                json!({"agency": agency, "name_fa": name_fa, "in_last_days_permille": permille})
            })
        });
        unusual.collect()
    }

    /// From registration to closing, in tenths of days.
    fn closed(&self, moments: &Range<Timestamp>) -> Vec<i64> {
        let closings = self.cases.values().flat_map(|case| {
            let at = case.closings.iter().filter(|at| moments.contains(at));
            at.filter_map(|at| case.registered_at.map(|registered_at| tenths(registered_at, *at)))
        });
        closings.collect()
    }
}

fn table(codes: impl Iterator<Item = String>) -> Value {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    codes.for_each(|code| *counts.entry(code).or_default() += 1);
    counts.into_iter().map(|(code, count)| (code, json!(count))).collect::<Map<_, _>>().into()
}

fn permille(part: u64, whole: u64) -> Option<u64> {
    (part * 1_000).checked_div(whole)
}

fn tenths(from: Timestamp, to: Timestamp) -> i64 {
    (to.duration_since(from).as_secs() + TENTH / 2) / TENTH
}

/// By nearest rank.
fn percentile(lengths: &[i64], percent: usize) -> Option<i64> {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::recount::facts::Clock;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_742_500_000 + day * 86_400).unwrap()
    }

    /// Due on day 15: answered on 5 and 16, never, and after the period; what moved after its end was not known in it.
    #[test]
    fn a_period_knows_nothing_of_what_comes_after_it() {
        let mut facts = Facts::default();
        for (id, answered) in [("in time", Some(5)), ("late", Some(16)), ("never", None), ("after", Some(40))]
        {
            let clock = Clock {
                agency: "water".to_owned(),
                issued_at: Some(at(0)),
                dues: vec![(1, at(35), Some(at(50))), (0, at(0), Some(at(15)))],
                answered_at: answered.map(at),
                ..Clock::default()
            };
            facts.clocks.insert(id.to_owned(), clock);
        }
        let cells = facts.period(&(at(-1)..at(30)), &Tehran::new().unwrap());
        let answers = &cells["answers"];
        assert_eq!(
            (&answers["on_time"], &answers["late"], &answers["overdue_open"]),
            (&json!(1), &json!(1), &json!(2))
        );
        assert_eq!(answers["on_time_permille"], json!(250));
        let agency = &cells["agencies"][0];
        assert_eq!((&agency["median_days_tenths"], &agency["p90_days_tenths"]), (&json!(50), &json!(160)));
    }
}
