//! `samad case show|withdraw|feedback`

use anyhow::{Context as _, Result};
use clap::{Subcommand, ValueEnum};
use contracts::audit::GetTimelineRequest;
use contracts::intake::get_case_request::Key;
use contracts::intake::{
    Case as Found, CaseState, FeedbackOutcome, FeedbackVerdict, GetCaseRequest, GiveFeedbackRequest,
    GroupCasesRequest, WithdrawCaseRequest,
};
use serde_json::json;

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Case {
    /// One case with its timeline from the ledger.
    Show {
        /// Its tracking code or its id.
        code: String,
    },
    /// Take a case back, as its citizen asks.
    Withdraw {
        /// Its tracking code or its id.
        code: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Say for the citizen whether the answer solved the matter.
    Feedback {
        /// Its tracking code or its id.
        code: String,
        #[arg(value_enum)]
        verdict: VerdictWord,
        /// The citizen's words.
        #[arg(long, default_value = "")]
        text: String,
    },
    /// Put cases of many people on one thing under a lead: its answer becomes the answer of all.
    Group {
        /// The lead's tracking code or id.
        lead: String,
        /// The others' tracking codes or ids.
        #[arg(required = true)]
        members: Vec<String>,
        /// What they have in common.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum VerdictWord {
    Solved,
    NotSolved,
}

impl Case {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Case::Show { code } => Self::show(context, code).await,
            Case::Withdraw { code, reason } => {
                let request = WithdrawCaseRequest { case: code, reason };
                let answer = context.doors.cases().withdraw_case(request).await?.into_inner();
                context.show.message("samad.intake.v1.WithdrawCaseResponse", &answer, |answer| {
                    format!("withdrawn {}", instant(answer.withdrawn_at.as_ref()))
                })?;
                Ok(0)
            }
            Case::Group { lead, members, reason } => {
                let request = GroupCasesRequest { lead, members, reason };
                let answer = context.doors.cases().group_cases(request).await?.into_inner();
                context.show.message("samad.intake.v1.GroupCasesResponse", &answer, |answer| {
                    let mut lines = vec![format!("{} joined", answer.joined)];
                    lines.extend(
                        answer.refused.iter().map(|refused| format!("  {} {}", refused.case, refused.reason)),
                    );
                    lines.join("\n")
                })?;
                Ok(u8::from(!answer.refused.is_empty()))
            }
            Case::Feedback { code, verdict, text } => Self::feedback(context, code, verdict, text).await,
        }
    }

    async fn feedback(context: &Context, code: String, verdict: VerdictWord, text: String) -> Result<u8> {
        let verdict = match verdict {
            VerdictWord::Solved => FeedbackVerdict::Solved,
            VerdictWord::NotSolved => FeedbackVerdict::NotSolved,
        };
        let (case, verdict, statement, answer) = (code, verdict.into(), text, 0);
        let request = GiveFeedbackRequest { case, verdict, statement, answer };
        let answer = context.doors.cases().give_feedback(request).await?.into_inner();
        context.show.message("samad.intake.v1.GiveFeedbackResponse", &answer, |answer| {
            match answer.outcome() {
                FeedbackOutcome::Reopened => {
                    "reopened: it goes back to the agencies that answered".to_owned()
                }
                FeedbackOutcome::Arbiter => "reopened: the province's arbiter decides".to_owned(),
                FeedbackOutcome::Complaint => format!("complained of: {}", answer.complaints.join(" ")),
                FeedbackOutcome::Kept | FeedbackOutcome::Unspecified => "kept".to_owned(),
            }
        })?;
        Ok(0)
    }

    async fn show(context: &Context, code: String) -> Result<u8> {
        // An id is a UUID; whatever else was typed is read as a tracking code, whose check digit tells.
        let key = match code.parse::<contracts::CaseId>() {
            Ok(id) => Key::CaseId(id.to_string()),
            Err(_) => Key::TrackingCode(code),
        };
        let answer = context.doors.intake().get_case(GetCaseRequest { key: Some(key) }).await?.into_inner();
        let case = answer.case.context("intake answered without the case")?;
        let request = GetTimelineRequest { case_id: case.case_id.clone() };
        let entries = context.doors.audit().get_timeline(request).await?.into_inner().entries;
        let mut shown =
            contracts::json::to_json("samad.intake.v1.Case", &prost::Message::encode_to_vec(&case))?;
        let timeline = entries.iter().map(|entry| {
            json!({"index": entry.index, "fact": entry.fact, "at": instant(entry.at.as_ref()), "agency": entry.agency})
        });
        shown["timeline"] = timeline.collect();
        context.show.value(&shown, || {
            let mut lines = lines_of(&case);
            lines.extend(entries.iter().map(|entry| {
                format!("  {}  {:<20} {}", instant(entry.at.as_ref()), entry.fact, entry.agency)
            }));
            lines.join("\n")
        });
        Ok(0)
    }
}

fn lines_of(case: &Found) -> Vec<String> {
    let state =
        CaseState::try_from(case.state).unwrap_or_default().as_str_name().trim_start_matches("CASE_STATE_");
    let mut lines = vec![
        format!("{}  {}  {} {}", case.tracking_code, state.to_lowercase(), case.province, case.topic),
        format!("  case {}", case.case_id),
        format!("  due {}", instant(case.due_at.as_ref())),
    ];
    lines.extend(case.holders.iter().map(|holder| format!("  with {} ({})", holder.name_fa, holder.agency)));
    if !case.answer.is_empty() {
        lines.push(format!("  answer: {}", case.answer));
    }
    if !case.withdrawal_reason.is_empty() {
        lines.push(format!("  withdrawn: {}", case.withdrawal_reason));
    }
    lines
}
