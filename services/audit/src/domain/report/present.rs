//! A report as it is written: names and order are published.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::{AgencyTally, Tally};
use super::names::{Names, Words, place};
use super::period::Period;
use super::public::{self, Forced, Shown, forced_by_provinces};
use crate::domain::policy::ReportPolicy;

/// A report of a province, or of the country. A cell without a value is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `1404-07`, `1404-q3`.
    pub period: String,
    pub period_fa: String,
    /// Days of the Jalali calendar, both included.
    pub first_day: String,
    pub last_day: String,
    /// Empty: the whole country.
    pub province: String,
    /// Empty as well for a province that has no name.
    pub province_fa: String,
    /// `full` or `public`.
    pub edition: &'static str,
    #[serde(flatten)]
    pub basis: Basis,
    pub policy: String,
    pub policy_version: u32,
    pub contacts: Contacts,
    pub guidance: Guidance,
    /// Cases registered.
    pub cases: Option<u64>,
    pub referrals: Referrals,
    pub answers: Answers,
    pub agencies: Vec<Agency>,
    pub mass_closing: Vec<MassClosing>,
    /// Absent while no citizen has said.
    pub satisfaction: Option<Satisfaction>,
    pub reopened: Option<u64>,
    pub names: Words,
}

/// What a report is built from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// So many leaves of the ledger.
    pub ledger_size: u64,
    /// The root of the tree of these leaves, in hexadecimal: who holds it holds every figure.
    pub ledger_root: String,
    /// The latest moment that a counted fact among them names, ISO 8601; empty where there is none.
    pub as_of: String,
    /// The same for people, in Tehran.
    pub as_of_fa: String,
    /// Facts among them whose content was erased or cannot be read: they are not counted.
    pub unread: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contacts {
    pub total: Option<u64>,
    pub by_channel: Cells,
    pub by_kind: Cells,
    pub by_topic: Cells,
    pub by_county: Cells,
    /// What became of them: `guidance` ended them, or a `case`.
    pub by_outcome: Cells,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guidance {
    pub total: Option<u64>,
    pub by_rung: Cells,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Referrals {
    pub total: Option<u64>,
    pub by_agency: Cells,
}

/// Counts by code.
pub type Cells = BTreeMap<String, Option<u64>>;

/// How referrals were answered: those answered in the period, and those overdue and open at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answers {
    pub on_time: Option<u64>,
    pub late: Option<u64>,
    pub overdue_open: Option<u64>,
    /// Of all three, those on time, in tenths of a percent.
    pub on_time_permille: Option<u64>,
    /// Cases closed in the period, and tenths of days from their registration on.
    pub cases_closed: Option<u64>,
    pub median_days_tenths: Option<u64>,
    pub p90_days_tenths: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agency {
    pub agency: String,
    pub name_fa: String,
    pub on_time: Option<u64>,
    pub late: Option<u64>,
    pub overdue_open: Option<u64>,
    pub on_time_permille: Option<u64>,
    /// Tenths of days from issue to answer.
    pub median_days_tenths: Option<u64>,
    pub p90_days_tenths: Option<u64>,
    /// Points that came off for inaction and were not restored (rule 6).
    pub points_off: Option<u64>,
}

/// An agency that gave an unusual share of its answers in the last days of the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MassClosing {
    pub agency: String,
    pub name_fa: String,
    pub in_last_days_permille: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Satisfaction {
    pub solved: u64,
    pub not_solved: u64,
}

/// What a report is made of.
pub struct Source<'a> {
    pub period: Period,
    pub policy: &'a ReportPolicy,
    pub basis: &'a Basis,
    pub provinces: &'a BTreeMap<String, Tally>,
    pub names: &'a Names,
}

impl Source<'_> {
    /// The report of a province (empty: of the country).
    #[must_use]
    pub fn report(&self, province: &str, is_public: bool) -> Report {
        let tally = self.tally(province);
        let shown = if is_public { self.shown(province, &tally) } else { whole(&tally) };
        let days = self.period.days();
        let public = is_public.then_some(u64::from(self.policy.least_people));
        let [contacts, guidance, referrals, answers] = shown;
        let contacts = contacts_of(contacts);
        let guidance = Guidance { total: guidance.total, by_rung: table(guidance, 0) };
        Report {
            period: self.period.to_string(),
            period_fa: self.period.fa(),
            first_day: days.start().to_string(),
            last_day: days.end().to_string(),
            province: province.to_owned(),
            province_fa: place(province),
            edition: if is_public { "public" } else { "full" },
            basis: self.basis.clone(),
            policy: self.policy.validity.policy.clone(),
            policy_version: self.policy.validity.version,
            names: Words::of(&contacts, &guidance, self.names),
            contacts,
            guidance,
            // Beside the public figures they would tell others.
            cases: (!is_public).then_some(tally.registered),
            referrals: Referrals { total: referrals.total, by_agency: table(referrals, 0) },
            answers: answers_of(&tally, answers, public),
            agencies: tally.agencies.iter().map(|(code, agency)| self.agency(code, agency, public)).collect(),
            mass_closing: self.mass_closing(&tally),
            satisfaction: satisfaction(&tally).filter(|_| !is_public),
            reopened: (!is_public && tally.reopened > 0).then_some(tally.reopened),
        }
    }

    fn tally(&self, province: &str) -> Tally {
        if !province.is_empty() {
            return self.provinces.get(province).cloned().unwrap_or_default();
        }
        let mut all = Tally::default();
        self.provinces.values().for_each(|tally| all.merge(tally));
        all
    }

    fn shown(&self, province: &str, tally: &Tally) -> [Shown; 4] {
        let least = u64::from(self.policy.least_people);
        let of_province = |tally: &Tally| {
            let groups = public::groups(tally);
            let shown = public::shown(&groups, least, <[Forced; 4]>::default());
            (groups, shown)
        };
        if !province.is_empty() {
            return of_province(tally).1;
        }
        let provinces: Vec<_> = self.provinces.values().map(of_province).collect();
        let forced = std::array::from_fn(|group| {
            let of_group =
                provinces.iter().map(|(groups, shown)| (groups[group].clone(), shown[group].clone()));
            forced_by_provinces(&of_group.collect::<Vec<_>>(), least)
        });
        public::shown(&public::groups(tally), least, forced)
    }

    fn agency(&self, code: &str, tally: &AgencyTally, public: Option<u64>) -> Agency {
        let cell = |count: u64| public.is_none().then_some(count);
        // Without counts a share tells no person, unless it is of few.
        let few = |count: u64| public.is_some_and(|least| (1..least).contains(&count));
        let shown = ![tally.on_time, tally.late + tally.overdue_open].into_iter().any(few);
        let enough = public.is_none_or(|least| tally.days_to_answer.count() >= least);
        Agency {
            agency: code.to_owned(),
            name_fa: self.names.agency(code),
            on_time: cell(tally.on_time),
            late: cell(tally.late),
            overdue_open: cell(tally.overdue_open),
            on_time_permille: on_time_permille(tally).filter(|_| shown),
            median_days_tenths: tally.days_to_answer.percentile(50).filter(|_| enough),
            p90_days_tenths: tally.days_to_answer.percentile(90).filter(|_| enough),
            points_off: cell(tally.points_off),
        }
    }

    fn mass_closing(&self, tally: &Tally) -> Vec<MassClosing> {
        let (least, percent) =
            (u64::from(self.policy.mass_closing_least), u64::from(self.policy.mass_closing_percent));
        let unusual = |agency: &&(&String, &AgencyTally)| {
            let answered = agency.1.answered();
            answered > 0 && answered >= least && agency.1.in_last_days * 100 >= percent * answered
        };
        let flagged: Vec<_> = tally.agencies.iter().collect();
        let flag = |(code, agency): &(&String, &AgencyTally)| MassClosing {
            agency: (*code).clone(),
            name_fa: self.names.agency(code),
            in_last_days_permille: agency.in_last_days * 1_000 / agency.answered(),
        };
        flagged.iter().filter(unusual).map(flag).collect()
    }
}

fn whole(tally: &Tally) -> [Shown; 4] {
    public::groups(tally).map(|group| group.whole())
}

fn table(mut shown: Shown, place: usize) -> Cells {
    std::mem::take(&mut shown.tables[place])
}

fn contacts_of(mut shown: Shown) -> Contacts {
    let mut table = |place: usize| std::mem::take(&mut shown.tables[place]);
    let [by_channel, by_kind, by_topic, by_county] = [table(0), table(1), table(2), table(3)];
    let by_outcome = table(public::OUTCOMES);
    Contacts { total: shown.total, by_channel, by_kind, by_topic, by_county, by_outcome }
}

fn answers_of(tally: &Tally, shown: Shown, public: Option<u64>) -> Answers {
    let cells = &shown.tables[0];
    let cell = |code: &str| cells.get(code).copied().flatten();
    let all_shown = cells.values().all(Option::is_some);
    let closed = tally.days_to_close.count();
    let enough = public.is_none_or(|least| closed >= least);
    Answers {
        on_time: cell("on_time"),
        late: cell("late"),
        overdue_open: cell("overdue_open"),
        on_time_permille: on_time_permille(&tally.answers()).filter(|_| all_shown),
        cases_closed: (enough || closed == 0).then_some(closed),
        median_days_tenths: tally.days_to_close.percentile(50).filter(|_| enough),
        p90_days_tenths: tally.days_to_close.percentile(90).filter(|_| enough),
    }
}

/// Rule 10: what is overdue and still open counts as not on time.
fn on_time_permille(tally: &AgencyTally) -> Option<u64> {
    let decided = tally.answered() + tally.overdue_open;
    (tally.on_time * 1_000).checked_div(decided)
}

fn satisfaction(tally: &Tally) -> Option<Satisfaction> {
    let Tally { solved, not_solved, .. } = *tally;
    (solved + not_solved > 0).then_some(Satisfaction { solved, not_solved })
}
