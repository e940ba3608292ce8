//! The extensions that wait for the province, oldest first.

use contracts::routing::{Extension, ListExtensionsRequest, ListExtensionsResponse};
use contracts::timestamp;

use super::matter::Matters;
use super::page::Page;
use super::{Call, Door, Refusal};
use crate::store;

pub(super) async fn list_extensions(
    door: &Door,
    request: ListExtensionsRequest,
    call: &Call,
) -> Result<ListExtensionsResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let page = Page::read(province, request.page_size, &request.page_token)?;
    let db = door.store.pool();
    let held = store::extensions::list_open(db, province, page.after, page.limit).await?;
    let matters = Matters::of(db, held.iter().map(|asked| asked.case_id)).await?;
    let next_page_token = page.next(held.last().map(|asked| (asked.asked_at, asked.action_id.0)), held.len());
    let extensions = held.into_iter().map(|asked| Extension {
        referral_id: asked.referral_id.to_string(),
        action_id: asked.action_id.to_string(),
        case_id: asked.case_id.to_string(),
        agency: asked.agency,
        province: asked.province,
        days: asked.days,
        reason: asked.reason,
        asked_at: Some(timestamp(asked.asked_at)),
        matter: matters.of_case(asked.case_id),
    });
    Ok(ListExtensionsResponse { extensions: extensions.collect(), next_page_token })
}
