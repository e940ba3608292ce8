//! The answers that wait for a reviewer, oldest first, with the reasons in words.

use contracts::routing::{HeldAnswer, ListHeldAnswersRequest, ListHeldAnswersResponse};
use contracts::timestamp;

use super::matter::Matters;
use super::page::Page;
use super::{Call, Door, Refusal};
use crate::domain::gate::Hold;
use crate::domain::held::{Answer, Held};
use crate::store;

pub(super) async fn list_held_answers(
    door: &Door,
    request: ListHeldAnswersRequest,
    call: &Call,
) -> Result<ListHeldAnswersResponse, Refusal> {
    let province = call.caller.sees(&request.province)?;
    let page = Page::read(province, request.page_size, &request.page_token)?;
    let db = door.store.pool();
    let waiting = store::held_answers::list_open(db, province, page.after, page.limit).await?;
    let matters = Matters::of(db, waiting.iter().map(|(held, _)| held.case_id)).await?;
    let last = waiting.last().map(|(held, _)| (held.held_at, held.action_id.0));
    let next_page_token = page.next(last, waiting.len());
    let answers = waiting.into_iter().map(|(held, answer)| shown(held, answer, &matters)).collect();
    Ok(ListHeldAnswersResponse { answers, next_page_token })
}

fn shown(held: Held, answer: Answer, matters: &Matters) -> HeldAnswer {
    let words: Vec<_> = held.holds.iter().map(|hold| hold.words()).collect();
    let joined = |of: fn(&(&'static str, &'static str)) -> &'static str, by: &str| {
        words.iter().map(of).collect::<Vec<_>>().join(by)
    };
    HeldAnswer {
        referral_id: held.referral_id.to_string(),
        action_id: held.action_id.to_string(),
        case_id: held.case_id.to_string(),
        agency: held.agency,
        province: held.province,
        text: answer.text,
        legal_reason: answer.legal_reason,
        reasons: held.holds.iter().map(|hold: &Hold| *hold as i32).collect(),
        why_fa: joined(|words| words.0, "؛ "),
        why_en: joined(|words| words.1, "; "),
        held_at: Some(timestamp(held.held_at)),
        matter: matters.of_case(held.case_id),
    }
}
