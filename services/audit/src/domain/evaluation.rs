//! The yearly evaluation of managers (rule 6), folded from the ledger's facts.
//!
//! A referral counts once, on the day that decided it: that of an answer in time, else the day on which it fell due; it is
//! the manager's who held the office then. So what is overdue and open counts as much as what was answered late.

mod score;
#[cfg(test)]
mod tests;

pub use score::{Line, Standing};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use jalali::{Tehran, Year};
use jiff::Timestamp;
use uuid::Uuid;

use self::score::{Count, rank, standing};
use super::office::{Term, in_office};
use super::policy::{EvaluationPolicy, governing};
use super::report::observation::{Deducted, Observation};
use super::report::referrals::{Referral, Referrals};

/// Folds the leaves of a year's evaluation.
pub struct Evaluation {
    tehran: Tehran,
    year: Year,
    moments: Range<Timestamp>,
    referrals: Referrals,
    deductions: BTreeMap<Uuid, (Deducted, u64)>,
    restored: HashSet<Uuid>,
    /// Whose answers solved nothing, and the leaf that says so.
    reopened: Vec<(Vec<Uuid>, u64)>,
    /// By agency and first day, the newest version.
    terms: BTreeMap<(String, jiff::civil::Date), Term>,
    policies: Vec<EvaluationPolicy>,
}

/// Manager and agency.
type Key = (String, String);

impl Evaluation {
    /// Begins the evaluation of a year.
    #[must_use]
    pub fn new(year: Year, tehran: &Tehran) -> Self {
        Self {
            tehran: tehran.clone(),
            year,
            moments: tehran.moments(year.days()),
            referrals: Referrals::default(),
            deductions: BTreeMap::new(),
            restored: HashSet::new(),
            reopened: Vec::new(),
            terms: BTreeMap::new(),
            policies: Vec::new(),
        }
    }

    /// Folds one observation in.
    pub fn hear(&mut self, observation: &Observation, leaf: u64) {
        self.referrals.hear(observation, leaf);
        match observation {
            Observation::Deducted { deduction_id, deducted, .. } => {
                self.deductions.insert(*deduction_id, (deducted.clone(), leaf));
            }
            Observation::Restored { deduction_id, .. } => {
                self.restored.insert(*deduction_id);
            }
            Observation::Reopened { referrals, .. } => self.reopened.push((referrals.clone(), leaf)),
            Observation::Appointed { term, .. } => {
                let key = (term.agency.clone(), term.first_day);
                if self.terms.get(&key).is_none_or(|known| known.version < term.version) {
                    self.terms.insert(key, term.clone());
                }
            }
            Observation::Adopted { policy, .. } => self.policies.push(policy.clone()),
            _ => {}
        }
    }

    /// What is overdue and open is so as of this moment: the year's end, or the ledger's latest moment before it.
    #[must_use]
    pub fn as_of(&self, latest_at: Timestamp) -> Timestamp {
        latest_at.min(self.moments.end)
    }

    /// The policy of the year's last day, and the standings by it as of the ledger's latest moment: the band of the
    /// highest volume first, by rank; none when no policy governs the year.
    #[must_use]
    pub fn finish(self, latest_at: Timestamp) -> Option<(EvaluationPolicy, Vec<Standing>)> {
        let policy = governing(&self.policies, self.year.days().end().civil())?.clone();
        let mut terms: Vec<Term> = self.terms.values().cloned().collect();
        terms.retain(|term| !term.withdrawn);
        let counts = self.counts(&terms, self.as_of(latest_at));
        let name = |manager: &str| {
            terms
                .iter()
                .rev()
                .find(|term| term.manager == manager)
                .map(|term| term.name_fa.clone())
                .unwrap_or_default()
        };
        let standings = counts.into_iter().map(|((manager, agency), count)| {
            let name_fa = name(&manager);
            standing(Standing { manager, name_fa, agency, ..Standing::unscored() }, count, &policy)
        });
        let mut standings: Vec<Standing> = standings.collect();
        rank(&mut standings);
        Some((policy, standings))
    }

    fn counts(&self, terms: &[Term], as_of: Timestamp) -> BTreeMap<Key, Count> {
        let mut counts: BTreeMap<Key, Count> = BTreeMap::new();
        // Whoever holds an office is looked for among that agency's terms only.
        let mut of_agency: HashMap<&str, Vec<Term>> = HashMap::new();
        terms.iter().for_each(|term| of_agency.entry(&term.agency).or_default().push(term.clone()));
        let manager = |agency: &str, at: Timestamp| {
            let day = self.tehran.date(at).civil();
            let terms = of_agency.get(agency).map_or(&[][..], Vec::as_slice);
            in_office(terms, agency, day).map(|term| term.manager.clone()).unwrap_or_default()
        };
        let mut of = |referral: &Referral, at: Timestamp, count: &dyn Fn(&mut Count)| {
            let key = (manager(&referral.agency, at), referral.agency.to_string());
            let entry = counts.entry(key).or_default();
            entry.province = referral.province.to_string();
            count(entry);
        };
        for referral in self.referrals.by_id.values() {
            match decided(referral, as_of).filter(|(at, _)| self.moments.contains(at)) {
                Some((at, Decision::OnTime)) => of(referral, at, &|count| count.on_time += 1),
                Some((at, Decision::Late(leaf))) => of(referral, at, &|count| count.late.push(leaf)),
                Some((at, Decision::OverdueOpen(leaf))) => {
                    of(referral, at, &|count| count.overdue_open.push(leaf));
                }
                None => {}
            }
        }
        for (referral, answered_at, leaf) in self.reopenings() {
            of(referral, answered_at, &|count| count.reopened.push(leaf));
        }
        let days = self.year.days();
        let standing = self.deductions.iter().filter(|(id, _)| !self.restored.contains(id));
        for (deducted, leaf) in standing.map(|(_, deduction)| deduction) {
            if (days.start().civil()..=days.end().civil()).contains(&deducted.breach_day) {
                let entry = counts.entry((deducted.manager.clone(), deducted.agency.clone())).or_default();
                entry.province.clone_from(&deducted.province);
                entry.points += deducted.points;
                entry.deductions.push(*leaf);
            }
        }
        counts
    }

    /// Answers of the year that did not last: those that a reopening names, so that of several agencies on one case only
    /// those count whose answers were the case's, and no answer counts for a later round.
    fn reopenings(&self) -> impl Iterator<Item = (&Referral, Timestamp, u64)> {
        let named =
            self.reopened.iter().flat_map(|(referrals, leaf)| referrals.iter().map(move |id| (id, *leaf)));
        named.filter_map(|(id, leaf)| {
            let referral = self.referrals.by_id.get(id)?;
            let (at, _) = referral.answered.filter(|(at, _)| self.moments.contains(at))?;
            Some((referral, at, leaf))
        })
    }
}

/// How a referral was decided, with the leaf that says so.
enum Decision {
    OnTime,
    Late(u64),
    OverdueOpen(u64),
}

/// When a referral was decided, and how; none while it is open and in time, or nobody owes an answer on it.
fn decided(referral: &Referral, as_of: Timestamp) -> Option<(Timestamp, Decision)> {
    match (referral.answered, referral.due) {
        (Some((_, leaf)), Some(due)) if referral.is_late() => Some((due.due_at, Decision::Late(leaf))),
        (Some((at, _)), _) => Some((at, Decision::OnTime)),
        (None, Some(due)) if referral.is_overdue_open(as_of) => {
            Some((due.due_at, Decision::OverdueOpen(due.leaf)))
        }
        _ => None,
    }
}
