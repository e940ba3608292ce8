//! The agenda of a meeting: its turns by topic.

use std::collections::BTreeSet;

use chassis::Caller;
use contracts::intake::{AgendaTopic, GetAgendaRequest, GetAgendaResponse, Turn as Wire};
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::meetings::{known, present};
use crate::api::unavailable;
use crate::domain::meeting::agenda::{Topic, Turn, by_topic};
use crate::store::meetings;

pub(crate) async fn get_agenda(
    desk: &Desk,
    request: GetAgendaRequest,
    caller: &Caller,
) -> Result<GetAgendaResponse, Status> {
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let meeting = known(&mut tx, &request.meeting, caller).await?;
    let topics = by_topic(meetings::turns(tx.connection(), &meeting.code).await.map_err(unavailable)?);
    let agencies: BTreeSet<&String> = topics.iter().flat_map(|topic| &topic.agencies).collect();
    let agencies = agencies.into_iter().cloned().collect();
    Ok(GetAgendaResponse {
        meeting: Some(present(&meeting)),
        topics: topics.into_iter().map(topic).collect(),
        agencies,
    })
}

fn topic(topic: Topic) -> AgendaTopic {
    AgendaTopic {
        topic: topic.topic,
        turns: topic.turns.into_iter().map(turn).collect(),
        agencies: topic.agencies.into_iter().collect(),
    }
}

fn turn(turn: Turn) -> Wire {
    Wire {
        contact_id: turn.contact_id,
        case_id: turn.case_id,
        tracking_code: turn.tracking_code,
        kind: turn.kind,
        statement: turn.statement,
        place: turn.place,
        agencies: turn.agencies,
    }
}
