//! Closes offices for some days and plans the moves that this makes (rule 7).

use contracts::deadline::{AnnounceClosureRequest, AnnounceClosureResponse, ClosureAnnounced};
use contracts::timestamp;

use super::list_closures::shown;
use super::{Door, Refusal};
use crate::domain::calendar::Span;
use crate::domain::closure::{announced, moments, says_the_same};
use crate::store::calendar;
use crate::store::moves::{self, Reach};

pub(super) async fn announce_closure(
    door: &Door,
    asked: AnnounceClosureRequest,
) -> Result<AnnounceClosureResponse, Refusal> {
    let AnnounceClosureRequest { closure_id, province, first_day, last_day, reason_fa } = asked;
    let mut closure = announced(&closure_id, &province, &first_day, &last_day, &reason_fa)?;
    let now = door.store.clock().now();
    let mut tx = door.store.begin().await?;
    let (rules, version) = door.book.next(tx.connection()).await?;
    if let Some(known) = rules.days_off().iter().find(|known| known.id == closure.id) {
        if !says_the_same(known, &closure) {
            return Err(Refusal::Exists("closure_id was used for another closure"));
        }
        let closure = calendar::closure(tx.connection(), closure.id).await?.map(shown);
        return Ok(AnnounceClosureResponse { closure, known: true });
    }
    closure.span = Span { added: version, removed: None };
    let touched = moments(closure.first, closure.last, &rules.tehran);
    calendar::add(tx.connection(), std::slice::from_ref(&closure), now).await?;
    let reach = Reach {
        cause: Some(closure.id),
        province: closure.province.clone(),
        agency: String::new(),
        due_from: touched.start,
        begun_before: touched.end,
    };
    moves::plan(tx.connection(), version, &reach).await?;
    let fact = ClosureAnnounced {
        closure_id: closure.id.to_string(),
        province: closure.province.clone(),
        first_day: closure.first.to_string(),
        last_day: closure.last.to_string(),
        reason_fa: closure.reason_fa.clone(),
        announced_at: Some(timestamp(now)),
        version,
    };
    tx.emit(now, &fact);
    let stored = calendar::closure(tx.connection(), closure.id).await?.map(shown);
    tx.commit().await?;
    Ok(AnnounceClosureResponse { closure: stored, known: false })
}
