//! Who holds, held or will hold which office.

use contracts::audit::{ListManagersRequest, ListManagersResponse};

use super::EvaluationDoor;
use crate::api::Refusal;
use crate::contract::term;
use crate::domain::days::read_day;
use crate::store::managers;

/// As the contract says.
const MAX_TERMS: usize = 5_000;

pub(super) async fn list_managers(
    door: &EvaluationDoor,
    asked: ListManagersRequest,
) -> Result<ListManagersResponse, Refusal> {
    let invalid = Refusal::Invalid { field: "day", message: "must be a day such as 1404-01-15, or empty" };
    let day = if asked.day.is_empty() { None } else { Some(read_day(&asked.day).ok_or(invalid)?) };
    let agency = [asked.agency];
    let agencies = if agency[0].is_empty() { None } else { Some(&agency[..]) };
    let mut db = door.store.pool().acquire().await?;
    let terms = managers::newest(&mut db, agencies).await?;
    let wanted = terms.iter().filter(|term| day.is_none_or(|day| term.covers(day)));
    Ok(ListManagersResponse { terms: wanted.take(MAX_TERMS).map(term).collect() })
}
