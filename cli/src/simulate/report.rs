//! What a simulation found: what was played, what the system counted, and what the facts say.

use serde::Serialize;

use super::agencies::Acts;
use super::check::Checked;
use super::recount::{Recount, Standing};
use crate::figures::Figures;

/// What was done to the system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Played {
    pub days: u32,
    pub contacts: u64,
    pub guidance: u64,
    pub cases: u64,
    /// Cases that the manual desk sent on.
    pub decided: u64,
    /// Cases that the arbiter ruled on.
    pub arbitrated: u64,
    pub closures: u64,
    /// Terms of office.
    pub terms: u64,
    pub trips: u64,
    /// Calls and letters of trips.
    pub of_trips: u64,
    pub meetings: u64,
    pub turns: u64,
    /// What was ordered at meetings, and what was said to be kept or broken.
    pub ordered: u64,
    pub settled: u64,
    /// Slots to which the official came, excused themselves, or did not come.
    pub attended: u64,
    pub excused: u64,
    pub missed: u64,
    /// Contacts that officials took.
    pub in_slots: u64,
    pub voicemails: u64,
    pub followed_up: u64,
    /// Extensions.
    pub granted: u64,
    pub refused: u64,
    pub withdrawn: u64,
    pub solved: u64,
    pub not_solved: u64,
    pub reopened: u64,
    /// Of inaction.
    pub complaints: u64,
    pub rebuttals: u64,
    pub rulings: u64,
    #[serde(flatten)]
    pub acts: Acts,
}

/// Where the machine's seconds went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Seconds {
    pub total: f64,
    /// After the clock was moved: until what fell due by itself was done.
    pub falling_due: f64,
    /// Contacts, acts of agencies and the manual desk.
    pub playing: f64,
    /// Until what followed from these was done.
    pub settling: f64,
    pub recounting: f64,
}

/// The outcome of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub seed: u64,
    pub played: Played,
    pub figures: Figures,
    pub recount: Recount,
    /// Monthly and quarterly reports, and years of managers, that were held against the facts.
    pub reports: u32,
    pub evaluations: u32,
    pub standings: Vec<Standing>,
    /// Where two of them do not agree; empty when all do.
    pub differences: Vec<String>,
    pub seconds: Seconds,
}

/// A count by two ways: its name, the one and the other.
pub type Pair = (&'static str, u64, u64);

impl Report {
    /// Compares what was played, counted and recounted.
    #[must_use]
    pub fn new(seed: u64, played: Played, figures: Figures, checked: Checked, seconds: Seconds) -> Self {
        let Checked { recount, stated, reports, evaluations, standings, differences: mut found } = checked;
        let pairs = counted(&figures, &recount).into_iter().chain(stated);
        let differing = pairs.filter(|(_, one, other)| one != other);
        found.extend(differing.map(|(name, one, other)| format!("{name}: {one}, by the facts {other}")));
        Report {
            seed,
            played,
            figures,
            recount,
            reports,
            evaluations,
            standings,
            differences: found,
            seconds,
        }
    }

    /// For a terminal.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut lines = vec![format!("{:<16}{:>12}{:>14}", "", "the system", "by the facts")];
        let pairs = counted(&self.figures, &self.recount);
        lines.extend(pairs.iter().map(|(name, one, other)| format!("{name:<16}{one:>12}{other:>14}")));
        lines.push(format!(
            "{} reports and {} evaluations held against the facts: {} differences",
            self.reports,
            self.evaluations,
            self.differences.len()
        ));
        let Seconds { total, falling_due, playing, settling, recounting } = self.seconds;
        lines.push(format!(
            "{} days in {total:.0} s: {:.2} a second (playing {playing:.0} s, settling {settling:.0} s, falling due \
             {falling_due:.0} s; recounting {recounting:.0} s more)",
            self.played.days,
            f64::from(self.played.days) / total.max(0.001),
        ));
        lines.join("\n")
    }
}

/// The system's figures beside the facts'.
fn counted(f: &Figures, r: &Recount) -> Vec<Pair> {
    vec![
        ("contacts", f.contacts, r.contacts),
        ("guidance", f.guidance, r.guidance),
        ("cases", f.cases, r.cases),
        ("referrals", f.referrals, r.referrals),
        ("actions", f.actions, r.accepted + r.progress + r.returned + r.answers + r.asked),
        ("answered", f.answered, r.answered),
        ("open", f.open, r.open),
        ("overdue_open", f.overdue_open, r.overdue_open),
        ("on_time", f.on_time, r.on_time),
        ("late", f.late, r.late),
        ("withdrawn", f.withdrawn, r.withdrawn),
        ("reopened", f.reopened, r.reopened),
        ("solved", f.solved, r.solved),
        ("not_solved", f.not_solved, r.not_solved),
        ("no_reply", f.no_reply, r.no_reply),
        ("breaches", u64::try_from(r.breaches).unwrap_or_default(), r.overrun),
        ("notices_sent", f.notices_sent, r.notices_sent),
        ("notices_failed", f.notices_failed, r.notices_failed),
        ("ledger_size", f.ledger_size, r.facts),
        ("dead_letters", f.dead_letters, 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_agree_is_named() {
        let report = |figures, recount| {
            let checked = Checked { recount, ..Checked::default() };
            Report::new(1, Played::default(), figures, checked, Seconds::default())
        };
        assert!(report(Figures::default(), Recount::default()).differences.is_empty());
        let lost = report(Figures { notices_sent: 3, ..Figures::default() }, Recount::default());
        assert_eq!(lost.differences, ["notices_sent: 3, by the facts 0"]);
        let missed = report(Figures::default(), Recount { overrun: 1, ..Recount::default() });
        assert_eq!(missed.differences, ["breaches: 0, by the facts 1"]);
        assert!(missed.lines().contains("breaches"));
    }
}
