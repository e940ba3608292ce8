//! `samad documents list|came`

use anyhow::Result;
use clap::Subcommand;
use contracts::routing::{DocumentRequest, ListDocumentRequestsRequest, RecordDocumentsRequest};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Documents {
    /// Documents that citizens were asked for and have not brought, oldest first.
    List {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
    /// Record that they came: the agency goes on.
    Came {
        /// The referral's id.
        referral_id: String,
        /// The id of the action that asked.
        action_id: String,
        /// Where the agency finds them.
        #[arg(long)]
        note: String,
        /// Who took them.
        #[arg(long)]
        by: String,
    },
}

impl Documents {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Documents::List { province } => {
                let request = ListDocumentRequestsRequest { province, page_size: 500, ..Default::default() };
                let answer = context.doors.rulings().list_document_requests(request).await?.into_inner();
                context.show.message("samad.routing.v1.ListDocumentRequestsResponse", &answer, |answer| {
                    answer.requests.iter().map(line).collect::<Vec<_>>().join("\n")
                })?;
            }
            Documents::Came { referral_id, action_id, note, by } => {
                let request = RecordDocumentsRequest { referral_id, action_id, note, recorded_by: by };
                let answer = context.doors.rulings().record_documents(request).await?.into_inner();
                context.show.message("samad.routing.v1.RecordDocumentsResponse", &answer, |answer| {
                    format!("recorded at {}", instant(answer.received_at.as_ref()))
                })?;
            }
        }
        Ok(0)
    }
}

fn line(asked: &DocumentRequest) -> String {
    let asked_at = instant(asked.asked_at.as_ref());
    format!("{} {}  {asked_at}  {:<24}{}", asked.referral_id, asked.action_id, asked.agency, asked.documents)
}
