//! The figures of a province or the country over days.

use contracts::audit::{GetFiguresRequest, GetFiguresResponse};
use contracts::timestamp;
use jiff::{ToSpan as _, civil::Date};

use super::{Door, Refusal};
use crate::store::case_figures::{self, Scope};
use crate::store::counters::{self, Span};
use crate::store::{SNAPSHOT, ledger};

pub async fn get_figures(door: &Door, asked: GetFiguresRequest) -> Result<GetFiguresResponse, Refusal> {
    let span = span(&asked.province, &asked.from_day, &asked.to_day)?;
    let scope = scope(door, &span)?;
    let mut db = door.db.begin_with(SNAPSHOT).await?;
    let ledger = ledger::head(&mut db).await?;
    let counted = counters::sum(&mut db, &span).await?;
    // Overdue by now; in a replay, where time is what the facts say, by the last moment that the ledger holds.
    let open = case_figures::open(&mut db, &scope, door.clock.at(ledger.latest_at)).await?;
    db.commit().await?;
    Ok(GetFiguresResponse {
        contacts: count(counted.contacts),
        guidance: count(counted.guidance),
        cases: count(counted.cases),
        referrals: count(counted.referrals),
        actions: count(counted.actions),
        answered: count(counted.answered),
        open: count(counted.cases - counted.answered - counted.withdrawn),
        overdue_open: open.overdue,
        on_time: count(counted.on_time),
        late: count(counted.late),
        notices_sent: count(counted.notices_sent),
        notices_failed: count(counted.notices_failed),
        ledger_size: ledger.size,
        ledger_own: ledger.own,
        oldest_open_at: open.oldest_at.map(timestamp),
        withdrawn: count(counted.withdrawn),
        reopened: count(counted.reopened),
        solved: count(counted.solved),
        not_solved: count(counted.not_solved),
        no_reply: count(counted.no_reply),
        slots_kept: count(counted.slots_kept),
        slots_missed: count(counted.slots_missed),
        slots_uncovered: count(counted.slots_uncovered),
    })
}

/// A counter for the wire; only a damaged database could hold a negative one.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// Province and days as asked.
pub(super) fn span(province: &str, from_day: &str, to_day: &str) -> Result<Span, Refusal> {
    let (from, to) = (day(from_day, "from_day")?, day(to_day, "to_day")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Refusal::Invalid { field: "to_day", message: "must not be before from_day" });
    }
    Ok(Span { province: province.to_owned(), from, to })
}

fn day(text: &str, field: &'static str) -> Result<Option<Date>, Refusal> {
    let invalid = |_| Refusal::Invalid { field, message: "must be a day such as 2025-09-23, or empty" };
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(invalid) }
}

/// The span's days as moments.
fn scope(door: &Door, span: &Span) -> Result<Scope, Refusal> {
    let start = |day: Date, field| {
        let invalid = |_| Refusal::Invalid { field, message: "is out of range" };
        door.days.start(day).map_err(invalid)
    };
    let from = span.from.map(|day| start(day, "from_day")).transpose()?;
    let until = span.to.map(|day| start(day.saturating_add(1.day()), "to_day")).transpose()?;
    Ok(Scope { province: span.province.clone(), from, until })
}
