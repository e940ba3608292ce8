//! Agencies by code, a page at a time, from the catalogue in memory.

use std::ops::Bound;

use contracts::routing::{Agency, ListAgenciesRequest, ListAgenciesResponse};

use super::{Call, Door, Refusal, page_size};

pub(super) async fn list_agencies(
    door: &Door,
    request: ListAgenciesRequest,
    _: &Call,
) -> Result<ListAgenciesResponse, Refusal> {
    let mut connection = door.store.pool().acquire().await?;
    let edition = door.catalogues.current(&mut connection).await?;
    let after = (Bound::Excluded(request.page_token.as_str()), Bound::Unbounded);
    let size = page_size(request.page_size) as usize;
    let agencies: Vec<Agency> = edition
        .catalogue
        .agencies
        .range::<str, _>(after)
        .map(|(_, agency)| agency)
        .filter(|agency| request.province.is_empty() || agency.province == request.province)
        .take(size)
        .map(|agency| Agency {
            code: agency.code.clone(),
            province: agency.province.clone(),
            name_fa: agency.name_fa.clone(),
            name_en: agency.name_en.clone(),
            format: agency.format as i32,
            supervisor: agency.supervisor.clone(),
        })
        .collect();
    let next_page_token = agencies.last().filter(|_| agencies.len() == size).map(|a| a.code.clone());
    Ok(ListAgenciesResponse { agencies, next_page_token: next_page_token.unwrap_or_default() })
}
