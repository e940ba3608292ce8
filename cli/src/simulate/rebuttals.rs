//! Managers who answer for points that came off (rule 6): a few file a rebuttal, and of these some are right.

use std::collections::HashSet;

use anyhow::Result;
use contracts::audit::{FileRebuttalRequest, ListDeductionsRequest, RuleRebuttalRequest, Ruling};
use contracts::required_instant;
use jalali::Date;
use serde::Deserialize;

use super::calendar::Step;
use super::diary::Diary;
use super::scene::Scene;
use super::temper::later;

/// How managers answer, and what is ruled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rebuttals {
    /// Of the deductions.
    percent: u64,
    /// Days after the deduction: first and last.
    filed_days: [u64; 2],
    /// Days from there to the ruling: first and last.
    ruled_days: [u64; 2],
    reversed_percent: u64,
    text: String,
    upheld: String,
    reversed: String,
}

/// What is done about a deduction, by the number of the complaint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    File { number: u64, deduction_id: String },
    Rule { number: u64, deduction_id: String },
}

/// Deductions that were seen, and what is done about them.
#[derive(Default)]
pub struct Defence {
    looked: Option<Date>,
    seen: HashSet<String>,
    restored: HashSet<String>,
    deeds: Diary<Deed>,
}

impl Defence {
    /// Looks through the deductions once a day, files what is to be filed and rules what is to be ruled.
    ///
    /// # Errors
    /// When audit refuses it or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let today = scene.date(step.at);
        if self.looked != Some(today) {
            self.looked = Some(today);
            self.look(scene).await?;
        }
        for deed in self.deeds.due(step.at) {
            match deed {
                Deed::File { number, deduction_id } if !self.restored.contains(&deduction_id) => {
                    self.file(scene, number, deduction_id, step).await?;
                }
                Deed::File { .. } => {}
                Deed::Rule { number, deduction_id } => rule(scene, number, deduction_id).await?,
            }
        }
        Ok(())
    }

    async fn look(&mut self, scene: &mut Scene) -> Result<()> {
        let (mut listed, mut page_token) = (Vec::new(), String::new());
        loop {
            let province = scene.province.clone();
            let asked = ListDeductionsRequest { province, page_token, ..Default::default() };
            let page = scene.doors.evaluation().list_deductions(asked).await?.into_inner();
            listed.extend(page.deductions);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        for deduction in listed {
            let Some(deducted) = deduction.deducted else { continue };
            if deduction.restored.is_some() {
                self.restored.insert(deducted.deduction_id.clone());
            }
            if !self.seen.insert(deducted.deduction_id.clone()) {
                continue;
            }
            let (number, numbers) = (scene.book.number(&deducted.case_id), &scene.life.rebuttals);
            let mut chance = scene.chance(&["rebuttal", &number.to_string()]);
            if chance.percent(numbers.percent) {
                let at = required_instant(deducted.deducted_at.as_ref())?;
                let deed = Deed::File { number, deduction_id: deducted.deduction_id };
                self.deeds.note(later(&mut chance, at, numbers.filed_days), deed);
            }
        }
        Ok(())
    }

    async fn file(
        &mut self,
        scene: &mut Scene,
        number: u64,
        deduction_id: String,
        step: &Step,
    ) -> Result<()> {
        let numbers = &scene.life.rebuttals;
        let (text, filed_by) = (numbers.text.clone(), "staff-of-the-agency".to_owned());
        let request = FileRebuttalRequest { deduction_id: deduction_id.clone(), text, filed_by };
        scene.doors.evaluation().file_rebuttal(request).await?;
        let mut chance = scene.chance(&["ruling-day", &number.to_string()]);
        let at = later(&mut chance, step.at, numbers.ruled_days);
        self.deeds.note(at, Deed::Rule { number, deduction_id });
        scene.played.rebuttals += 1;
        Ok(())
    }
}

async fn rule(scene: &mut Scene, number: u64, deduction_id: String) -> Result<()> {
    let numbers = &scene.life.rebuttals;
    let reversed = scene.chance(&["ruling", &number.to_string()]).percent(numbers.reversed_percent);
    let (ruling, reason) = if reversed {
        (Ruling::Reversed, numbers.reversed.clone())
    } else {
        (Ruling::Upheld, numbers.upheld.clone())
    };
    let ruled_by = "inspection-of-the-province".to_owned();
    let request = RuleRebuttalRequest { deduction_id, ruling: ruling.into(), reason, ruled_by };
    scene.doors.evaluation().rule_rebuttal(request).await?;
    scene.played.rulings += 1;
    Ok(())
}
