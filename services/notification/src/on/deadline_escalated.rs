//! An agency's time runs out, or has: provincial management or the national monitor is told (rule 5), of a whole day the
//! next morning. The head of an agency reads it among the agency's reminders.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::deadline::{DeadlineEscalated as Fact, EscalationLevel};
use contracts::optional_instant;
use jalali::Tehran;
use jiff::ToSpan as _;
use outbox::{Hear, Heard, Tx};

use super::read;
use super::remind::remind;
use crate::domain::digest;
use crate::domain::notice::{Details, Draft, Template, To};
use crate::store::escalations::{self, Escalation, Of};
use crate::store::notices::{self, State};
use crate::store::recipients;
use crate::store::reminders::Reminder;

/// Keeps escalations and makes one notice a day for each recipient.
pub struct DeadlineEscalated {
    /// The deployment's clock.
    pub clock: Clock,
    /// Days are Tehran's.
    pub tehran: Tehran,
}

impl Hear for DeadlineEscalated {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let to_heads = facts.iter().filter(|heard| heard.fact.to() == EscalationLevel::AgencyHead);
        let reminders =
            to_heads.filter(|heard| !heard.fact.agency.is_empty()).map(|heard| self.reminder(heard));
        remind(tx, &self.tehran, &reminders.collect::<Result<BTreeSet<Reminder>>>()?).await?;
        let mut escalations: Vec<Escalation> =
            facts.iter().filter_map(|heard| self.escalation(heard)).collect();
        // In the order of their keys: two replicas never wait for each other.
        escalations.sort_unstable_by_key(|escalation| escalation.fact_id);
        let Some(latest) = escalations.iter().map(|escalation| escalation.day).max() else { return Ok(()) };
        let since = latest.saturating_sub(digest::KEPT_DAYS.days());
        let days = escalations::add(tx.connection(), &escalations, since).await?;
        let scopes: BTreeSet<&str> = days.iter().map(|(scope, _)| scope.as_str()).collect();
        let scopes: Vec<&str> = scopes.into_iter().collect();
        let told = recipients::of(tx.connection(), &scopes).await?;
        let drafts = self.drafts(&days, &told);
        if drafts.is_empty() { Ok(()) } else { notices::add(tx.connection(), &drafts).await }
    }
}

impl DeadlineEscalated {
    fn reminder(&self, heard: &Heard<Fact>) -> Result<Reminder> {
        let at = self.clock.at(heard.time);
        let due_at = read("due_at", optional_instant(heard.fact.due_at.as_ref()))?;
        Ok(Reminder {
            referral_id: read("referral_id", heard.fact.referral_id.parse())?,
            day: self.tehran.date(at).civil(),
            hour: digest::hour(at, due_at, &self.tehran),
            days_left: heard.fact.offset_days.saturating_neg(),
            agency: heard.fact.agency.clone(),
        })
    }

    /// None where neither province nor nation is to hear of it.
    fn escalation(&self, heard: &Heard<Fact>) -> Option<Escalation> {
        let scope = match heard.fact.to() {
            EscalationLevel::Province => heard.fact.province.clone(),
            EscalationLevel::National => String::new(),
            EscalationLevel::Unspecified | EscalationLevel::AgencyHead => return None,
        };
        let day = self.tehran.date(self.clock.at(heard.time)).civil();
        Some(Escalation { fact_id: heard.id.0, scope, day, agency: heard.fact.agency.clone() })
    }

    fn drafts(&self, days: &BTreeSet<Of>, told: &HashMap<String, Vec<String>>) -> Vec<(Draft, State)> {
        let of_day = |(scope, day): &Of| {
            let not_before = digest::told_at(*day, &self.tehran);
            let draft = |recipient: &String| Draft {
                to: To::Staff(recipient.clone()),
                province: scope.clone(),
                cause: digest::cause(scope, *day),
                template: Template::Escalated,
                details: Details { day: Some(*day), ..Default::default() },
                created_at: not_before,
                not_before,
            };
            let recipients = told.get(scope).into_iter().flatten();
            recipients.map(|recipient| (draft(recipient), State::Pending)).collect::<Vec<_>>()
        };
        days.iter().flat_map(of_day).collect()
    }
}
