//! The whole life's figures, from the facts.

use std::collections::{BTreeMap, HashMap};

use contracts::intake::FeedbackVerdict;
use contracts::{intake, notification, routing};
use jiff::Timestamp;
use serde::Serialize;

use super::facts::{Clock, Facts, State};

/// What the facts say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recount {
    /// Leaves of the ledger.
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
    /// Extensions that were asked for.
    pub asked: u64,
    /// Cases that are answered.
    pub answered: u64,
    pub open: u64,
    pub overdue_open: u64,
    pub on_time: u64,
    pub late: u64,
    pub withdrawn: u64,
    pub reopened: u64,
    pub solved: u64,
    pub not_solved: u64,
    pub no_reply: u64,
    /// Breaches that stand.
    pub breaches: i64,
    /// Whatever was not over by its due moment, by its own facts.
    pub overrun: u64,
    pub notices_sent: u64,
    pub notices_failed: u64,
    /// How often each fact was stated, by its message's name.
    pub stated: BTreeMap<String, u64>,
}

impl Facts {
    /// Counts all there is, as of `now`.
    pub fn totals(&self, now: Timestamp) -> Recount {
        let said = |verdict| self.feedback.iter().filter(|(_, said)| *said == verdict).count() as u64;
        let checkpoints = self.count::<contracts::audit::CheckpointSigned>();
        let mut counted = Recount {
            facts: self.stated.values().sum::<u64>() - checkpoints,
            contacts: self.contacts.len() as u64,
            guidance: self.guidance.len() as u64,
            referrals: self.count::<routing::ReferralIssued>(),
            accepted: self.accepted,
            progress: self.progress,
            returned: self.count::<routing::ReferralReturned>(),
            answers: self.count::<routing::ReferralAnswered>(),
            asked: self.count::<routing::ExtensionAsked>(),
            reopened: self.count::<intake::CaseReopened>(),
            solved: said(FeedbackVerdict::Solved),
            not_solved: said(FeedbackVerdict::NotSolved),
            no_reply: self.count::<intake::FeedbackLapsed>(),
            breaches: self.clocks.values().map(|clock| clock.breaches).sum(),
            overrun: self.clocks.values().filter(|clock| clock.is_overrun(now)).count() as u64,
            notices_sent: self.count::<notification::NoticeSent>(),
            notices_failed: self.count::<notification::NoticeFailed>(),
            stated: self.stated.clone(),
            ..Recount::default()
        };
        self.count_cases(&mut counted, now);
        counted
    }

    fn count_cases(&self, counted: &mut Recount, now: Timestamp) {
        let mut referrals: HashMap<&str, Vec<&Clock>> = HashMap::new();
        for clock in self.clocks.values().filter(|clock| clock.issued_at.is_some()) {
            referrals.entry(&clock.case_id).or_default().push(clock);
        }
        for (id, case) in self.cases.iter().filter(|(_, case)| case.registered_at.is_some()) {
            counted.cases += 1;
            let referrals = referrals.get(id.as_str()).map_or(&[][..], Vec::as_slice);
            let due_at = referrals.iter().filter_map(|clock| clock.due_at(Timestamp::MAX)).max();
            match case.state() {
                State::Withdrawn => counted.withdrawn += 1,
                State::Answered => {
                    counted.answered += 1;
                    let answered_at = referrals.iter().filter_map(|clock| clock.answered_at).max();
                    let late = matches!((answered_at, due_at), (Some(at), Some(due)) if at > due);
                    *(if late { &mut counted.late } else { &mut counted.on_time }) += 1;
                }
                State::Open => {
                    counted.open += 1;
                    counted.overdue_open += u64::from(due_at.is_some_and(|due| due < now));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bus::Envelope;
    use contracts::{Fact, FactId, deadline, timestamp};

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_742_500_000 + day * 86_400).unwrap()
    }

    fn tell<F: Fact>(facts: &mut Facts, fact: &F) {
        let id = FactId(chassis::clock::Clock::live().new_id());
        facts.hear(&Envelope::of(id, day(0), fact)).unwrap();
    }

    /// Cases due on day 15, told from the end: answered late, never, in time, after the time was moved, and taken back.
    #[test]
    fn what_is_overdue_and_late_follows_from_the_facts() {
        let mut facts = Facts::default();
        let told =
            [("a", Some(16), 15), ("b", None, 15), ("c", Some(15), 15), ("d", Some(16), 17), ("e", None, 15)];
        for (case, answered, due) in told {
            let (case_id, referral_id) = (case.to_owned(), format!("r{case}"));
            if let Some(answered) = answered {
                let at = Some(timestamp(day(answered)));
                let (case_id, referral_id) = (case_id.clone(), referral_id.clone());
                let closed =
                    intake::CaseClosed { case_id: case_id.clone(), closed_at: at, ..Default::default() };
                tell(&mut facts, &closed);
                let answer =
                    routing::ReferralAnswered { case_id, referral_id, answered_at: at, ..Default::default() };
                tell(&mut facts, &answer);
            }
            let (id, since) = (referral_id.clone(), Some(timestamp(day(0))));
            let moved = deadline::DeadlineMoved {
                referral_id: id.clone(),
                due_at: Some(timestamp(day(due))),
                moved_at: since,
                epoch: 1,
                ..Default::default()
            };
            tell(&mut facts, &moved);
            let due_at = Some(timestamp(day(15)));
            tell(
                &mut facts,
                &deadline::DeadlineSet { referral_id: id, due_at, starts_at: since, ..Default::default() },
            );
            let issued_at = since;
            let issued = routing::ReferralIssued {
                referral_id,
                case_id: case_id.clone(),
                issued_at,
                ..Default::default()
            };
            tell(&mut facts, &issued);
            tell(&mut facts, &intake::CaseRegistered { case_id, registered_at: since, ..Default::default() });
        }
        tell(&mut facts, &intake::CaseWithdrawn { case_id: "e".to_owned(), ..Default::default() });
        let counted = facts.totals(day(20));
        let Recount { cases, answered, open, overdue_open, withdrawn, on_time, late, overrun, .. } = counted;
        assert_eq!((cases, answered, open, overdue_open, withdrawn), (5, 3, 1, 1, 1));
        assert_eq!((on_time, late, overrun), (2, 1, 3));
    }
}
