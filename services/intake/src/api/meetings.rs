//! The door of public meetings.

use contracts::intake::meeting_service_server::MeetingService;
use contracts::intake::*;
use contracts::timestamp;
use outbox::Tx;
use tonic::{Request, Response, Status};

use crate::api::desk::Desk;
use crate::api::{
    call_meeting, get_agenda, invite_agencies, moment, record_commitment_outcome, record_meeting, unavailable,
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
        chassis::grpc::continue_trace(request.metadata());
        let now = moment(&self.clock, request.metadata())?;
        call_meeting::call_meeting(self, request.into_inner(), now).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn get_agenda(
        &self,
        request: Request<GetAgendaRequest>,
    ) -> Result<Response<GetAgendaResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        get_agenda::get_agenda(self, request.into_inner()).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn invite_agencies(
        &self,
        request: Request<InviteAgenciesRequest>,
    ) -> Result<Response<InviteAgenciesResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let now = moment(&self.clock, request.metadata())?;
        invite_agencies::invite_agencies(self, request.into_inner(), now).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn record_meeting(
        &self,
        request: Request<RecordMeetingRequest>,
    ) -> Result<Response<RecordMeetingResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let now = moment(&self.clock, request.metadata())?;
        record_meeting::record_meeting(self, request.into_inner(), now).await.map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn record_commitment_outcome(
        &self,
        request: Request<RecordCommitmentOutcomeRequest>,
    ) -> Result<Response<RecordCommitmentOutcomeResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let now = moment(&self.clock, request.metadata())?;
        record_commitment_outcome::record_commitment_outcome(self, request.into_inner(), now)
            .await
            .map(Response::new)
    }

    #[tracing::instrument(skip_all)]
    async fn list_commitments(
        &self,
        request: Request<ListCommitmentsRequest>,
    ) -> Result<Response<ListCommitmentsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let mut tx = self.store.begin().await.map_err(unavailable)?;
        let meeting = known(&mut tx, &request.into_inner().meeting).await?;
        let made = commitments::of_meeting(tx.connection(), &meeting.code).await.map_err(unavailable)?;
        Ok(Response::new(ListCommitmentsResponse { commitments: made.iter().map(committed).collect() }))
    }
}

/// The meeting of that code, while nobody else changes it.
pub(crate) async fn known(tx: &mut Tx, code: &str) -> Result<meeting::Meeting, Status> {
    let meeting = meetings::locked(tx.connection(), code).await.map_err(unavailable)?;
    meeting.ok_or_else(|| Status::not_found("there is no such meeting"))
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
