//! `samad dead list|show|replay`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::ops::{DeadLetter, GetDeadLetterRequest, ListDeadLettersRequest, ReplayDeadLetterRequest};
use serde_json::json;

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Dead {
    /// The dead letters of every service, the newest first.
    List {
        /// Of one service only.
        #[arg(long)]
        service: Option<String>,
    },
    /// One dead letter: reason, headers, and its body with the texts blacked out.
    Show {
        /// The service that could not handle it.
        service: String,
        /// Its number there.
        id: u64,
    },
    /// Handle a dead letter again, once its cause is mended.
    Replay {
        /// The service that could not handle it.
        service: String,
        /// Its number there.
        id: u64,
    },
}

impl Dead {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Dead::List { service } => list(context, service.as_deref()).await,
            Dead::Show { service, id } => show(context, &service, id).await,
            Dead::Replay { service, id } => {
                let request = ReplayDeadLetterRequest { id };
                let answer = context.doors.ops_of(&service)?.replay_dead_letter(request).await?.into_inner();
                context.show.message("samad.ops.v1.ReplayDeadLetterResponse", &answer, |answer| {
                    if answer.handled {
                        "handled".to_owned()
                    } else {
                        format!("failed again: {}", answer.reason)
                    }
                })?;
                Ok(u8::from(!answer.handled))
            }
        }
    }
}

async fn list(context: &Context, service: Option<&str>) -> Result<u8> {
    let mut letters = Vec::new();
    for (name, mut door) in context.doors.ops() {
        if service.is_none_or(|wanted| wanted == name) {
            let mut page_token = String::new();
            loop {
                let request = ListDeadLettersRequest { page_token, ..Default::default() };
                let page = door.list_dead_letters(request).await?.into_inner();
                letters.extend(page.letters);
                page_token = page.next_page_token;
                if page_token.is_empty() {
                    break;
                }
            }
        }
    }
    let json: Vec<_> = letters
        .iter()
        .map(|l| json!({"service": l.service, "id": l.id, "died_at": instant(l.died_at.as_ref()), "fact_type": l.fact_type,
            "fact_id": l.fact_id, "subject": l.subject, "attempts": l.attempts, "reason": l.reason}))
        .collect();
    context.show.value(&json!(json), || match letters.len() {
        0 => "no dead letters".to_owned(),
        _ => letters.iter().map(line).collect::<Vec<_>>().join("\n"),
    });
    Ok(0)
}

fn line(letter: &DeadLetter) -> String {
    let DeadLetter { service, id, attempts, subject, reason, .. } = letter;
    format!("{service} {id}  {}  after {attempts}  {subject}\n    {reason}", instant(letter.died_at.as_ref()))
}

async fn show(context: &Context, service: &str, id: u64) -> Result<u8> {
    let answer =
        context.doors.ops_of(service)?.get_dead_letter(GetDeadLetterRequest { id }).await?.into_inner();
    let letter = answer.letter.context("the service answered without the letter")?;
    context.show.message("samad.ops.v1.DeadLetter", &letter, |letter| {
        let headers = letter.headers.iter().map(|(name, value)| format!("    {name}: {value}"));
        let mut lines = vec![line(letter)];
        lines.extend(headers);
        lines.push(letter.redacted_body.clone());
        lines.join("\n")
    })?;
    Ok(0)
}
