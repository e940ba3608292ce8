//! Takes facts down, in whatever order they come.

use anyhow::{Context, Result};
use bus::Envelope;
use contracts::{
    Fact, agency, audit, deadline, intake, optional_instant as instant, required_instant, routing,
};

use super::facts::{Case, Clock, Facts};
use crate::simulate::news::read;

/// What happened in a slot is the last that is told of it.
const OVER: u32 = u32::MAX;

impl Facts {
    /// Takes down one fact.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn hear(&mut self, fact: &Envelope) -> Result<()> {
        *self.stated.entry(fact.message.clone()).or_default() += 1;
        // The ledger holds every fact but the checkpoints over it.
        if fact.message != audit::CheckpointSigned::NAME.message {
            self.latest_at = self.latest_at.max(Some(fact.time));
        }
        let heard = match fact.message.split('.').nth(1) {
            Some("intake") if self.intake_of_cases(fact)? => Ok(()),
            Some("intake") => self.intake_of_the_calendar(fact),
            Some("routing") => self.routing(fact),
            Some("deadline") => self.deadline(fact),
            Some("audit") => self.audit(fact),
            _ => Ok(()),
        };
        heard.with_context(|| format!("{} cannot be counted", fact.message))
    }

    fn intake_of_cases(&mut self, fact: &Envelope) -> Result<bool> {
        if let Some(recorded) = read::<intake::ContactRecorded>(fact)? {
            self.contacts.push((required_instant(recorded.recorded_at.as_ref())?, recorded));
        } else if let Some(given) = read::<intake::GuidanceGiven>(fact)? {
            let rung = word("GUIDANCE_RUNG_", given.rung().as_str_name());
            self.guidance.push((required_instant(given.given_at.as_ref())?, rung));
        } else if let Some(registered) = read::<intake::CaseRegistered>(fact)? {
            self.case(registered.case_id).registered_at = instant(registered.registered_at.as_ref())?;
        } else if let Some(closed) = read::<intake::CaseClosed>(fact)? {
            let at = required_instant(closed.closed_at.as_ref())?;
            self.case(closed.case_id).closings.push(at);
        } else if let Some(withdrawn) = read::<intake::CaseWithdrawn>(fact)? {
            self.case(withdrawn.case_id).withdrawn = true;
        } else if let Some(reopened) = read::<intake::CaseReopened>(fact)? {
            let at = required_instant(reopened.reopened_at.as_ref())?;
            self.case(reopened.case_id).reopenings.push((at, reopened.referral_ids));
        } else if let Some(given) = read::<intake::FeedbackGiven>(fact)? {
            self.feedback.push((required_instant(given.given_at.as_ref())?, given.verdict()));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn intake_of_the_calendar(&mut self, fact: &Envelope) -> Result<()> {
        use intake::SlotState::{Announced, Cancelled, Kept, Missed, Uncovered};
        if let Some(announced) = read::<intake::AttendanceAnnounced>(fact)? {
            self.slot(announced.slot_id, (announced.sequence, Announced));
        } else if let Some(cancelled) = read::<intake::AttendanceCancelled>(fact)? {
            let state = if cancelled.uncovered { Uncovered } else { Cancelled };
            self.slot(cancelled.slot_id, (cancelled.sequence, state));
        } else if let Some(recorded) = read::<intake::AttendanceRecorded>(fact)? {
            self.slot(recorded.slot_id, (OVER, Kept));
        } else if let Some(missed) = read::<intake::SlotMissed>(fact)? {
            self.slot(missed.slot_id, (OVER, Missed));
        } else if let Some(settled) = read::<intake::CommitmentSettled>(fact)? {
            self.clock(settled.commitment_id).ended_at = instant(settled.settled_at.as_ref())?;
        } else if let Some(followed) = read::<intake::VoicemailFollowedUp>(fact)? {
            self.clock(followed.item_id).ended_at = instant(followed.followed_up_at.as_ref())?;
        }
        Ok(())
    }

    fn routing(&mut self, fact: &Envelope) -> Result<()> {
        if let Some(issued) = read::<routing::ReferralIssued>(fact)? {
            let clock = self.clock(issued.referral_id);
            clock.issued_at = instant(issued.issued_at.as_ref())?;
            (clock.case_id, clock.agency, clock.programme) =
                (issued.case_id, issued.agency, issued.programme);
            clock.round = issued.round;
        } else if let Some(opened) = read::<routing::DeskItemOpened>(fact)? {
            self.desk.push((opened.case_id, opened.round));
        } else if let Some(action) = read::<routing::ActionRecorded>(fact)? {
            match action.kind() {
                agency::ActionKind::Progress => self.progress += 1,
                _ => self.accepted += 1,
            }
        } else if let Some(answered) = read::<routing::ReferralAnswered>(fact)? {
            let at = required_instant(answered.answered_at.as_ref())?;
            let clock = self.clock(answered.referral_id);
            clock.answered_at = Some(clock.answered_at.map_or(at, |first| first.min(at)));
        } else if let Some(returned) = read::<routing::ReferralReturned>(fact)? {
            self.clock(returned.referral_id).ended_at = instant(returned.returned_at.as_ref())?;
        } else if let Some(withdrawn) = read::<routing::ReferralWithdrawn>(fact)? {
            self.clock(withdrawn.referral_id).ended_at = instant(withdrawn.withdrawn_at.as_ref())?;
        } else if let Some(ruled) = read::<routing::ArbitrationRuled>(fact)? {
            self.clock(ruled.arbitration_id).ended_at = instant(ruled.ruled_at.as_ref())?;
        } else if let Some(withdrawn) = read::<routing::ArbitrationWithdrawn>(fact)? {
            self.clock(withdrawn.arbitration_id).ended_at = instant(withdrawn.withdrawn_at.as_ref())?;
        } else if let Some(ruled) = read::<routing::ExtensionRuled>(fact)? {
            self.rulings[usize::from(!ruled.granted)] += 1;
        } else if let Some(registered) = read::<routing::AgencyRegistered>(fact)? {
            self.names.insert(registered.agency, registered.name_fa);
        }
        Ok(())
    }

    fn deadline(&mut self, fact: &Envelope) -> Result<()> {
        if let Some(set) = read::<deadline::DeadlineSet>(fact)? {
            let stands = (0, required_instant(set.starts_at.as_ref())?, instant(set.due_at.as_ref())?);
            self.clock(set.referral_id).dues.push(stands);
        } else if let Some(moved) = read::<deadline::DeadlineMoved>(fact)? {
            let since = required_instant(moved.moved_at.as_ref())?;
            let clock = self.clock(moved.referral_id);
            clock.dues.push((moved.epoch, since, instant(moved.due_at.as_ref())?));
            clock.breaches -= i64::from(moved.breach_withdrawn);
        } else if let Some(met) = read::<deadline::DeadlineMet>(fact)? {
            self.clock(met.referral_id).breaches -= i64::from(met.breach_withdrawn);
        } else if let Some(breached) = read::<deadline::DeadlineBreached>(fact)? {
            self.clock(breached.referral_id).breaches += 1;
        }
        Ok(())
    }

    fn audit(&mut self, fact: &Envelope) -> Result<()> {
        if let Some(appointed) = read::<audit::ManagerAppointed>(fact)? {
            let term = appointed.term.unwrap_or_default();
            let key = (term.agency.clone(), term.first_day.clone());
            let known = self.terms.entry(key).or_insert_with(|| term.clone());
            if known.version < term.version {
                *known = term;
            }
        } else if let Some(adopted) = read::<audit::EvaluationPolicyAdopted>(fact)? {
            self.evaluation = adopted.policy;
        } else if let Some(adopted) = read::<audit::ReportPolicyAdopted>(fact)? {
            self.reports = adopted.policy;
        } else if let Some(deducted) = read::<audit::PointsDeducted>(fact)? {
            self.deducted.push((required_instant(deducted.deducted_at.as_ref())?, deducted));
        } else if let Some(restored) = read::<audit::PointsRestored>(fact)? {
            self.restored.push((required_instant(restored.restored_at.as_ref())?, restored));
        } else if let Some(ruled) = read::<audit::RebuttalRuled>(fact)?
            && ruled.ruling() == audit::Ruling::Reversed
        {
            self.reversed.insert(ruled.deduction_id);
        }
        Ok(())
    }

    fn case(&mut self, id: String) -> &mut Case {
        self.cases.entry(id).or_default()
    }

    fn clock(&mut self, id: String) -> &mut Clock {
        self.clocks.entry(id).or_default()
    }

    fn slot(&mut self, id: String, stands: (u32, intake::SlotState)) {
        let known = self.slots.entry(id).or_insert(stands);
        if known.0 <= stands.0 {
            *known = stands;
        }
    }
}

/// A word of a contract as people write it: `CHANNEL_IN_PERSON` is `in_person`.
pub(super) fn word(prefix: &str, name: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}
