//! What is ordered at public meetings: dated commitments, and whether they were kept.

use axum::extract::{Path, State};
use contracts::intake::{
    Commitment, CommitmentOutcome, ListCommitmentsRequest, ListCommitmentsResponse,
    RecordCommitmentOutcomeRequest, RecordCommitmentOutcomeResponse, RecordMeetingRequest,
    RecordMeetingResponse,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::meetings::MeetingView;
use super::{NotDecided, NotShown};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, moment, shown, some, view, whole, word};
use crate::state::App;
use crate::upstream::OnBehalf;

view! {
    /// A meeting that was held, and everything that was ordered there.
    HeldMeeting of RecordMeetingResponse {
        meeting: MeetingView = whole(meeting),
        commitments: Vec<CommitmentView> = each(commitments),
    }
}

view! {
    /// What was ordered at a meeting, by due date.
    CommitmentsView of ListCommitmentsResponse {
        commitments: Vec<CommitmentView> = each(commitments),
    }
}

view! {
    /// A commitment as it now is.
    SettledView of RecordCommitmentOutcomeResponse {
        commitment: CommitmentView = whole(commitment),
    }
}

view! {
    /// Something that was ordered.
    CommitmentView of Commitment {
        commitment_id: String,
        key: String,
        /// Absent: ordered in no turn alone.
        contact_id: Option<String> = some(contact_id),
        agency: String,
        person: String,
        text: String,
        /// YYYY-MM-DD in the Gregorian calendar; absent: the policy sets it.
        due_day: Option<String> = some(due_day),
        made_at: Option<Timestamp> = moment(made_at),
        /// kept or broken; absent while it is open.
        outcome: Option<String> = outcome(outcome),
        outcome_text: String,
        settled_at: Option<Timestamp> = moment(settled_at),
    }
}

fn outcome(number: i32) -> Option<String> {
    let outcome = CommitmentOutcome::try_from(number).unwrap_or_default();
    let said = outcome != CommitmentOutcome::Unspecified;
    said.then(|| word(outcome.as_str_name(), "COMMITMENT_OUTCOME_"))
}

/// A meeting that was held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingRecord {
    /// Absent: now.
    held_at: Option<Timestamp>,
    /// Agencies whose managers came.
    #[serde(default)]
    attended: Vec<String>,
    #[serde(default)]
    commitments: Vec<NewCommitment>,
}

/// Something that was ordered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCommitment {
    /// Unique within the meeting: makes the request repeatable.
    key: String,
    /// The turn in which it was ordered; absent: in none alone.
    #[serde(default)]
    contact_id: String,
    agency: String,
    /// Who is to see to it: name and office.
    person: String,
    text: String,
    /// YYYY-MM-DD in the Gregorian calendar; absent: the policy sets it.
    #[serde(default)]
    due_day: String,
}

/// Whether it was kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOutcome {
    /// kept or broken.
    #[schema(pattern = "^(kept|broken)$")]
    outcome: String,
    /// What was done, or why it was not.
    #[schema(min_length = 5, max_length = 2000)]
    text: String,
}

/// The meeting was held, and what was ordered there. Repeated, it adds nothing; more may be added under new keys.
#[utoipa::path(
    post,
    path = "/api/v1/meetings/{meeting}/record",
    params(("meeting" = String, Path)),
    request_body = MeetingRecord,
    responses((status = 200, description = "Recorded", body = HeldMeeting), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn record_meeting(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(meeting): Path<String>,
    Sent(MeetingRecord { held_at, attended, commitments }): Sent<MeetingRecord>,
) -> Result<Shown<HeldMeeting>, Problem> {
    let commitment = |new: NewCommitment| Commitment {
        key: new.key,
        contact_id: new.contact_id,
        agency: new.agency,
        person: new.person,
        text: new.text,
        due_day: new.due_day,
        ..Default::default()
    };
    let commitments = commitments.into_iter().map(commitment).collect();
    let request = RecordMeetingRequest { meeting, held_at: held_at.map(timestamp), attended, commitments };
    shown(app.meetings.clone().record_meeting(on_behalf.ask(request)).await)
}

/// What was ordered at a meeting.
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{meeting}/commitments",
    params(("meeting" = String, Path)),
    responses((status = 200, description = "By due date", body = CommitmentsView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn list_commitments(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(meeting): Path<String>,
) -> Result<Shown<CommitmentsView>, Problem> {
    shown(app.meetings.clone().list_commitments(on_behalf.ask(ListCommitmentsRequest { meeting })).await)
}

/// Whether a commitment was kept; the first word counts.
#[utoipa::path(
    post,
    path = "/api/v1/commitments/{commitment_id}/outcome",
    params(("commitment_id" = String, Path)),
    request_body = NewOutcome,
    responses((status = 200, description = "Kept or broken", body = SettledView), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn record_outcome(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(commitment_id): Path<String>,
    Sent(NewOutcome { outcome, text }): Sent<NewOutcome>,
) -> Result<Shown<SettledView>, Problem> {
    let outcome = match outcome.as_str() {
        "kept" => CommitmentOutcome::Kept,
        "broken" => CommitmentOutcome::Broken,
        _ => return Err(Problem::unknown_word("outcome", &outcome, &["kept", "broken"])),
    };
    let request = RecordCommitmentOutcomeRequest { commitment_id, outcome: outcome.into(), text };
    shown(app.meetings.clone().record_commitment_outcome(on_behalf.ask(request)).await)
}
