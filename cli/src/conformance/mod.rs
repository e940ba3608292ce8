//! Whether an agency's adapter is fit for a live system: forty named checks in a sandbox, from outside. What an
//! adapter is seen to do is what the broker sees: the actions it hands in, and what it acknowledges. No check knows
//! in what language it is written.
//!
//! Each check is a value ([`Check`]) in the file of its family below `checks/`; [`Scene`] is what it works with.

mod adapter;
mod ambush;
mod change;
mod checks;
mod log;
mod record;
mod report;
mod scene;
mod withheld;

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::Instant;

use crate::sandbox::Sandbox;

pub use checks::{Check, all, names};
pub use record::Record;
pub use report::{Finding, Outcome, Report};
use scene::Scene;

/// The check without which the others say nothing.
const FIRST: &str = "takes-a-referral";
/// Waits of one check, each as long as the patience: what takes longer hangs.
const WAITS: u32 = 4;

/// What to try, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The agency whose adapter it is.
    pub agency: String,
    /// The topic of what is referred to it; one that the catalogue sends there if absent.
    pub topic: Option<String>,
    /// Only these checks; empty: all.
    pub only: Vec<String>,
    /// Starts the adapter; without it the adapter runs already, and what needs a restart is passed over.
    pub restart_command: Option<String>,
    /// How long the adapter may take for anything.
    pub patience: Duration,
}

/// Runs the checks, telling of each as soon as it is over.
///
/// # Errors
/// When a check is called that is none, or the sandbox does not answer.
pub async fn run(sandbox: &Sandbox, plan: &Plan, mut told: impl FnMut(&Finding)) -> Result<Report> {
    for name in &plan.only {
        ensure!(
            names().any(|known| known == name),
            "--only: no check is called {name}: `samad conformance list` shows them"
        );
    }
    let scene = Scene::open(sandbox, plan).await?;
    let mut report = Report { agency: plan.agency.clone(), findings: Vec::new() };
    let wanted =
        all().filter(|check| plan.only.is_empty() || plan.only.iter().any(|name| name == check.name));
    for check in wanted {
        let started = Instant::now();
        let outcome = if report.has_failed(FIRST) {
            Outcome::Skipped("the adapter takes no referral, so there is nothing to see".to_owned())
        } else if check.restarts && plan.restart_command.is_none() {
            Outcome::Skipped("say --restart-command, by which the adapter is started".to_owned())
        } else {
            outcome(check, &scene, plan.patience * WAITS).await
        };
        let finding = Finding { check, outcome, seconds: started.elapsed().as_secs_f64() };
        told(&finding);
        report.findings.push(finding);
    }
    scene.close().await?;
    Ok(report)
}

async fn outcome(check: &'static Check, scene: &Scene, limit: Duration) -> Outcome {
    match tokio::time::timeout(limit, (check.run)(scene)).await {
        Ok(Ok(())) => Outcome::Passed,
        Ok(Err(error)) => Outcome::Failed(crate::show::sentence(&error)),
        Err(_) => Outcome::Failed(format!("it was not over after {} s", limit.as_secs())),
    }
}
