//! `samad meeting call|agenda|invite|record|commitments|settle`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use contracts::intake::{
    CallMeetingRequest, Commitment, CommitmentOutcome, GetAgendaRequest, GetAgendaResponse,
    InviteAgenciesRequest, ListCommitmentsRequest, Meeting as Wire, RecordCommitmentOutcomeRequest,
    RecordMeetingRequest,
};
use contracts::timestamp;
use jiff::Timestamp;
use serde::Deserialize;

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Meeting {
    /// Call a meeting, or take its place and times as they now are.
    Call(Call),
    /// Its turns by topic, and the agencies concerned.
    Agenda {
        /// The meeting's code.
        meeting: String,
    },
    /// Invite the agencies concerned that are not invited yet.
    Invite {
        /// The meeting's code.
        meeting: String,
    },
    /// Record that it was held, who came, and what was ordered.
    Record {
        /// The meeting's code.
        meeting: String,
        /// TOML: attended = ["agency"], and [[commitment]] with key, agency, person, text, due_day, contact_id.
        file: PathBuf,
    },
    /// What was ordered there.
    Commitments {
        /// The meeting's code.
        meeting: String,
    },
    /// Record whether a commitment was kept.
    Settle {
        /// The commitment's id.
        commitment: String,
        #[arg(value_enum)]
        outcome: OutcomeWord,
        /// What was done, or why it was not.
        text: String,
    },
}

#[derive(Args)]
pub struct Call {
    /// Its code: lower-case letters, digits and hyphens.
    meeting: String,
    #[arg(long)]
    title: String,
    #[arg(long)]
    province: String,
    #[arg(long)]
    place: String,
    /// RFC 3339, e.g. 2026-01-20T10:00:00+03:30.
    #[arg(long)]
    starts: Timestamp,
    #[arg(long)]
    ends: Timestamp,
    /// Until when turns are registered.
    #[arg(long)]
    turns_until: Timestamp,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum OutcomeWord {
    Kept,
    Broken,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Record {
    attended: Vec<String>,
    commitment: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    key: String,
    agency: String,
    person: String,
    text: String,
    due_day: String,
    contact_id: String,
}

impl Meeting {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let mut door = context.doors.meetings();
        match self {
            Meeting::Call(call) => {
                let answer = door.call_meeting(call.request()).await?.into_inner();
                context.show.message("samad.intake.v1.CallMeetingResponse", &answer, |answer| {
                    let meeting = answer.meeting.clone().unwrap_or_default();
                    format!("{}  version {}", meeting.meeting, meeting.version)
                })?;
            }
            Meeting::Agenda { meeting } => {
                let agenda = door.get_agenda(GetAgendaRequest { meeting }).await?.into_inner();
                context.show.message("samad.intake.v1.GetAgendaResponse", &agenda, lines)?;
            }
            Meeting::Invite { meeting } => {
                let answer = door.invite_agencies(InviteAgenciesRequest { meeting }).await?.into_inner();
                context.show.message("samad.intake.v1.InviteAgenciesResponse", &answer, |answer| {
                    format!(
                        "invited now: {}; before: {}",
                        answer.invited.join(", "),
                        answer.invited_before.join(", ")
                    )
                })?;
            }
            Meeting::Record { meeting, file } => {
                let answer = door.record_meeting(record(meeting, &file)?).await?.into_inner();
                context.show.message("samad.intake.v1.RecordMeetingResponse", &answer, |answer| {
                    ordered(&answer.commitments)
                })?;
            }
            Meeting::Commitments { meeting } => {
                let answer = door.list_commitments(ListCommitmentsRequest { meeting }).await?.into_inner();
                context.show.message("samad.intake.v1.ListCommitmentsResponse", &answer, |answer| {
                    ordered(&answer.commitments)
                })?;
            }
            Meeting::Settle { commitment, outcome, text } => {
                let outcome = match outcome {
                    OutcomeWord::Kept => CommitmentOutcome::Kept,
                    OutcomeWord::Broken => CommitmentOutcome::Broken,
                };
                let request = RecordCommitmentOutcomeRequest {
                    commitment_id: commitment,
                    outcome: outcome.into(),
                    text,
                };
                let answer = door.record_commitment_outcome(request).await?.into_inner();
                context.show.message(
                    "samad.intake.v1.RecordCommitmentOutcomeResponse",
                    &answer,
                    |answer| answer.commitment.iter().map(line).collect(),
                )?;
            }
        }
        Ok(0)
    }
}

impl Call {
    fn request(self) -> CallMeetingRequest {
        let meeting = Wire {
            meeting: self.meeting,
            title_fa: self.title,
            province: self.province,
            place_fa: self.place,
            starts_at: Some(timestamp(self.starts)),
            ends_at: Some(timestamp(self.ends)),
            turns_until: Some(timestamp(self.turns_until)),
            ..Default::default()
        };
        CallMeetingRequest { meeting: Some(meeting) }
    }
}

fn record(meeting: String, file: &Path) -> Result<RecordMeetingRequest> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let record: Record =
        toml::from_str(&text).with_context(|| format!("{} cannot be read", file.display()))?;
    let commitment = |row: Row| Commitment {
        key: row.key,
        contact_id: row.contact_id,
        agency: row.agency,
        person: row.person,
        text: row.text,
        due_day: row.due_day,
        ..Default::default()
    };
    Ok(RecordMeetingRequest {
        meeting,
        held_at: None,
        attended: record.attended,
        commitments: record.commitment.into_iter().map(commitment).collect(),
    })
}

fn lines(agenda: &GetAgendaResponse) -> String {
    let mut lines = Vec::new();
    for topic in &agenda.topics {
        lines.push(format!("{} ({}): {}", topic.topic, topic.turns.len(), topic.agencies.join(", ")));
        lines.extend(topic.turns.iter().map(|turn| format!("  {}  {}", turn.tracking_code, turn.statement)));
    }
    lines.join("\n")
}

fn ordered(commitments: &[Commitment]) -> String {
    commitments.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(made: &Commitment) -> String {
    let outcome = made.outcome().as_str_name().trim_start_matches("COMMITMENT_OUTCOME_").to_ascii_lowercase();
    let outcome = if outcome == "unspecified" { "open".to_owned() } else { outcome };
    let due = if made.due_day.is_empty() { "by the policy" } else { &made.due_day };
    format!(
        "{}  {outcome:<6}  {}  due {due}  {}, {}: {}",
        made.commitment_id,
        instant(made.made_at.as_ref()),
        made.agency,
        made.person,
        made.text
    )
}
