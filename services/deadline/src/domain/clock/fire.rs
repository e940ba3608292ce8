//! What time itself does to a clock: reminders, the breach, escalations. While a reviewer has an answer of the agency
//! nothing falls due: it waits for us.

use jiff::{SignedDuration, Timestamp};

use super::{Clock, Issue, Told};
use crate::domain::adjustment::is_under_review;
use crate::domain::policy::Escalation;
use crate::domain::rules::Rules;

/// A running clock's policy and due moment.
struct Running<'a> {
    clock: &'a Clock,
    issue: &'a Issue,
    due: Timestamp,
    rules: &'a Rules,
}

impl Clock {
    /// The next moment at which something falls due; none when nothing more can.
    #[must_use]
    pub fn next_at(&self, rules: &Rules) -> Option<Timestamp> {
        let running = self.running(rules)?;
        let breach = self.breached_at.is_none().then_some(running.due);
        let escalation = running.escalations().next().map(|(_, at, _)| at);
        running.reminders().map(|(at, _)| at).chain(breach).chain(escalation).min()
    }

    /// States what fell due by `now` less the grace: of reminders only the latest, for one long missed reminds nobody;
    /// of escalations every step, for each has its own reader.
    pub fn fire(&mut self, now: Timestamp, grace: SignedDuration, rules: &Rules) -> Vec<Told> {
        let heard = now.checked_sub(grace).unwrap_or(Timestamp::MIN);
        let Some(running) = self.running(rules) else { return Vec::new() };
        let is_breached = running.due <= heard;
        let reminder = running.reminders().filter(|(at, _)| *at <= heard).map(|(_, days)| days).min();
        let reminder = reminder.filter(|_| !is_breached);
        let breach = is_breached && self.breached_at.is_none();
        let steps: Vec<_> = running.escalations().take_while(|(_, at, _)| *at <= heard).collect();
        let mut told: Vec<Told> = reminder.into_iter().map(Told::Reminder).collect();
        self.reminded_days = reminder.or(self.reminded_days);
        if breach {
            self.breached_at = Some(now);
            told.push(Told::Breached);
        }
        for (place, _, step) in steps {
            self.escalated = place + 1;
            told.push(Told::Escalated(step));
        }
        told
    }

    /// The latest reminder stated that still counts when the due moment is another: the agency is reminded of the new one
    /// too, but for reminders whose new moment is past.
    pub(super) fn still_reminded(&self, now: Timestamp, rules: &Rules) -> Option<u32> {
        let (stated, running) = (self.reminded_days?, self.open(rules)?);
        let days = running.issue.policy.iter().flat_map(|policy| &policy.reminder_days_before).copied();
        days.filter(|days| *days >= stated && running.moment(-i64::from(*days)) <= now).min()
    }

    /// As long as it is the agency's turn.
    fn running<'a>(&'a self, rules: &'a Rules) -> Option<Running<'a>> {
        self.open(rules).filter(|_| !is_under_review(&self.adjustments))
    }

    fn open<'a>(&'a self, rules: &'a Rules) -> Option<Running<'a>> {
        let issue = self.issue.as_ref().filter(|_| self.end.is_none())?;
        Some(Running { clock: self, issue, due: issue.due_at?, rules })
    }
}

impl Running<'_> {
    /// Reminders still to come, within the agency's time.
    fn reminders(&self) -> impl Iterator<Item = (Timestamp, u32)> {
        let days = self.issue.policy.iter().flat_map(|policy| &policy.reminder_days_before).copied();
        let open = self.clock.breached_at.is_none();
        let ahead =
            days.filter(move |days| open && self.clock.reminded_days.is_none_or(|stated| *days < stated));
        ahead.map(|days| (self.moment(-i64::from(days)), days)).filter(|(at, _)| *at > self.issue.starts_at)
    }

    /// Steps of the escalation still to come, with their place; those that lie before the agency's time are none.
    fn escalations(&self) -> impl Iterator<Item = (u32, Timestamp, Escalation)> {
        let steps = self.issue.policy.iter().flat_map(|policy| &policy.escalations).copied();
        let steps = (0_u32..).zip(steps).skip_while(|(place, _)| *place < self.clock.escalated);
        let moments = steps.map(|(place, step)| (place, self.moment(i64::from(step.offset_days)), step));
        moments.filter(|(_, at, _)| *at > self.issue.starts_at)
    }

    /// The same time of day, `days` after the due moment.
    fn moment(&self, days: i64) -> Timestamp {
        if days == 0 { self.due } else { self.rules.tehran.add_days(self.due, days) }
    }
}
