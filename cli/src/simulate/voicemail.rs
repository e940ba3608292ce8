//! Calls outside the hours are recorded, and operators follow them up (rule 1): most become contacts, some hold silence, and on
//! a busy day nobody comes to them.

use std::collections::HashMap;

use anyhow::{Context, Result};
use contracts::intake::{Channel, FinishItemRequest, RecordVoicemailRequest, TakeItemRequest, WorkItem};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::calendar::Step;
use super::scene::{AT_ONCE, Numbered, Scene};

/// How recorded calls are followed up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voicemail {
    /// Operators who follow up.
    operators: u32,
    /// Days on which nobody does.
    busy_percent: u64,
    /// Recordings of which nothing can be understood.
    silent_percent: u64,
    silence: String,
}

/// Recorded calls that wait, by the call's id.
#[derive(Default)]
pub struct Machine(HashMap<String, Numbered>);

impl Machine {
    /// Records those of the contacts that are such calls; the others are given back.
    ///
    /// # Errors
    /// When intake refuses one or does not answer.
    pub async fn record(&mut self, scene: &mut Scene, contacts: Vec<Numbered>) -> Result<Vec<Numbered>> {
        let is_call = |(_, contact): &Numbered| contact.channel() == Channel::Voicemail;
        let (calls, others): (Vec<Numbered>, Vec<Numbered>) = contacts.into_iter().partition(is_call);
        let requests: Vec<RecordVoicemailRequest> = calls.iter().map(recorded).collect();
        let doors = &scene.doors;
        stream::iter(requests)
            .map(async |request| anyhow::Ok(doors.work_list().record_voicemail(request).await?))
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await?;
        scene.played.voicemails += calls.len() as u64;
        self.0.extend(calls.into_iter().map(|call| (call.1.request_key.clone(), call)));
        Ok(others)
    }

    /// Follows up whatever waits, unless the day is busy.
    ///
    /// # Errors
    /// As [`Machine::record`].
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let today = scene.date(step.at).to_string();
        let busy = scene.life.voicemail.busy_percent;
        if !step.open || scene.chance(&["busy", &today]).percent(busy) {
            return Ok(());
        }
        loop {
            let taken = take(scene).await?;
            if taken.is_empty() {
                return Ok(());
            }
            self.follow_up(scene, taken).await?;
        }
    }

    async fn follow_up(&mut self, scene: &mut Scene, taken: Vec<(String, WorkItem)>) -> Result<()> {
        let Voicemail { silent_percent, silence, .. } = scene.life.voicemail.clone();
        let (mut finished, mut heard, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
        for (operator, item) in taken {
            let (number, mut contact) =
                self.0.remove(&item.call_id).context("a stranger's call was recorded")?;
            let mut finish = FinishItemRequest { item_id: item.item_id, operator, ..Default::default() };
            if scene.chance(&["silent", &number.to_string()]).percent(silent_percent) {
                finish.no_contact_reason.clone_from(&silence);
                finished.push(finish);
            } else {
                contact.call_id = item.call_id;
                contacts.push((number, contact));
                heard.push(finish);
            }
        }
        let ids = scene.register(contacts).await?;
        scene.played.followed_up += (finished.len() + heard.len()) as u64;
        let heard =
            heard.into_iter().zip(ids).map(|(finish, contact_id)| FinishItemRequest { contact_id, ..finish });
        let doors = &scene.doors;
        stream::iter(finished.into_iter().chain(heard))
            .map(async |request| anyhow::Ok(doors.work_list().finish_item(request).await?))
            .buffer_unordered(AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await
    }
}

/// What the operators have in hand now, each one item, in the order of the calls.
async fn take(scene: &Scene) -> Result<Vec<(String, WorkItem)>> {
    let requests = (1..=scene.life.voicemail.operators).map(|operator| TakeItemRequest {
        operator: format!("operator-{operator}"),
        province: scene.province.clone(),
        centre: String::new(),
    });
    let doors = &scene.doors;
    let taken: Vec<_> = stream::iter(requests)
        .map(async |request| {
            let operator = request.operator.clone();
            let taken = doors.work_list().take_item(request).await?.into_inner();
            anyhow::Ok(taken.item.map(|item| (operator, item)))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let mut taken: Vec<_> = taken.into_iter().flatten().collect();
    taken.sort_by(|(_, a), (_, b)| a.call_id.cmp(&b.call_id));
    Ok(taken)
}

fn recorded((_, contact): &Numbered) -> RecordVoicemailRequest {
    RecordVoicemailRequest {
        call_id: contact.request_key.clone(),
        province: contact.province.clone(),
        centre: String::new(),
        caller: contact.citizen.as_ref().map(|citizen| citizen.phone.clone()).unwrap_or_default(),
        received_at: contact.occurred_at,
    }
}
