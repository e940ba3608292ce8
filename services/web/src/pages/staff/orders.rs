//! What is ordered at a public meeting, and whether it was kept.

use axum::extract::{Path, State};
use axum::response::Response;
use contracts::intake::{
    Commitment, CommitmentOutcome, RecordCommitmentOutcomeRequest, RecordMeetingRequest,
};
use tonic::Status;

use super::frame::{Posted, back};
use super::meetings::HERE;
use crate::state::App;

/// The meeting was held; with an agency, something was ordered there.
pub(super) async fn record(State(app): State<App>, Path(meeting): Path<String>, posted: Posted) -> Response {
    let path = format!("{HERE}/{meeting}");
    back(&path, &recorded(&app, meeting, &posted).await)
}

/// Whether a commitment was kept.
pub(super) async fn settle(State(app): State<App>, Path(meeting): Path<String>, posted: Posted) -> Response {
    let outcome = match posted.field("outcome").as_str() {
        "kept" => CommitmentOutcome::Kept,
        "broken" => CommitmentOutcome::Broken,
        _ => CommitmentOutcome::Unspecified,
    };
    let request = RecordCommitmentOutcomeRequest {
        commitment_id: posted.field("commitment"),
        outcome: outcome.into(),
        text: posted.field("text"),
    };
    let done = app.meetings.clone().record_commitment_outcome(posted.on_behalf.ask(request)).await;
    back(&format!("{HERE}/{meeting}"), &done)
}

async fn recorded(app: &App, meeting: String, posted: &Posted) -> Result<(), Status> {
    let commitment = Commitment {
        key: posted.field("key"),
        agency: posted.field("agency"),
        person: posted.field("person"),
        text: posted.field("text"),
        due_day: posted.day("due_day")?,
        ..Default::default()
    };
    let request = RecordMeetingRequest { meeting, commitments: vec![commitment], ..Default::default() };
    app.meetings.clone().record_meeting(posted.on_behalf.ask(request)).await.map(drop)
}
