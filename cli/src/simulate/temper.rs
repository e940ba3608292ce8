//! What an agency does with a referral, and when: decided when it comes, by its temper and by chance.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use sdk::{Answer, MoreTime, Referral, Return, more_time, not_ours};

use super::chance::Chance;
use super::life::{Answers, Life, Temper};

/// Rounds in which an agency still returns what is not its own.
const RETURNING_ROUNDS: u32 = 2;
/// An agency returns what is not its own within so many days.
const RETURN_DAYS: u64 = 4;
/// The programme of inaction complaints (rule 6): nobody returns them, and they are answered in half the time.
pub(super) const INACTION: &str = "inaction";

/// What an agency does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Says what was done so far.
    Progress(String),
    /// Asks for more time (rule 7).
    Ask(MoreTime),
    /// Ends the referral.
    Answer(Answer),
    /// Gives it back.
    Return(Return),
}

/// What is still to be done on a referral, in order.
pub type Plan = VecDeque<(Timestamp, Act)>;

/// The temper of an agency: as the life says, or drawn.
#[must_use]
pub fn temper_of<'a>(life: &'a Life, seed: u64, agency: &str) -> Option<&'a Temper> {
    match life.agencies.get(agency) {
        Some(name) => life.temper.iter().find(|temper| temper.name == *name),
        None => Chance::of(seed, &["temper", agency]).weighted(&life.temper, |temper| temper.share),
    }
}

/// What an agency of that temper does with the referral; nothing where it stays silent. It follows from the seed, the
/// contact's number, the agency and the round.
#[must_use]
pub fn plan(life: &Life, seed: u64, temper: &Temper, referral: &Referral) -> Plan {
    let Referral { source_reference, agency, round, issued_at, .. } = referral;
    let mut chance = Chance::of(seed, &["plan", source_reference, agency, &round.to_string()]);
    let (answers, complaint) = (&life.answers, referral.programme == INACTION);
    if !complaint && *round <= RETURNING_ROUNDS && chance.percent(temper.return_percent) {
        let at = later(&mut chance, *issued_at, [1, RETURN_DAYS]);
        let reason = chance.any(&answers.returned).cloned().unwrap_or_default();
        return Plan::from([(at, Act::Return(not_ours(reason)))]);
    }
    let place = if referral.place.is_empty() { &answers.no_place } else { &referral.place };
    let days = if complaint { temper.days.map(|days| days.div_ceil(2)) } else { temper.days };
    let answered_at = later(&mut chance, *issued_at, days);
    let takes = answered_at.duration_since(*issued_at);
    let mut plan = Plan::new();
    if chance.percent(temper.progress_percent) {
        plan.push_back((*issued_at + takes / 3, Act::Progress(text(&mut chance, &answers.progress, place))));
    }
    if !complaint && let Some((days, reason)) = life.extensions.ask(&mut chance, takes) {
        plan.push_back((*issued_at + takes * 2 / 3, Act::Ask(more_time(days, reason))));
    }
    if !chance.percent(temper.silent_percent) {
        plan.push_back((answered_at, Act::Answer(answer(&mut chance, answers, place))));
    }
    plan
}

/// A moment so many days later: first and last.
pub(super) fn later(chance: &mut Chance, from: Timestamp, [first, last]: [u64; 2]) -> Timestamp {
    let seconds = first * 86_400 + chance.below((last.saturating_sub(first)) * 86_400 + 1);
    from + SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default())
}

fn answer(chance: &mut Chance, answers: &Answers, place: &str) -> Answer {
    match chance.below(10) {
        0 => Answer::not_possible(text(chance, &answers.not_possible, place), answers.legal_reason.clone()),
        1 | 2 => Answer::partly(text(chance, &answers.partly, place)),
        _ => Answer::done(text(chance, &answers.done, place)),
    }
}

fn text(chance: &mut Chance, texts: &[String], place: &str) -> String {
    chance.any(texts).map(|text| text.replace("{place}", place)).unwrap_or_default()
}
