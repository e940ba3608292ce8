//! `samad case show`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::audit::GetTimelineRequest;
use contracts::intake::{Case as Found, CaseState, GetCaseRequest, get_case_request::Key};
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
}

impl Case {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Case::Show { code } = self;
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
    lines
}
