//! `samad extension list|grant|refuse`

use anyhow::Result;
use clap::{Args, Subcommand};
use contracts::routing::{ListExtensionsRequest, RuleExtensionRequest};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Extension {
    /// Extensions that wait for the province, oldest first.
    List {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
    /// Grant one; the citizen is told.
    Grant {
        #[command(flatten)]
        ruled: Ruled,
        /// Fewer days than were asked for.
        #[arg(long, default_value_t = 0)]
        days: u32,
    },
    /// Refuse one.
    Refuse {
        #[command(flatten)]
        ruled: Ruled,
    },
}

/// What is ruled, why and by whom.
#[derive(Args)]
pub struct Ruled {
    /// The referral's id.
    referral_id: String,
    /// The id of the action that asked.
    action_id: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Who rules.
    #[arg(long)]
    by: String,
}

impl Extension {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Extension::List { province } => list(context, province).await,
            Extension::Grant { ruled, days } => rule(context, ruled, true, days).await,
            Extension::Refuse { ruled } => rule(context, ruled, false, 0).await,
        }
    }
}

async fn list(context: &Context, province: String) -> Result<u8> {
    let request = ListExtensionsRequest { province, page_size: 500, ..Default::default() };
    let answer = context.doors.rulings().list_extensions(request).await?.into_inner();
    context.show.message("samad.routing.v1.ListExtensionsResponse", &answer, |answer| {
        let line = |e: &contracts::routing::Extension| {
            let asked_at = instant(e.asked_at.as_ref());
            format!(
                "{} {}  {asked_at}  {:<24}{:>4} days  {}",
                e.referral_id, e.action_id, e.agency, e.days, e.reason
            )
        };
        answer.extensions.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

async fn rule(context: &Context, ruled: Ruled, grant: bool, days: u32) -> Result<u8> {
    let Ruled { referral_id, action_id, reason, by } = ruled;
    let request = RuleExtensionRequest { referral_id, action_id, grant, days, reason, ruled_by: by };
    let answer = context.doors.rulings().rule_extension(request).await?.into_inner();
    context.show.message("samad.routing.v1.RuleExtensionResponse", &answer, |answer| {
        if answer.granted { format!("granted: {} days", answer.days) } else { "refused".to_owned() }
    })?;
    Ok(0)
}
