//! Holds what the system reports against what the facts say: months and quarters (rule 10), managers' years and points (rule 6),
//! trips and slots.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use contracts::audit::{BuildReportRequest, GetEvaluationRequest, GetEvaluationResponse};
use contracts::intake::{GetCampaignReportRequest, ListSlotsRequest, SlotFigures, SlotState};
use contracts::{optional_instant, timestamp};
use jalali::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::first_day;
use super::recount::{Facts, Recount, Standing, State};
use super::report::Pair;
use super::scene::Scene;
use super::stated::stated;

/// Days of which slots are listed at one time.
const DAYS_OF_SLOTS: i64 = 360;

/// What the facts say, and where the system says otherwise.
#[derive(Default)]
pub struct Checked {
    pub recount: Recount,
    /// What was done to the system, and how often the facts say so.
    pub stated: Vec<Pair>,
    /// Reports and evaluations that were compared.
    pub reports: u32,
    pub evaluations: u32,
    pub standings: Vec<Standing>,
    /// Each with its name.
    pub differences: Vec<String>,
}

/// A month or a quarter: its name and its days.
type Period = (String, std::ops::RangeInclusive<Date>);

/// Compares everything, in a world at rest at `now`.
///
/// # Errors
/// When a service does not answer.
pub async fn check(scene: &Scene, facts: &Facts, now: Timestamp) -> Result<Checked> {
    let (recount, stated) = (facts.totals(now), stated(&scene.played, facts));
    let mut checked = Checked { recount, stated, ..Checked::default() };
    for period in periods(scene, facts, now)? {
        checked.report(scene, facts, &period).await?;
    }
    let latest_at = facts.latest_at.unwrap_or(now);
    for year in first_day()?.year().number()..=scene.date(now).year().number() {
        checked.evaluation(scene, facts, year, latest_at).await?;
    }
    checked.points(facts);
    checked.trips(scene, facts, now).await?;
    checked.slots(scene, facts, now).await?;
    Ok(checked)
}

/// The months and quarters whose reports are issued by `now`.
fn periods(scene: &Scene, facts: &Facts, now: Timestamp) -> Result<Vec<Period>> {
    let hours = facts.reports.as_ref().map_or(0, |policy| policy.issue_after_hours);
    let over = |days: &std::ops::RangeInclusive<Date>| {
        scene.tehran.moments(days.clone()).end + SignedDuration::from_hours(hours.into()) <= now
    };
    let (mut periods, mut next) = (Vec::new(), Some(first_day()?.month()));
    while let Some(month) = next.filter(|month| over(&month.days())) {
        let (year, quarter) = (month.year().number(), month.quarter());
        periods.push((format!("{year}-{:02}", month.number()), month.days()));
        if quarter.days().end() == month.days().end() {
            periods.push((format!("{year}-q{}", quarter.number()), quarter.days()));
        }
        next = month.next();
    }
    Ok(periods)
}

impl Checked {
    async fn report(&mut self, scene: &Scene, facts: &Facts, (period, days): &Period) -> Result<()> {
        let (period, province) = (period.clone(), scene.province.clone());
        let asked = BuildReportRequest { period: period.clone(), province, ..Default::default() };
        let built = scene.doors.reports().build_report(asked).await?.into_inner();
        let report: Value = serde_json::from_slice(&built.json)?;
        if !built.issued {
            self.differences.push(format!("{period}: it was not issued with these bytes"));
        }
        let recounted = facts.period(&scene.tehran.moments(days.clone()), &scene.tehran);
        for (name, cells) in recounted.as_object().into_iter().flatten() {
            differ(&format!("{period} {name}"), &report[name], cells, &mut self.differences);
        }
        self.reports += 1;
        Ok(())
    }

    async fn evaluation(
        &mut self,
        scene: &Scene,
        facts: &Facts,
        year: u16,
        latest_at: Timestamp,
    ) -> Result<()> {
        let asked = GetEvaluationRequest { year: year.into(), ..Default::default() };
        let answer = scene.doors.evaluation().get_evaluation(asked).await?.into_inner();
        let jalali = jalali::Year::new(year)?;
        let as_of = latest_at.min(scene.tehran.moments(jalali.days()).end);
        if optional_instant(answer.as_of.as_ref())? != Some(as_of) {
            self.differences.push(format!("{year}: it is not as of {as_of}, by the facts the latest moment"));
        }
        let recounted = facts.year(jalali, &scene.tehran, latest_at)?;
        let by_name = |standings: &[Standing]| -> Result<Value> {
            let named = standings.iter().map(|s| (format!("{} of {}", s.manager, s.agency), s));
            Ok(serde_json::to_value(named.collect::<BTreeMap<_, _>>())?)
        };
        let (said, counted) = (by_name(&standings(&answer))?, by_name(&recounted)?);
        differ(&year.to_string(), &said, &counted, &mut self.differences);
        self.standings.extend(recounted);
        self.evaluations += 1;
        Ok(())
    }

    /// The points that came off and stay off, for each manager in an office.
    fn points(&mut self, facts: &Facts) {
        let restored: HashSet<&str> =
            facts.restored.iter().map(|(_, restored)| restored.deduction_id.as_str()).collect();
        let mut standing: BTreeMap<(&str, &str), [u64; 2]> = BTreeMap::new();
        for (_, deducted) in
            facts.deducted.iter().filter(|(_, d)| !restored.contains(d.deduction_id.as_str()))
        {
            standing.entry((&deducted.manager, &deducted.agency)).or_default()[0] += 1;
        }
        for counted in &self.standings {
            standing.entry((&counted.manager, &counted.agency)).or_default()[1] += counted.inactions;
        }
        let found = standing.iter().filter(|(_, [stated, counted])| stated != counted);
        let found = found.map(|((manager, agency), [stated, counted])| {
            format!("deductions of {manager} of {agency}: {stated}, by the facts {counted}")
        });
        self.differences.extend(found.collect::<Vec<_>>());
    }

    async fn trips(&mut self, scene: &Scene, facts: &Facts, now: Timestamp) -> Result<()> {
        let of_the_province = scene.life.trip.iter().filter(|trip| trip.province == scene.province);
        for trip in of_the_province.filter(|trip| trip.is_known(scene.date(now))) {
            let campaign = trip.campaign.clone();
            let asked = GetCampaignReportRequest { campaign: campaign.clone() };
            let report = scene.doors.campaigns().get_campaign_report(asked).await?.into_inner();
            let contacts = facts.contacts_with(|contact| contact.campaign == campaign);
            let of_it = facts.contacts.iter().filter(|(_, contact)| contact.campaign == campaign);
            let cases = of_it.filter_map(|(_, contact)| facts.cases.get(&contact.case_id));
            let count = |state| cases.clone().filter(|case| case.state() == state).count() as u64;
            let [open, answered, withdrawn] = [State::Open, State::Answered, State::Withdrawn].map(count);
            let brought = open + answered + withdrawn;
            let pairs = [
                ("contacts", report.contacts, contacts),
                ("guidance", report.guidance, contacts - brought),
                ("cases", report.cases, brought),
                ("answered", report.answered, answered),
                ("open", report.open, open),
            ];
            self.compare(&campaign, &pairs);
        }
        Ok(())
    }

    async fn slots(&mut self, scene: &Scene, facts: &Facts, now: Timestamp) -> Result<()> {
        let (mut sum, mut from) = (SlotFigures::default(), scene.tehran.first_moment(first_day()?));
        while from < now {
            let until = scene.tehran.add_days(from, DAYS_OF_SLOTS).min(now);
            let asked = ListSlotsRequest {
                province: scene.province.clone(),
                from: Some(timestamp(from)),
                until: Some(timestamp(until)),
                page_size: 1,
                ..Default::default()
            };
            let figures = scene.doors.attendance().list_slots(asked).await?.into_inner().figures;
            let SlotFigures { uncovered, kept, missed, contacts, .. } = figures.unwrap_or_default();
            sum.uncovered += uncovered;
            sum.kept += kept;
            sum.missed += missed;
            sum.contacts += contacts;
            from = until;
        }
        let pairs = [
            ("uncovered", sum.uncovered.into(), facts.slots_that(SlotState::Uncovered)),
            ("kept", sum.kept.into(), facts.slots_that(SlotState::Kept)),
            ("missed", sum.missed.into(), facts.slots_that(SlotState::Missed)),
            ("contacts", sum.contacts.into(), facts.contacts_with(|contact| !contact.slot_id.is_empty())),
        ];
        self.compare("slots", &pairs);
        Ok(())
    }

    fn compare(&mut self, what: &str, pairs: &[(&str, u64, u64)]) {
        let differing = pairs.iter().filter(|(_, said, counted)| said != counted);
        let named =
            differing.map(|(name, said, counted)| format!("{what} {name}: {said}, by the facts {counted}"));
        self.differences.extend(named);
    }
}

/// What the evaluation says, in the recount's words.
fn standings(answer: &GetEvaluationResponse) -> Vec<Standing> {
    let points = answer.policy.as_ref().map_or(0, |policy| policy.inaction_points);
    let standing = |said: &contracts::audit::Standing| {
        let inaction = said.lines.iter().find(|line| line.reason == "inaction");
        let hundredths = inaction.map_or(0, |line| line.hundredths.unsigned_abs());
        Standing {
            manager: said.manager.clone(),
            agency: said.agency.clone(),
            on_time: said.on_time,
            late: said.late,
            overdue_open: said.overdue_open,
            reopened: said.reopened,
            inactions: hundredths / (u64::from(points) * 100).max(1),
            score_hundredths: said.score_hundredths,
            band_floor: said.band_floor,
            rank: said.rank,
        }
    };
    answer.standings.iter().map(standing).collect()
}

/// Names every place at which two values differ.
fn differ(place: &str, said: &Value, counted: &Value, found: &mut Vec<String>) {
    match (said, counted) {
        (Value::Object(said), Value::Object(counted)) => {
            let names: std::collections::BTreeSet<&String> = said.keys().chain(counted.keys()).collect();
            for name in names {
                let of =
                    |cells: &serde_json::Map<String, Value>| cells.get(name).cloned().unwrap_or_default();
                differ(&format!("{place} {name}"), &of(said), &of(counted), found);
            }
        }
        (Value::Array(said), Value::Array(counted)) if said.len() == counted.len() => {
            for (at, (said, counted)) in said.iter().zip(counted).enumerate() {
                differ(&format!("{place} {at}"), said, counted, found);
            }
        }
        _ if said == counted => {}
        _ => found.push(format!("{place}: {said}, by the facts {counted}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_by_its_place() {
        let mut found = Vec::new();
        let said = json!({"a": {"x": 1, "y": 2}, "b": [1, {"z": null}], "c": 3});
        differ("1404-01", &said, &said.clone(), &mut found);
        assert_eq!(found, Vec::<String>::new());
        differ("1404-01", &said, &json!({"a": {"x": 1}, "b": [1, {"z": 4}], "c": [3]}), &mut found);
        assert_eq!(
            found,
            [
                "1404-01 a y: 2, by the facts null",
                "1404-01 b 1 z: null, by the facts 4",
                "1404-01 c: 3, by the facts [3]"
            ]
        );
    }
}
