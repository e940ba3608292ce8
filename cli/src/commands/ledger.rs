//! `samad ledger verify`

use anyhow::{Context as _, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use contracts::audit::{Verification, VerifyLedgerRequest};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Context;

#[derive(Subcommand)]
pub enum Ledger {
    /// Recompute the whole ledger; exit status 1 when anything was altered, removed, added or reordered.
    Verify,
}

impl Ledger {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Ledger::Verify = self;
        let mut answers = context.doors.audit().verify_ledger(VerifyLedgerRequest {}).await?.into_inner();
        let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} leaves, {eta} left")?;
        let bar = ProgressBar::new(0).with_style(style);
        let mut result = None;
        while let Some(answer) = answers.message().await? {
            bar.set_length(answer.size);
            bar.set_position(answer.checked);
            result = answer.result.or(result);
        }
        bar.finish_and_clear();
        let result = result.context("audit ended the verification without a result: try again")?;
        context.show.value(&json_of(&result), || lines_of(&result));
        Ok(u8::from(!result.ok))
    }
}

fn json_of(result: &Verification) -> serde_json::Value {
    let fault = |fault: &contracts::audit::Fault| json!({"kind": fault.kind, "index": fault.index, "fact_id": fault.fact_id, "message": fault.message});
    json!({"size": result.size, "root": STANDARD.encode(&result.root), "ok": result.ok,
        "faults": result.faults.iter().map(fault).collect::<Vec<_>>()})
}

fn lines_of(result: &Verification) -> String {
    let verdict =
        if result.ok { "nothing was altered, removed, added or reordered" } else { "NOT as it was written" };
    let mut lines =
        vec![format!("{} leaves, root {}: {verdict}", result.size, STANDARD.encode(&result.root))];
    lines.extend(result.faults.iter().map(|f| format!("{:<11} leaf {:<9} {}", f.kind, f.index, f.message)));
    lines.join("\n")
}
