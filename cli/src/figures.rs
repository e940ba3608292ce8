//! The system's figures, as commands print them and a replay checks them.

use anyhow::Result;
use contracts::audit::{GetFiguresRequest, ListDailyFiguresRequest, ListDailyFiguresResponse};
use contracts::ops::GetFlowRequest;
use serde::Serialize;

use crate::doors::Doors;

/// What happened, counted from the ledger's facts, and what is still on its way. Names and order are published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub contacts: u64,
    /// Contacts that advice ended.
    pub guidance: u64,
    pub cases: u64,
    pub referrals: u64,
    /// What agencies did: accepted, progress, answer or return.
    pub actions: u64,
    /// Cases of which every referral is answered.
    pub answered: u64,
    pub open: u64,
    /// Open past their due moment; in a replay, by the latest moment that was played.
    pub overdue_open: u64,
    /// Answered by the due moment, or without one.
    pub on_time: u64,
    pub late: u64,
    pub notices_sent: u64,
    pub notices_failed: u64,
    pub ledger_size: u64,
    /// Of all services.
    pub dead_letters: u64,
    /// Facts that are stated but not yet handled everywhere, and services' own work that waits.
    pub in_flight: u64,
    /// Cases that the citizen took back: neither answered nor open.
    pub withdrawn: u64,
    /// Reopenings of answered cases, and what citizens said of answers.
    pub reopened: u64,
    pub solved: u64,
    pub not_solved: u64,
    pub no_reply: u64,
    /// Officials' announced slots: kept, missed, and uncovered since the official excused themselves.
    pub slots_kept: u64,
    pub slots_missed: u64,
    pub slots_uncovered: u64,
}

/// The figures of one registration day (Asia/Tehran) and of what became of its cases since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// YYYY-MM-DD.
    pub day: String,
    pub contacts: u64,
    pub cases: u64,
    pub answered: u64,
    pub open: u64,
    pub on_time: u64,
    pub late: u64,
}

/// The figures with, where asked for, those of each day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    #[serde(flatten)]
    pub figures: Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Day>>,
}

impl Figures {
    /// What came after `before`; what is under way is as it is now.
    #[must_use]
    pub fn since(&self, before: &Figures) -> Figures {
        Figures {
            contacts: self.contacts.saturating_sub(before.contacts),
            guidance: self.guidance.saturating_sub(before.guidance),
            cases: self.cases.saturating_sub(before.cases),
            referrals: self.referrals.saturating_sub(before.referrals),
            actions: self.actions.saturating_sub(before.actions),
            answered: self.answered.saturating_sub(before.answered),
            open: self.open.saturating_sub(before.open),
            overdue_open: self.overdue_open.saturating_sub(before.overdue_open),
            on_time: self.on_time.saturating_sub(before.on_time),
            late: self.late.saturating_sub(before.late),
            notices_sent: self.notices_sent.saturating_sub(before.notices_sent),
            notices_failed: self.notices_failed.saturating_sub(before.notices_failed),
            ledger_size: self.ledger_size.saturating_sub(before.ledger_size),
            dead_letters: self.dead_letters.saturating_sub(before.dead_letters),
            withdrawn: self.withdrawn.saturating_sub(before.withdrawn),
            reopened: self.reopened.saturating_sub(before.reopened),
            solved: self.solved.saturating_sub(before.solved),
            not_solved: self.not_solved.saturating_sub(before.not_solved),
            no_reply: self.no_reply.saturating_sub(before.no_reply),
            slots_kept: self.slots_kept.saturating_sub(before.slots_kept),
            slots_missed: self.slots_missed.saturating_sub(before.slots_missed),
            slots_uncovered: self.slots_uncovered.saturating_sub(before.slots_uncovered),
            in_flight: self.in_flight,
        }
    }
}

/// Asks audit what happened and every service what waits there. Dead letters and work under way are always the whole
/// system's.
///
/// # Errors
/// When a service does not answer or refuses the request.
pub async fn read(doors: &Doors, request: GetFiguresRequest) -> Result<Figures> {
    let counted = doors.audit().get_figures(request).await?.into_inner();
    let (mut dead_letters, mut in_flight) = (0, 0);
    for (_, mut door) in doors.ops() {
        let flow = door.get_flow(GetFlowRequest::default()).await?.into_inner();
        let at_consumers: u64 =
            flow.consumers.iter().map(|consumer| consumer.waiting + consumer.in_hand).sum();
        dead_letters += flow.dead_letters;
        in_flight += flow.outbox_waiting + at_consumers + flow.pending;
    }
    Ok(Figures {
        contacts: counted.contacts,
        guidance: counted.guidance,
        cases: counted.cases,
        referrals: counted.referrals,
        actions: counted.actions,
        answered: counted.answered,
        open: counted.open,
        overdue_open: counted.overdue_open,
        on_time: counted.on_time,
        late: counted.late,
        notices_sent: counted.notices_sent,
        notices_failed: counted.notices_failed,
        ledger_size: counted.ledger_size,
        dead_letters,
        in_flight,
        withdrawn: counted.withdrawn,
        reopened: counted.reopened,
        solved: counted.solved,
        not_solved: counted.not_solved,
        no_reply: counted.no_reply,
        slots_kept: counted.slots_kept,
        slots_missed: counted.slots_missed,
        slots_uncovered: counted.slots_uncovered,
    })
}

/// The figures day by day, oldest first: one question however many days there are.
///
/// # Errors
/// When audit does not answer or refuses the request.
pub async fn days(doors: &Doors, request: ListDailyFiguresRequest) -> Result<Vec<Day>> {
    let ListDailyFiguresResponse { days } = doors.audit().list_daily_figures(request).await?.into_inner();
    let day = |day: contracts::audit::Day| Day {
        day: day.day,
        contacts: day.contacts,
        cases: day.cases,
        answered: day.answered,
        open: day.open,
        on_time: day.on_time,
        late: day.late,
    };
    Ok(days.into_iter().map(day).collect())
}

impl Counted {
    /// What came after `before`; without days where there were some before, for a day may have cases of both.
    #[must_use]
    pub fn since(&self, before: &Counted) -> Counted {
        let fresh = before.figures.contacts == 0;
        Counted { figures: self.figures.since(&before.figures), days: self.days.clone().filter(|_| fresh) }
    }

    /// One figure a line, then one day a line.
    #[must_use]
    pub fn lines(&self) -> String {
        let f = &self.figures;
        let figures = [
            ("contacts", f.contacts),
            ("guidance", f.guidance),
            ("cases", f.cases),
            ("referrals", f.referrals),
            ("actions", f.actions),
            ("answered", f.answered),
            ("open", f.open),
            ("overdue_open", f.overdue_open),
            ("on_time", f.on_time),
            ("late", f.late),
            ("notices_sent", f.notices_sent),
            ("notices_failed", f.notices_failed),
            ("ledger_size", f.ledger_size),
            ("dead_letters", f.dead_letters),
            ("in_flight", f.in_flight),
            ("withdrawn", f.withdrawn),
            ("reopened", f.reopened),
            ("solved", f.solved),
            ("not_solved", f.not_solved),
            ("no_reply", f.no_reply),
            ("slots_kept", f.slots_kept),
            ("slots_missed", f.slots_missed),
            ("slots_uncovered", f.slots_uncovered),
        ];
        let mut lines: Vec<_> =
            figures.into_iter().map(|(name, value)| format!("{name:<16}{value:>12}")).collect();
        for day in self.days.iter().flatten() {
            let Day { day, cases, answered, open, on_time, late, .. } = day;
            lines.push(format!(
                "{day:<16}{cases:>12} cases{answered:>8} answered{open:>8} open{on_time:>8} on time{late:>8} late"
            ));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_published_names_in_their_order() {
        let counted = Counted { figures: Figures { cases: 3, ..Figures::default() }, days: None };
        assert_eq!(
            serde_json::to_string(&counted).unwrap(),
            "{\"contacts\":0,\"guidance\":0,\"cases\":3,\"referrals\":0,\"actions\":0,\"answered\":0,\"open\":0,\
             \"overdue_open\":0,\"on_time\":0,\"late\":0,\"notices_sent\":0,\"notices_failed\":0,\"ledger_size\":0,\
             \"dead_letters\":0,\"in_flight\":0,\"withdrawn\":0,\"reopened\":0,\"solved\":0,\"not_solved\":0,\"no_reply\":0,\
             \"slots_kept\":0,\"slots_missed\":0,\"slots_uncovered\":0}"
        );
    }
}
