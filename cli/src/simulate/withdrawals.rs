//! Citizens who take a case back before it is answered: what they needed came by another way.

use anyhow::Result;
use contracts::intake::{Kind, Outcome, WithdrawCaseRequest};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;

use super::diary::Diary;
use super::news::Event;
use super::scene::{AT_ONCE, Scene};
use super::temper::later;

/// How often cases are taken back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawals {
    percent: u64,
    /// Days after the registration: first and last.
    days: [u64; 2],
    reason: String,
}

/// Who will take what back: number and case.
#[derive(Default)]
pub struct Repenting(Diary<(u64, String)>);

impl Repenting {
    /// Hears of a registration.
    pub fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Registered { case_id, at } = event else { return };
        let Some(case) = scene.book.case(case_id) else { return };
        let mut chance = scene.chance(&["withdrawn", &case.number.to_string()]);
        let numbers = &scene.life.withdrawals;
        let follows = case.contact.kind() != Kind::Report && case.contact.outcome() == Outcome::Register;
        if follows && chance.percent(numbers.percent) {
            self.0.note(later(&mut chance, *at, numbers.days), (case.number, case_id.clone()));
        }
    }

    /// Takes back what is still open; whether anything was.
    ///
    /// # Errors
    /// When intake refuses it or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, now: Timestamp) -> Result<bool> {
        let mut due = self.0.due(now);
        due.retain(|(_, case_id)| scene.book.case(case_id).is_some_and(|case| case.open));
        let reason = scene.life.withdrawals.reason.clone();
        let doors = &scene.doors;
        stream::iter(&due)
            .map(async |(_, case_id)| {
                let request = WithdrawCaseRequest { case: case_id.clone(), reason: reason.clone() };
                anyhow::Ok(doors.cases().withdraw_case(request).await?)
            })
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await?;
        for (_, case_id) in &due {
            if let Some(case) = scene.book.case_mut(case_id) {
                case.open = false;
            }
        }
        scene.played.withdrawn += due.len() as u64;
        Ok(!due.is_empty())
    }
}
