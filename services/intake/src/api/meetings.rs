//! The door of public meetings.

use chassis::Caller;
use contracts::intake::meeting_service_server::MeetingService;
use contracts::intake::*;
use contracts::{optional_instant, timestamp};
use outbox::Tx;
use tonic::{Request, Response, Status};

use crate::api::desk::{Desk, done};
use crate::api::{
    bad_field, call_meeting, get_agenda, invite_agencies, moment, record_commitment_outcome, record_meeting,
    unavailable,
};
use crate::domain::meeting::{self, commitment};
use crate::store::{commitments, meetings};

#[tonic::async_trait]
impl MeetingService for Desk {
    #[tracing::instrument(skip_all)]
    async fn call_meeting(
        &self,
        request: Request<CallMeetingRequest>,
    ) -> Result<Response<CallMeetingResponse>, Status> {
        done!(self, request, call_meeting::call_meeting, by)
    }

    #[tracing::instrument(skip_all)]
    async fn list_meetings(
        &self,
        request: Request<ListMeetingsRequest>,
    ) -> Result<Response<ListMeetingsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let request = chassis::grpc::narrowed(request, |asked| &mut asked.province)?.into_inner();
        let before = optional_instant(request.before.as_ref()).map_err(|error| bad_field("before", error))?;
        let listed = meetings::list(self.store.pool(), &request.province, before).await;
        let meetings = listed.map_err(unavailable)?.iter().map(present).collect();
        Ok(Response::new(ListMeetingsResponse { meetings }))
    }

    #[tracing::instrument(skip_all)]
    async fn get_agenda(
        &self,
        request: Request<GetAgendaRequest>,
    ) -> Result<Response<GetAgendaResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let caller = chassis::grpc::caller(&request)?;
        get_agenda::get_agenda(self, request.into_inner(), &caller).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn invite_agencies(
        &self,
        request: Request<InviteAgenciesRequest>,
    ) -> Result<Response<InviteAgenciesResponse>, Status> {
        done!(self, request, invite_agencies::invite_agencies, by)
    }

    #[tracing::instrument(skip_all)]
    async fn record_meeting(
        &self,
        request: Request<RecordMeetingRequest>,
    ) -> Result<Response<RecordMeetingResponse>, Status> {
        done!(self, request, record_meeting::record_meeting, by)
    }

    #[tracing::instrument(skip_all)]
    async fn record_commitment_outcome(
        &self,
        request: Request<RecordCommitmentOutcomeRequest>,
    ) -> Result<Response<RecordCommitmentOutcomeResponse>, Status> {
        done!(self, request, record_commitment_outcome::record_commitment_outcome, by)
    }

    #[tracing::instrument(skip_all)]
    async fn list_commitments(
        &self,
        request: Request<ListCommitmentsRequest>,
    ) -> Result<Response<ListCommitmentsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let caller = chassis::grpc::caller(&request)?;
        let mut tx = self.store.begin().await.map_err(unavailable)?;
        let meeting = known(&mut tx, &request.into_inner().meeting, &caller).await?;
        let made = commitments::of_meeting(tx.connection(), &meeting.code).await.map_err(unavailable)?;
        Ok(Response::new(ListCommitmentsResponse { commitments: made.iter().map(committed).collect() }))
    }
}

/// The meeting of that code, one of the caller's, while nobody else changes it.
pub(crate) async fn known(tx: &mut Tx, code: &str, caller: &Caller) -> Result<meeting::Meeting, Status> {
    let meeting = meetings::locked(tx.connection(), code).await.map_err(unavailable)?;
    let meeting = meeting.ok_or_else(|| Status::not_found("there is no such meeting"))?;
    caller.for_province(&meeting.province)?;
    Ok(meeting)
}

/// A meeting as callers see it.
pub(crate) fn present(meeting: &meeting::Meeting) -> Meeting {
    Meeting {
        meeting: meeting.code.clone(),
        title_fa: meeting.title_fa.clone(),
        province: meeting.province.clone(),
        place_fa: meeting.place_fa.clone(),
        starts_at: Some(timestamp(meeting.starts_at)),
        ends_at: Some(timestamp(meeting.ends_at)),
        turns_until: Some(timestamp(meeting.turns_until)),
        version: meeting.version,
        held_at: meeting.held_at.map(timestamp),
    }
}

/// A commitment as callers see it.
pub(crate) fn committed(made: &commitment::Commitment) -> Commitment {
    let settled = made.settled.as_ref();
    Commitment {
        key: made.key.clone(),
        contact_id: made.contact_id.map(|id| id.to_string()).unwrap_or_default(),
        agency: made.agency.clone(),
        person: made.person.clone(),
        text: made.text.clone(),
        due_day: made.due_day.map(|day| day.to_string()).unwrap_or_default(),
        commitment_id: made.id.to_string(),
        made_at: Some(timestamp(made.made_at)),
        outcome: settled.map(|settled| settled.outcome).unwrap_or_default().into(),
        outcome_text: settled.map(|settled| settled.text.clone()).unwrap_or_default(),
        settled_at: settled.map(|settled| timestamp(settled.at)),
    }
}
