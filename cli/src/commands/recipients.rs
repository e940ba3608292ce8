//! `samad recipients import|list|notices`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::notification::{ListNoticesRequest, ListNoticesResponse, ListRecipientsRequest};
use notification::recipients_file;

use super::Context;

#[derive(Subcommand)]
pub enum Recipients {
    /// Import who is told of a province, of the country or of an agency; repeating it changes nothing.
    Import {
        /// A file of recipients (TOML); without it, the invented ones that come with Samad.
        file: Option<PathBuf>,
    },
    /// Who is told; addresses are masked.
    List,
    /// What was sent to one of them, and what became of it.
    Notices {
        /// Its code.
        recipient: String,
    },
}

impl Recipients {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Recipients::Import { file } => import(context, file).await,
            Recipients::List => list(context).await,
            Recipients::Notices { recipient } => notices(context, recipient).await,
        }
    }
}

async fn import(context: &Context, file: Option<PathBuf>) -> Result<u8> {
    let recipients = match file {
        Some(file) => recipients_file::parse(
            &std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?,
        )?,
        None => recipients_file::shipped()?,
    };
    let answer = context.doors.notification().import_recipients(recipients).await?.into_inner();
    context.show.message("samad.notification.v1.ImportRecipientsResponse", &answer, |answer| {
        format!("{} recipients adopted, {} unchanged", answer.adopted, answer.unchanged)
    })?;
    Ok(0)
}

async fn list(context: &Context) -> Result<u8> {
    let answer = context.doors.notification().list_recipients(ListRecipientsRequest {}).await?.into_inner();
    context.show.message("samad.notification.v1.ListRecipientsResponse", &answer, |answer| {
        let line = |one: &contracts::notification::Recipient| {
            let province = match (one.agency.as_str(), one.province.as_str()) {
                ("", "") => "the country",
                ("", province) => province,
                (agency, _) => agency,
            };
            let withdrawn = if one.withdrawn { "  withdrawn" } else { "" };
            format!("{:<28}{province:<20}{:<28}{}{withdrawn}", one.recipient, one.email, one.name_fa)
        };
        answer.recipients.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

async fn notices(context: &Context, recipient: String) -> Result<u8> {
    let asked = ListNoticesRequest { recipient, ..Default::default() };
    let answer = context.doors.notification().list_notices(asked).await?.into_inner();
    context.show.message(
        "samad.notification.v1.ListNoticesResponse",
        &answer,
        |answer: &ListNoticesResponse| {
            let line = |notice: &contracts::notification::Notice| {
                let state = notice.state().as_str_name().trim_start_matches("NOTICE_STATE_").to_lowercase();
                format!("{:<12}{state:<10}{} tries  {}", notice.template, notice.attempts, notice.last_error)
            };
            answer.notices.iter().map(line).collect::<Vec<_>>().join("\n")
        },
    )?;
    Ok(0)
}
