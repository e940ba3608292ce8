//! Closures of the province (rule 7): dust, snow, cold; some are announced only when they are over.

use anyhow::Result;
use contracts::deadline::AnnounceClosureRequest;
use contracts::intake::{HoursKind, HoursRule, ImportDeskRulesRequest};
use jalali::Date;
use serde::Deserialize;

use super::calendar::Step;
use super::life::day;
use super::scene::Scene;

/// Days on which neither the lines are open nor agencies work.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    #[serde(deserialize_with = "day")]
    first: Date,
    #[serde(deserialize_with = "day")]
    last: Date,
    /// When Samad is told: before, or late.
    #[serde(deserialize_with = "day")]
    announced: Date,
    reason: String,
}

impl Closure {
    /// Whether the province is closed on that day.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

/// Announces what is to be announced at this step; whether anything was.
///
/// # Errors
/// When a service refuses it or does not answer.
pub async fn turn(closures: &mut Vec<Closure>, scene: &mut Scene, step: &Step) -> Result<bool> {
    let (today, before) = (scene.date(step.at), scene.played.closures);
    for closure in closures.extract_if(.., |closure| closure.announced <= today) {
        let (first_day, last_day) = (closure.first.civil().to_string(), closure.last.civil().to_string());
        let announced = AnnounceClosureRequest {
            closure_id: chassis::clock::Clock::live().new_id().to_string(),
            province: scene.province.clone(),
            first_day: first_day.clone(),
            last_day: last_day.clone(),
            reason_fa: closure.reason.clone(),
        };
        scene.doors.deadline().announce_closure(announced).await?;
        let hours = HoursRule {
            rule: format!("closure-{first_day}"),
            kind: HoursKind::Closure.into(),
            province: scene.province.clone(),
            from_day: first_day,
            until_day: last_day,
            reason_fa: closure.reason,
            ..Default::default()
        };
        let rules = ImportDeskRulesRequest { hours: vec![hours], policies: Vec::new() };
        scene.doors.work_list().import_desk_rules(rules).await?;
        scene.played.closures += 1;
    }
    Ok(scene.played.closures > before)
}
