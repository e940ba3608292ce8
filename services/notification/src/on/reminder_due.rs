//! An agency's time for a referral runs out: the agency is reminded (rule 5), of a whole day the next morning, and of what
//! that would leave less than a day for after the hour.

use std::collections::BTreeSet;

use anyhow::Result;
use chassis::clock::Clock;
use contracts::deadline::ReminderDue as Fact;
use contracts::optional_instant;
use jalali::Tehran;
use outbox::{Hear, Heard, Tx};

use super::read;
use super::remind::remind;
use crate::domain::digest;
use crate::store::reminders::Reminder;

/// Keeps reminders of clocks that an agency holds.
pub struct ReminderDue {
    /// The deployment's clock.
    pub clock: Clock,
    /// Days are Tehran's.
    pub tehran: Tehran,
}

impl Hear for ReminderDue {
    type Fact = Fact;

    async fn hear(&self, tx: &mut Tx, facts: &[Heard<Fact>]) -> Result<()> {
        let of_agencies = facts.iter().filter(|heard| !heard.fact.agency.is_empty());
        let reminder = |Heard { fact, time, .. }: &Heard<Fact>| {
            let at = self.clock.at(*time);
            let due_at = read("due_at", optional_instant(fact.due_at.as_ref()))?;
            Ok(Reminder {
                referral_id: read("referral_id", fact.referral_id.parse())?,
                day: self.tehran.date(at).civil(),
                hour: digest::hour(at, due_at, &self.tehran),
                days_left: i32::try_from(fact.days_before).unwrap_or(i32::MAX),
                agency: fact.agency.clone(),
            })
        };
        let heard: BTreeSet<Reminder> = of_agencies.map(reminder).collect::<Result<_>>()?;
        remind(tx, &self.tehran, &heard).await
    }
}
