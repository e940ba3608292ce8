//! Officials' slots of a span of time, earliest first, with the figures of the whole span.

use contracts::intake::{ListSlotsRequest, ListSlotsResponse, SlotFigures, SlotState};
use contracts::optional_instant;
use jiff::{SignedDuration, Timestamp};
use tonic::Status;
use uuid::Uuid;

use crate::api::attendance::present;
use crate::api::desk::Desk;
use crate::api::{bad_field, page, unavailable};
use crate::store::cases::Below;
use crate::store::slots::{self, Count, Listed};

/// The span where none is asked for.
const USUAL: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The longest span.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24);

pub(crate) async fn list_slots(
    desk: &Desk,
    request: ListSlotsRequest,
    now: Timestamp,
) -> Result<ListSlotsResponse, Status> {
    let page = page::read(request.page_size, &request.page_token)?;
    let (from, until) = span(&request, now)?;
    let state =
        SlotState::try_from(request.state).map_err(|_| bad_field("state", "there is no such state"))?;
    let whole = Listed {
        from: (from, Uuid::nil()),
        until,
        province: &request.province,
        centre: &request.centre,
        state: state as i16,
    };
    // The token names the first slot of the next page; without one the list begins with the span.
    let first = if request.page_token.is_empty() {
        whole.from
    } else {
        (page.below.registered_at, page.below.case_id)
    };
    let limit = i64::try_from(page.size + 1).unwrap_or(i64::MAX);
    let db = desk.store.pool();
    let mut listed = slots::list(db, Listed { from: first, ..whole }, limit).await.map_err(unavailable)?;
    let next = if listed.len() > page.size { listed.pop() } else { None };
    let counts = slots::count(db, whole).await.map_err(unavailable)?;
    Ok(ListSlotsResponse {
        slots: listed.iter().map(|(slot, contacts)| present(slot, *contacts)).collect(),
        next_page_token: next.map_or_else(String::new, |(slot, _)| {
            page::token(Below { registered_at: slot.planned.starts_at, case_id: slot.slot_id })
        }),
        figures: Some(figures(&counts)),
    })
}

fn span(request: &ListSlotsRequest, now: Timestamp) -> Result<(Timestamp, Timestamp), Status> {
    let instant = |field, at: Option<&_>| optional_instant(at).map_err(|error| bad_field(field, error));
    let from = instant("from", request.from.as_ref())?.unwrap_or(now);
    let usual = from.saturating_add(USUAL).unwrap_or(Timestamp::MAX);
    let until = instant("until", request.until.as_ref())?.unwrap_or(usual);
    if until < from || until.duration_since(from) > LONGEST {
        return Err(bad_field("until", "must lie after from, by 400 days at most"));
    }
    Ok((from, until))
}

fn figures(counts: &[Count]) -> SlotFigures {
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let of = |state: SlotState| {
        let slots = counts.iter().filter(|count| i32::from(count.state) == state as i32).map(|c| c.slots);
        number(slots.sum())
    };
    SlotFigures {
        announced: of(SlotState::Announced),
        cancelled: of(SlotState::Cancelled),
        uncovered: of(SlotState::Uncovered),
        kept: of(SlotState::Kept),
        missed: of(SlotState::Missed),
        contacts: number(counts.iter().map(|count| count.contacts).sum()),
    }
}
