//! `samad conformance run|list`

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Context;
use crate::conformance::{Check, Finding, Outcome, Plan, Record, Report, all, run};
use crate::keyring::now;
use crate::sandbox::{AGENCY, Sandbox, require};
use crate::show::Show;

#[derive(Subcommand)]
pub enum Conformance {
    /// Try an adapter in the sandbox that runs; a record of passing is what a live system asks for.
    Run(Run),
    /// The checks, and what a sound adapter does.
    List,
}

#[derive(Args)]
pub struct Run {
    /// The agency whose adapter it is.
    #[arg(long, default_value = AGENCY)]
    agency: String,
    /// Starts the adapter, which is then ended and started again; without it the adapter runs already, and some
    /// checks are passed over.
    #[arg(long, value_name = "COMMAND")]
    restart_command: Option<String>,
    /// The topic of what is referred to it; one that the catalogue sends there if absent.
    #[arg(long)]
    topic: Option<String>,
    /// Only these checks, such as `killed-mid-way,late`: no record is written then.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Seconds that the adapter may take for anything; the broker gives again after 30.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,
    /// Write the findings into this file as JUnit reads them.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Conformance {
    pub async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        match self {
            Conformance::Run(run) => run.run(context, data).await,
            Conformance::List => {
                list(context.show);
                Ok(0)
            }
        }
    }
}

impl Run {
    async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        let sandbox = Sandbox::open(data, &context.doors, context.ports.nats_url())?;
        let plan = Plan {
            agency: self.agency,
            topic: self.topic,
            only: self.only,
            restart_command: self.restart_command,
            patience: Duration::from_secs(self.patience),
        };
        let told = |finding: &Finding| {
            if context.show == Show::Lines {
                context.show.value(&json!(null), || finding.lines());
            }
        };
        let report = run(&sandbox, &plan, told).await?;
        if let Some(file) = &self.junit {
            std::fs::write(file, report.junit())
                .with_context(|| format!("--junit: {} cannot be written", file.display()))?;
        }
        let record = if report.has_passed() && plan.only.is_empty() {
            let authority = require(data)?.authority;
            Some(Record::of(&plan.agency, now(), &authority)?.write(data)?)
        } else {
            None
        };
        let mut json = report.json();
        json["record"] = json!(record);
        context.show.value(&json, || summary(&report, record.as_deref()));
        Ok(u8::from(!report.has_passed()))
    }
}

fn summary(report: &Report, record: Option<&Path>) -> String {
    let failed = report.count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = report.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let passed = report.count(|outcome| *outcome == Outcome::Passed);
    let next = match record {
        Some(record) => format!(
            "the record is {}\nhand it to whoever runs the live system: samad agency onboard {} --live --conformance FILE",
            record.display(),
            report.agency
        ),
        None => "no record: it is written when all checks of one run have passed".to_owned(),
    };
    format!("\n{passed} passed, {failed} failed, {skipped} skipped\n{next}")
}

fn list(show: Show) {
    let row = |check: &Check| json!({"check": check.name, "does": check.does, "expects": check.expects, "rule": check.rule});
    show.value(&all().map(row).collect(), || {
        let lines =
            all().map(|check| format!("{:<28}{}\n{:<28}-> {}", check.name, check.does, "", check.expects));
        lines.collect::<Vec<_>>().join("\n")
    });
}
