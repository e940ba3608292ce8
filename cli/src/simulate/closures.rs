//! Closures of the province (rule 7): dust, snow, cold; some are announced only when they are over. Intake hears of them and
//! closes the lines.

use anyhow::Result;
use contracts::deadline::AnnounceClosureRequest;
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
        let announced = AnnounceClosureRequest {
            closure_id: chassis::clock::Clock::live().new_id().to_string(),
            province: scene.province.clone(),
            first_day: closure.first.civil().to_string(),
            last_day: closure.last.civil().to_string(),
            reason_fa: closure.reason,
        };
        scene.doors.deadline().announce_closure(announced).await?;
        scene.played.closures += 1;
    }
    Ok(scene.played.closures > before)
}
