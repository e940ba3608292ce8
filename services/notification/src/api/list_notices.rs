//! Notices of one case or of one of the staff, oldest first, without address or text.

use contracts::notification::{ListNoticesRequest, ListNoticesResponse, Notice, NoticeState};
use contracts::{IdError, timestamp};

use super::{Door, Refusal};
use crate::domain::notice::To;
use crate::store::notices::{self, Listed, State};

/// Notices of one answer, at most: a case has a handful.
const MAX_NOTICES: i64 = 1_000;

pub(super) async fn list_notices(
    door: &Door,
    asked: ListNoticesRequest,
) -> Result<ListNoticesResponse, Refusal> {
    let invalid = |error: IdError| Refusal::Invalid { field: "case_id", message: error.to_string() };
    let to = if asked.recipient.is_empty() {
        To::Citizen(asked.case_id.parse().map_err(invalid)?)
    } else {
        To::Staff(asked.recipient)
    };
    let listed = notices::of(door.store.pool(), &to, MAX_NOTICES).await?;
    Ok(ListNoticesResponse { notices: listed.into_iter().map(notice).collect() })
}

fn notice(listed: Listed) -> Notice {
    let state = match listed.state {
        state if state == State::Sent as i16 => NoticeState::Sent,
        state if state == State::Failed as i16 => NoticeState::Failed,
        _ => NoticeState::Pending,
    };
    Notice {
        notice_id: listed.notice_id.to_string(),
        template: listed.template,
        state: state.into(),
        transport: i32::from(listed.transport),
        attempts: u32::try_from(listed.attempts).unwrap_or_default(),
        last_error: listed.last_error,
        created_at: Some(timestamp(listed.created_at)),
        settled_at: listed.settled_at.map(timestamp),
    }
}
