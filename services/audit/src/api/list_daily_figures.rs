//! Figures day by day.

use contracts::audit::{Day, ListDailyFiguresRequest, ListDailyFiguresResponse};

use super::get_figures::{count, span};
use super::{Door, Refusal};
use crate::store::counters;

/// Some ten years: a chart with more days is a mistake in the request.
const MAX_DAYS: i64 = 4_000;

pub async fn list_daily_figures(
    door: &Door,
    asked: ListDailyFiguresRequest,
) -> Result<ListDailyFiguresResponse, Refusal> {
    let span = span(&asked.province, &asked.from_day, &asked.to_day)?;
    let mut db = door.db.acquire().await?;
    let days = counters::daily(&mut db, &span, MAX_DAYS).await?;
    let day = |figures: counters::DayFigures| Day {
        day: figures.day.to_string(),
        contacts: count(figures.contacts),
        cases: count(figures.cases),
        answered: count(figures.answered),
        open: count(figures.cases - figures.answered - figures.withdrawn),
        on_time: count(figures.on_time),
        late: count(figures.late),
    };
    Ok(ListDailyFiguresResponse { days: days.into_iter().map(day).collect() })
}
