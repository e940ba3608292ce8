//! Managers and their terms of office (rule 6): imported at first, and again when an office is handed over.

use anyhow::{Context, Result, ensure};
use contracts::audit::{ImportManagersRequest, Term};
use jalali::Date;
use serde::Deserialize;

use super::calendar::Step;
use super::life::day;
use super::scene::Scene;

/// Successors are named so many days before: what falls due on their first day is theirs.
const DAYS_BEFORE: i64 = 3;

/// An office gets another manager.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    pub agency: String,
    #[serde(deserialize_with = "day")]
    first_day: Date,
    manager: String,
    name_fa: String,
}

/// Who holds which office, as Samad is told.
pub struct Managers {
    terms: Vec<Term>,
    handovers: Vec<Handover>,
}

impl Managers {
    /// Imports the province's managers.
    ///
    /// # Errors
    /// When audit refuses them or does not answer.
    pub async fn appoint(scene: &mut Scene) -> Result<Self> {
        let mut terms = audit::managers_file::shipped()?.terms;
        terms.retain(|term| term.province == scene.province);
        let of_the_province = |handover: &&Handover| terms.iter().any(|term| term.agency == handover.agency);
        let handovers = scene.life.handover.iter().filter(of_the_province).cloned().collect();
        let managers = Managers { terms, handovers };
        import(scene, managers.terms.clone()).await?;
        Ok(managers)
    }

    /// Hands over what is to be handed over soon.
    ///
    /// # Errors
    /// As [`Managers::appoint`].
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let soon = scene.date(step.at).plus_days(DAYS_BEFORE);
        let due: Vec<Handover> =
            self.handovers.extract_if(.., |handover| handover.first_day <= soon).collect();
        for handover in due {
            let ending = self
                .terms
                .iter_mut()
                .rfind(|term| term.agency == handover.agency && term.last_day.is_empty());
            let ending = ending.with_context(|| format!("nobody manages {}", handover.agency))?;
            ending.last_day = handover.first_day.plus_days(-1).civil().to_string();
            let new = Term {
                manager: handover.manager,
                name_fa: handover.name_fa,
                first_day: handover.first_day.civil().to_string(),
                last_day: String::new(),
                ..ending.clone()
            };
            let told = vec![ending.clone(), new.clone()];
            self.terms.push(new);
            import(scene, told).await?;
        }
        Ok(())
    }
}

async fn import(scene: &mut Scene, terms: Vec<Term>) -> Result<()> {
    let told = terms.len();
    let answer = scene.doors.evaluation().import_managers(ImportManagersRequest { terms }).await?;
    ensure!(answer.get_ref().adopted as usize == told, "some terms of office were known before");
    scene.played.terms += told as u64;
    Ok(())
}
