//! `samad refer CASE AGENCY`

use anyhow::Result;
use clap::Args;
use contracts::routing::ReferCaseRequest;

use super::Context;

/// Sends a case to one agency more: it is answered when all are.
#[derive(Args)]
pub struct Refer {
    /// The case's id.
    case_id: String,
    /// The agency's code.
    agency: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Who decides it.
    #[arg(long)]
    by: String,
}

impl Refer {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Refer { case_id, agency, reason, by } = self;
        let request = ReferCaseRequest { case_id, agency, reason, added_by: by };
        let answer = context.doors.rulings().refer_case(request).await?.into_inner();
        context
            .show
            .message("samad.routing.v1.ReferCaseResponse", &answer, |answer| answer.referral_id.clone())?;
        Ok(0)
    }
}
