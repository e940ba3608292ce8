//! Public meetings: called, prepared with turns, held; what is ordered there is kept, or not.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use contracts::intake::{
    CallMeetingRequest, Channel, Commitment, CommitmentOutcome, GetAgendaRequest, InviteAgenciesRequest,
    Meeting, RecordCommitmentOutcomeRequest, RecordMeetingRequest, Turn,
};
use contracts::timestamp;
use jalali::Date;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::calendar::Step;
use super::diary::Diary;
use super::scene::{Numbered, Scene};
use super::temper::later;

/// How often meetings are held, and what comes of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meetings {
    /// Days from the life's beginning to the first meeting; one on which nobody works is held on the next working day.
    first_after_days: i64,
    every_days: i64,
    /// Days before a meeting on which it is called; turns are registered from the next day on.
    called_before_days: i64,
    from: Time,
    until: Time,
    turns: u64,
    /// Of the agencies invited, those whose managers come.
    attended_percent: u64,
    /// Of the turns that agencies hold, those in which something is ordered.
    ordered_percent: u64,
    /// Of the orders, those with a date of their own, so many days later: first and last.
    dated_percent: u64,
    due_days: [u64; 2],
    /// Of the orders, those kept in time and those said to be broken after it; of the rest nothing is heard.
    kept_percent: u64,
    broken_percent: u64,
    title: String,
    place: String,
    order: String,
    kept: String,
    broken: String,
}

/// How an order ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Settling {
    number: u64,
    commitment_id: String,
    kept: bool,
}

/// The meeting that is prepared.
struct Coming {
    code: String,
    day: Date,
    starts_at: Timestamp,
    ends_at: Timestamp,
    turns_left: u64,
    /// Turns by their contact.
    turns: BTreeMap<String, u64>,
    invited: Vec<String>,
}

/// The province's meetings under way.
pub struct Hall {
    next: Date,
    coming: Option<Coming>,
    settlings: Diary<Settling>,
}

impl Hall {
    /// Nothing is called yet on the life's first day.
    #[must_use]
    pub fn new(first_day: Date, meetings: &Meetings) -> Self {
        Hall {
            next: first_day.plus_days(meetings.first_after_days),
            coming: None,
            settlings: Diary::default(),
        }
    }

    /// Does what the day asks for: call, register turns, invite, hold, and settle what was ordered.
    ///
    /// # Errors
    /// When intake refuses something or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, step: &Step) -> Result<()> {
        let (today, meetings) = (scene.date(step.at), scene.life.meetings.clone());
        self.settle(scene, &meetings, step.at).await?;
        match &mut self.coming {
            None if today.plus_days(meetings.called_before_days) >= self.next => {
                self.call(scene, &meetings).await?;
            }
            Some(coming) if coming.ends_at <= step.at => {
                let held = self.coming.take().context("a meeting is held")?;
                self.hold(scene, &meetings, held).await?;
            }
            Some(coming) if coming.day.plus_days(-1) <= today => coming.invite(scene).await?,
            Some(coming) if step.open => coming.register(scene, step, &meetings).await?,
            _ => {}
        }
        Ok(())
    }

    async fn call(&mut self, scene: &mut Scene, meetings: &Meetings) -> Result<()> {
        let mut day = self.next;
        while !scene.life.is_working(day) {
            day = day.plus_days(1);
        }
        self.next = self.next.plus_days(meetings.every_days);
        let midnight = scene.tehran.zoned(scene.tehran.first_moment(day));
        let at = |time| anyhow::Ok(midnight.with().time(time).build()?.timestamp());
        let (starts_at, ends_at) = (at(meetings.from)?, at(meetings.until)?);
        let code = format!("meeting-{}", day.civil());
        let meeting = Meeting {
            meeting: code.clone(),
            title_fa: meetings.title.clone(),
            province: scene.province.clone(),
            place_fa: meetings.place.clone(),
            starts_at: Some(timestamp(starts_at)),
            ends_at: Some(timestamp(ends_at)),
            turns_until: Some(timestamp(scene.tehran.first_moment(day))),
            ..Default::default()
        };
        scene.doors.meetings().call_meeting(CallMeetingRequest { meeting: Some(meeting) }).await?;
        scene.played.meetings += 1;
        let (turns_left, turns, invited) = (meetings.turns, BTreeMap::new(), Vec::new());
        self.coming = Some(Coming { code, day, starts_at, ends_at, turns_left, turns, invited });
        Ok(())
    }

    async fn hold(&mut self, scene: &mut Scene, meetings: &Meetings, held: Coming) -> Result<()> {
        let agenda =
            scene.doors.meetings().get_agenda(GetAgendaRequest { meeting: held.code.clone() }).await?;
        let turns = agenda.into_inner().topics.into_iter().flat_map(|topic| topic.turns);
        let commitments: Vec<Commitment> =
            turns.filter_map(|turn| order(scene, meetings, &held, &turn)).collect();
        let mut chance = scene.chance(&["attended", &held.code]);
        let mut attended = held.invited;
        attended.retain(|_| chance.percent(meetings.attended_percent));
        let request = RecordMeetingRequest {
            meeting: held.code,
            held_at: Some(timestamp(held.starts_at)),
            attended,
            commitments,
        };
        let recorded = scene.doors.meetings().record_meeting(request).await?.into_inner();
        for commitment in recorded.commitments {
            scene.played.ordered += 1;
            self.note(scene, meetings, held.starts_at, commitment)?;
        }
        Ok(())
    }

    fn note(
        &mut self,
        scene: &Scene,
        meetings: &Meetings,
        made_at: Timestamp,
        ordered: Commitment,
    ) -> Result<()> {
        let number = ordered.key.parse()?;
        let mut chance = scene.chance(&["settled", &ordered.key]);
        let drawn = chance.below(100);
        if drawn >= meetings.kept_percent + meetings.broken_percent {
            return Ok(());
        }
        let kept = drawn < meetings.kept_percent;
        // The orders without a date of their own have a month.
        let due_at = match ordered.due_day.as_str() {
            "" => scene.tehran.add_days(made_at, 30),
            day => scene.tehran.first_moment(Date::of(day.parse()?)),
        };
        let at = if kept {
            made_at + due_at.duration_since(made_at) / 2
        } else {
            later(&mut chance, due_at, [3, 12])
        };
        self.settlings.note(at, Settling { number, commitment_id: ordered.commitment_id, kept });
        Ok(())
    }

    async fn settle(&mut self, scene: &mut Scene, meetings: &Meetings, now: Timestamp) -> Result<()> {
        for Settling { commitment_id, kept, .. } in self.settlings.due(now) {
            let (outcome, text) = if kept {
                (CommitmentOutcome::Kept, &meetings.kept)
            } else {
                (CommitmentOutcome::Broken, &meetings.broken)
            };
            let request =
                RecordCommitmentOutcomeRequest { commitment_id, outcome: outcome.into(), text: text.clone() };
            scene.doors.meetings().record_commitment_outcome(request).await?;
            scene.played.settled += 1;
        }
        Ok(())
    }
}

impl Coming {
    async fn register(&mut self, scene: &mut Scene, step: &Step, meetings: &Meetings) -> Result<()> {
        // Spread over the days between the call and the invitations.
        let days = u64::try_from(meetings.called_before_days - 2).unwrap_or_default().max(1);
        let count = self.turns_left.min(meetings.turns.div_ceil(days));
        self.turns_left -= count;
        let mut contacts: Vec<Numbered> = Vec::new();
        for _ in 0..count {
            let number = scene.number();
            let mut contact = scene.people.coming(number, step, Some(Channel::InPerson), &[])?;
            contact.meeting.clone_from(&self.code);
            contacts.push((number, contact));
        }
        let numbers: Vec<u64> = contacts.iter().map(|(number, _)| *number).collect();
        let ids = scene.register(contacts).await?;
        scene.played.turns += count;
        self.turns.extend(ids.into_iter().zip(numbers));
        Ok(())
    }

    async fn invite(&mut self, scene: &mut Scene) -> Result<()> {
        if !self.invited.is_empty() {
            return Ok(());
        }
        let request = InviteAgenciesRequest { meeting: self.code.clone() };
        self.invited = scene.doors.meetings().invite_agencies(request).await?.into_inner().invited;
        self.invited.sort();
        Ok(())
    }
}

/// What is ordered in a turn, if anything is: by the first of the agencies that hold its case.
fn order(scene: &Scene, meetings: &Meetings, held: &Coming, turn: &Turn) -> Option<Commitment> {
    let number = held.turns.get(&turn.contact_id)?.to_string();
    let agency = turn.agencies.iter().min()?.clone();
    let mut chance = scene.chance(&["ordered", &number]);
    if !chance.percent(meetings.ordered_percent) {
        return None;
    }
    let due_at = later(&mut chance, held.starts_at + SignedDuration::from_hours(1), meetings.due_days);
    let dated = chance.percent(meetings.dated_percent);
    Some(Commitment {
        key: number,
        contact_id: turn.contact_id.clone(),
        person: meetings.title.clone(),
        agency,
        text: meetings.order.clone(),
        due_day: if dated { scene.date(due_at).civil().to_string() } else { String::new() },
        ..Default::default()
    })
}
