//! Adopts holidays and weekly days off as the next version of the calendar, and plans the moves that this makes.

use anyhow::{Context as _, Result};
use chassis::clock::Clock;
use contracts::deadline::{ImportCalendarRequest, ImportCalendarResponse};
use jiff::Timestamp;
use outbox::{Store, Tx};

use super::{Door, Refusal};
use crate::calendar_file;
use crate::contract::calendar_adopted;
use crate::domain::calendar::{DayOff, Kind, Span};
use crate::domain::calendar_import::{Diff, Import};
use crate::domain::closure::{Fault, moments};
use crate::store::calendar;
use crate::store::moves::{self, Reach};
use crate::store::rules::RuleBook;

pub(super) async fn import_calendar(
    door: &Door,
    asked: ImportCalendarRequest,
) -> Result<ImportCalendarResponse, Refusal> {
    let import = read(&asked)?;
    Ok(adopt(&door.store, &door.book, &import, false).await?)
}

fn read(asked: &ImportCalendarRequest) -> Result<Import, Fault> {
    let holidays: Vec<_> = asked.holidays.iter().map(|h| (h.day.clone(), h.name_fa.clone())).collect();
    let weeks: Vec<_> =
        asked.weeks.iter().map(|w| (w.province.clone(), w.first_day.clone(), w.days_off.clone())).collect();
    Import::read(&asked.first_day, &asked.last_day, &holidays, &weeks)
}

async fn adopt(
    store: &Store,
    book: &RuleBook,
    import: &Import,
    only_first: bool,
) -> Result<ImportCalendarResponse> {
    let now = store.clock().now();
    let mut tx = store.begin().await?;
    let (rules, version) = book.next(tx.connection()).await?;
    let diff = import.diff(rules.days_off(), rules.weeks());
    let is_first = rules.days_off().is_empty() && rules.weeks().is_empty();
    let Some((first, last)) = diff.days().filter(|_| is_first || !only_first) else {
        return Ok(ImportCalendarResponse { version: rules.version, ..Default::default() });
    };
    save(&mut tx, store.clock(), &diff, version, now).await?;
    let touched = moments(first, last, &rules.tehran);
    let reach = Reach {
        cause: None,
        province: String::new(),
        agency: String::new(),
        due_from: touched.start,
        begun_before: touched.end,
    };
    moves::plan(tx.connection(), version, &reach).await?;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let answer = ImportCalendarResponse {
        version,
        holidays_added: number(diff.added.len()),
        holidays_removed: number(diff.removed.len()),
        weeks_added: number(diff.weeks.len()),
    };
    tx.emit(now, &calendar_adopted(import, &answer, now));
    tx.commit().await?;
    Ok(answer)
}

async fn save(tx: &mut Tx, clock: &Clock, diff: &Diff, version: u64, now: Timestamp) -> Result<()> {
    let removed: Vec<_> = diff.removed.iter().map(|(_, id)| *id).collect();
    calendar::remove(tx.connection(), &removed, version, now).await?;
    let holiday = |(day, name): &(jiff::civil::Date, String)| DayOff {
        id: clock.new_id(),
        kind: Kind::Holiday,
        province: String::new(),
        first: *day,
        last: *day,
        reason_fa: name.clone(),
        span: Span { added: version, removed: None },
    };
    let added: Vec<_> = diff.added.iter().map(holiday).collect();
    calendar::add(tx.connection(), &added, now).await?;
    let mut weeks = diff.weeks.clone();
    weeks.iter_mut().for_each(|week| week.added = version);
    calendar::add_weeks(tx.connection(), &weeks).await
}

/// Adopts the built-in calendar where there is none yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_built_in(store: &Store, book: &RuleBook) -> Result<()> {
    let import = read(&calendar_file::built_in()?).context("the built-in calendar cannot be used")?;
    adopt(store, book, &import, true).await.map(drop)
}
