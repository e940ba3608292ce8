//! Extensions (rule 7): an agency that will need longer asks for more time, and the province grants it, a part of it, or none.

use anyhow::Result;
use contracts::required_instant;
use contracts::routing::{Extension, ListExtensionsRequest, RuleExtensionRequest};
use jiff::SignedDuration;
use serde::Deserialize;

use super::chance::Chance;
use super::scene::Scene;

/// How often more time is asked for, and what the province says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extensions {
    /// Only who will need longer than this asks.
    beyond_days: i64,
    asked_percent: u64,
    /// Days that are asked for: fewest and most.
    days: [u64; 2],
    granted_percent: u64,
    /// Of those granted, those with half of what was asked.
    halved_percent: u64,
    reason: String,
    granted: String,
    refused: String,
}

impl Extensions {
    /// The days that an agency asks for, and why, on a referral that it will answer so much later; none: it does not ask.
    pub fn ask(&self, chance: &mut Chance, answered_after: SignedDuration) -> Option<(u32, String)> {
        let asked = chance.percent(self.asked_percent);
        let [fewest, most] = self.days;
        let days = fewest + chance.below(most.saturating_sub(fewest) + 1);
        let long = answered_after > SignedDuration::from_hours(24 * self.beyond_days);
        (asked && long).then(|| (u32::try_from(days).unwrap_or(u32::MAX), self.reason.clone()))
    }
}

/// Rules on whatever was asked for.
///
/// # Errors
/// When routing refuses a ruling or does not answer.
pub async fn turn(scene: &mut Scene) -> Result<()> {
    loop {
        let asked = ListExtensionsRequest { province: scene.province.clone(), ..Default::default() };
        let waiting = scene.doors.rulings().list_extensions(asked).await?.into_inner().extensions;
        if waiting.is_empty() {
            return Ok(());
        }
        for extension in waiting {
            let ruling = rule(scene, extension)?;
            let counted = if ruling.grant { &mut scene.played.granted } else { &mut scene.played.refused };
            *counted += 1;
            scene.doors.rulings().rule_extension(ruling).await?;
        }
    }
}

fn rule(scene: &Scene, asked: Extension) -> Result<RuleExtensionRequest> {
    let numbers = &scene.life.extensions;
    let (number, at) = (scene.book.number(&asked.case_id), required_instant(asked.asked_at.as_ref())?);
    let mut chance = scene.chance(&["extension", &number.to_string(), &asked.agency, &at.to_string()]);
    let grant = chance.percent(numbers.granted_percent);
    let days = if grant && chance.percent(numbers.halved_percent) { asked.days.div_ceil(2) } else { 0 };
    Ok(RuleExtensionRequest {
        referral_id: asked.referral_id,
        action_id: asked.action_id,
        grant,
        days,
        reason: if grant { numbers.granted.clone() } else { numbers.refused.clone() },
        ruled_by: "province".to_owned(),
    })
}
