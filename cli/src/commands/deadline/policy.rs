//! `samad deadline policy import|list`

use std::path::PathBuf;

use ::deadline::policy_file;
use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::deadline::{self, ImportPoliciesRequest, ListPoliciesRequest};

use super::Context;

#[derive(Subcommand)]
pub enum Policy {
    /// Adopt policies; a changed one becomes the next version and governs what begins from then on.
    Import {
        /// A file of policies (TOML), such as services/deadline/policies.toml.
        file: PathBuf,
    },
    /// Every version of every policy.
    List,
}

impl Policy {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Policy::Import { file } => import(context, file).await,
            Policy::List => list(context).await,
        }
    }
}

async fn import(context: &Context, file: PathBuf) -> Result<u8> {
    let text =
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let request = ImportPoliciesRequest { policies: policy_file::parse(&text)? };
    let answer = context.doors.deadline().import_policies(request).await?.into_inner();
    context.show.message("samad.deadline.v1.ImportPoliciesResponse", &answer, |answer| {
        format!("{} policies adopted, {} unchanged", answer.adopted, answer.unchanged)
    })?;
    Ok(0)
}

async fn list(context: &Context) -> Result<u8> {
    let answer = context.doors.deadline().list_policies(ListPoliciesRequest {}).await?.into_inner();
    context.show.message("samad.deadline.v1.ListPoliciesResponse", &answer, |answer| {
        answer.policies.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

fn line(policy: &deadline::Policy) -> String {
    let programme = if policy.programme.is_empty() { "(general)" } else { &policy.programme };
    let days = if policy.working_days { "working days" } else { "days" };
    format!("{}@{}  {programme}  {} {days}", policy.policy, policy.version, policy.length_days)
}
