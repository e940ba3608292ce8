//! `samad ruling import|list`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::routing::{ImportRulingPoliciesRequest, ListRulingPoliciesRequest, RulingPolicy};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Ruling {
    /// Adopt policies of rulings; a changed one becomes the next version.
    Import {
        /// A file of policies (TOML).
        file: PathBuf,
    },
    /// Every version of every policy.
    List,
}

impl Ruling {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Ruling::Import { file } => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("{} cannot be read", file.display()))?;
                let request = ImportRulingPoliciesRequest { policies: routing::rulings_file::parse(&text)? };
                let answer = context.doors.rulings().import_ruling_policies(request).await?.into_inner();
                context.show.message("samad.routing.v1.ImportRulingPoliciesResponse", &answer, |answer| {
                    format!("{} policies adopted, {} unchanged", answer.adopted, answer.unchanged)
                })?;
            }
            Ruling::List => {
                let request = ListRulingPoliciesRequest {};
                let answer = context.doors.rulings().list_ruling_policies(request).await?.into_inner();
                context.show.message("samad.routing.v1.ListRulingPoliciesResponse", &answer, |answer| {
                    answer.policies.iter().map(line).collect::<Vec<_>>().join("\n")
                })?;
            }
        }
        Ok(0)
    }
}

fn line(policy: &RulingPolicy) -> String {
    let programme = if policy.programme.is_empty() { "(general)" } else { &policy.programme };
    let from = instant(policy.valid_from.as_ref());
    format!(
        "{programme} {} from {from}: {} extensions of {} days, arbiter after {} returns, {} of 1,000 called back",
        policy.version,
        policy.extensions_max,
        policy.extension_days_max,
        policy.returns_before_arbitration,
        policy.callback_per_mille
    )
}
