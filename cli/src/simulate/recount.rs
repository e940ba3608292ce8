//! Counts again, as an outsider would: every fact of the streams is read from the beginning and counted plainly. It
//! shares nothing with audit, so that what both find is so.

use std::collections::HashMap;

use anyhow::{Context, Result};
use bus::{Bus, Envelope, Feed, Login};
use contracts::{
    Fact, audit, deadline, intake, json, notification, optional_instant, required_instant, routing,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::system::System;

/// Whose facts are counted.
const OWNERS: [&str; 5] = ["intake", "routing", "deadline", "notification", "audit"];
/// The recount's own place in each stream.
const CONSUMER: &str = "recount";

/// What the facts say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Recount {
    pub facts: u64,
    pub contacts: u64,
    pub guidance: u64,
    pub cases: u64,
    pub referrals: u64,
    pub accepted: u64,
    pub progress: u64,
    pub returned: u64,
    /// Referrals that were answered.
    pub answers: u64,
    /// Cases that were closed.
    pub answered: u64,
    pub open: u64,
    pub overdue_open: u64,
    pub on_time: u64,
    pub late: u64,
    pub desk_items: u64,
    /// Cases that the arbiter ruled on.
    pub arbitrations: u64,
    pub reminders: u64,
    pub breaches: u64,
    /// Referrals that were not ended by their due moment, by the referrals' own facts.
    pub overrun: u64,
    pub notices_sent: u64,
    pub notices_failed: u64,
}

#[derive(Default)]
struct Case {
    registered: bool,
    due_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    closed: bool,
}

/// The facts so far.
#[derive(Default)]
struct Tally {
    counted: Recount,
    cases: HashMap<String, Case>,
    /// Referrals and arbitrations with a deadline: when they are due.
    due: HashMap<String, Timestamp>,
    /// Referrals that ended, answered or returned, and arbitrations that were ruled: when.
    ended: HashMap<String, Timestamp>,
}

/// Reads every fact of the world, which must be at rest, and counts them as of `now`.
///
/// # Errors
/// When the broker is away or a fact cannot be read.
pub async fn recount(system: &System, now: Timestamp) -> Result<Recount> {
    let nkey_seed = system.nats.is_some().then(|| system.secrets.hub_seed.clone());
    let bus = Bus::connect(&system.nats_url, "samad simulate", &Login { nkey_seed, agency: None }).await?;
    let mut tally = Tally::default();
    for owner in OWNERS {
        let last = bus.ensure_stream(owner, 1).await?.last_sequence;
        let mut feed = Feed::new(&bus, owner, CONSUMER, vec![format!("{owner}.v1.>")]);
        let mut read = 0;
        while read < last {
            for delivery in feed.next_batch().await? {
                tally.hear(&delivery.envelope()?)?;
                delivery.done().await;
                read += 1;
            }
        }
        feed.close().await;
    }
    Ok(tally.finish(now))
}

impl Tally {
    fn hear(&mut self, fact: &Envelope) -> Result<()> {
        let counted = &mut self.counted;
        // The ledger holds every fact but the checkpoints over it.
        counted.facts += u64::from(fact.message != audit::CheckpointSigned::NAME.message);
        match fact.message.as_str() {
            name if name == intake::ContactRecorded::NAME.message => counted.contacts += 1,
            name if name == intake::GuidanceGiven::NAME.message => counted.guidance += 1,
            name if name == routing::DeskItemOpened::NAME.message => counted.desk_items += 1,
            name if name == deadline::ReminderDue::NAME.message => counted.reminders += 1,
            name if name == deadline::DeadlineBreached::NAME.message => counted.breaches += 1,
            name if name == notification::NoticeSent::NAME.message => counted.notices_sent += 1,
            name if name == notification::NoticeFailed::NAME.message => counted.notices_failed += 1,
            _ => self.hear_of_case(fact).with_context(|| format!("{} cannot be counted", fact.message))?,
        }
        Ok(())
    }

    fn hear_of_case(&mut self, fact: &Envelope) -> Result<()> {
        if let Some(registered) = read::<intake::CaseRegistered>(fact)? {
            self.case(registered.case_id).registered = true;
        } else if let Some(closed) = read::<intake::CaseClosed>(fact)? {
            self.case(closed.case_id).closed = true;
        } else if read::<routing::ReferralIssued>(fact)?.is_some() {
            self.counted.referrals += 1;
        } else if let Some(action) = read::<routing::ActionRecorded>(fact)? {
            match action.kind() {
                contracts::agency::ActionKind::Progress => self.counted.progress += 1,
                _ => self.counted.accepted += 1,
            }
        } else if let Some(returned) = read::<routing::ReferralReturned>(fact)? {
            self.counted.returned += 1;
            self.ended.insert(returned.referral_id, required_instant(returned.returned_at.as_ref())?);
        } else if let Some(answered) = read::<routing::ReferralAnswered>(fact)? {
            self.counted.answers += 1;
            let at = required_instant(answered.answered_at.as_ref())?;
            let case = self.case(answered.case_id);
            case.answered_at = case.answered_at.max(Some(at));
            self.ended.insert(answered.referral_id, at);
        } else if let Some(ruled) = read::<routing::ArbitrationRuled>(fact)? {
            self.counted.arbitrations += 1;
            self.ended.insert(ruled.arbitration_id, required_instant(ruled.ruled_at.as_ref())?);
        } else if let Some(set) = read::<deadline::DeadlineSet>(fact)?
            && let Some(due_at) = optional_instant(set.due_at.as_ref())?
        {
            let case = self.case(set.case_id);
            case.due_at = case.due_at.max(Some(due_at));
            self.due.insert(set.referral_id, due_at);
        }
        Ok(())
    }

    fn case(&mut self, id: String) -> &mut Case {
        self.cases.entry(id).or_default()
    }

    fn finish(self, now: Timestamp) -> Recount {
        let Tally { mut counted, cases, due, ended } = self;
        for case in cases.values().filter(|case| case.registered) {
            counted.cases += 1;
            if case.closed {
                counted.answered += 1;
                let late = matches!((case.answered_at, case.due_at), (Some(at), Some(due)) if at > due);
                *(if late { &mut counted.late } else { &mut counted.on_time }) += 1;
            } else {
                counted.open += 1;
                counted.overdue_open += u64::from(case.due_at.is_some_and(|due| due < now));
            }
        }
        let overrun = |(referral, due): &(&String, &Timestamp)| ended.get(*referral).unwrap_or(&now) > *due;
        counted.overrun = due.iter().filter(overrun).count() as u64;
        counted
    }
}

/// The fact, if it is one of these.
fn read<F: Fact>(fact: &Envelope) -> Result<Option<F>> {
    let wanted = fact.message == F::NAME.message;
    Ok(if wanted { Some(json::read(F::NAME.message, &fact.content_type, &fact.data)?) } else { None })
}

#[cfg(test)]
mod tests {
    use contracts::{FactId, timestamp};
    use prost::Message;

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_742_500_000 + day * 86_400).unwrap()
    }

    fn told<F: Fact + Message>(fact: &F) -> Envelope {
        Envelope {
            id: FactId(chassis::clock::Clock::live().new_id()),
            subject: String::new(),
            message: F::NAME.message.to_owned(),
            time: day(0),
            content_type: json::PROTOBUF.to_owned(),
            traceparent: None,
            data: fact.encode_to_vec().into(),
        }
    }

    /// A case due on day 15 that was answered on that day, and one that nobody answered.
    #[test]
    fn what_is_overdue_and_late_follows_from_the_facts() {
        let mut tally = Tally::default();
        for (case, answered) in [("a", Some(16)), ("b", None), ("c", Some(15))] {
            let (case_id, referral_id) = (case.to_owned(), format!("r{case}"));
            let registered = intake::CaseRegistered { case_id: case_id.clone(), ..Default::default() };
            let due_at = Some(timestamp(day(15)));
            let set = deadline::DeadlineSet {
                referral_id: referral_id.clone(),
                case_id: case_id.clone(),
                due_at,
                ..Default::default()
            };
            tally.hear(&told(&set)).unwrap();
            tally.hear(&told(&registered)).unwrap();
            if let Some(answered) = answered {
                let answered_at = Some(timestamp(day(answered)));
                let closed = intake::CaseClosed { case_id: case_id.clone(), ..Default::default() };
                let answer =
                    routing::ReferralAnswered { case_id, referral_id, answered_at, ..Default::default() };
                tally.hear(&told(&closed)).unwrap();
                tally.hear(&told(&answer)).unwrap();
            }
        }
        let counted = tally.finish(day(20));
        let Recount { cases, answered, open, overdue_open, on_time, late, overrun, facts, .. } = counted;
        assert_eq!((cases, answered, open, overdue_open), (3, 2, 1, 1));
        assert_eq!((on_time, late, overrun, facts), (1, 1, 2, 10));
    }
}
