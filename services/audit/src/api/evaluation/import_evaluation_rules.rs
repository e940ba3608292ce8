//! Policies of evaluations and reports as they now are: a changed one becomes a new version.

use anyhow::{Context as _, Result, anyhow};
use contracts::audit::{
    EvaluationPolicyAdopted, ImportEvaluationRulesRequest, ImportEvaluationRulesResponse, ReportPolicyAdopted,
};
use contracts::timestamp;
use outbox::Store;

use super::EvaluationDoor;
use crate::api::{Refusal, small};
use crate::contract::{evaluation_policy, read_evaluation_policy, read_report_policy, report_policy};
use crate::domain::days::Days;
use crate::domain::faults::Fault;
use crate::domain::policy::{EvaluationPolicy, ReportPolicy, adopt};
use crate::rules_file;
use crate::statement::Statement;
use crate::store::policies;

/// Policies of one import, at most.
const MAX_POLICIES: usize = 100;

pub(super) async fn import_evaluation_rules(
    door: &EvaluationDoor,
    asked: ImportEvaluationRulesRequest,
) -> Result<ImportEvaluationRulesResponse, Refusal> {
    let (evaluation, report) = read(asked)?;
    let count = evaluation.len() + report.len();
    let adopted = keep(&door.store, &door.days, evaluation, report, false).await?;
    Ok(ImportEvaluationRulesResponse { adopted: small(adopted), unchanged: small(count - adopted) })
}

/// Adopts the built-in policies where there are none yet.
///
/// # Errors
/// When the database is away.
pub async fn adopt_built_in(store: &Store, days: &Days) -> Result<()> {
    let refused = |refusal: Refusal| anyhow!("{refusal}");
    let (evaluation, report) =
        read(rules_file::built_in()?).map_err(refused).context("a built-in policy cannot be used")?;
    keep(store, days, evaluation, report, true).await.map_err(refused)?;
    Ok(())
}

fn read(asked: ImportEvaluationRulesRequest) -> Result<(Vec<EvaluationPolicy>, Vec<ReportPolicy>), Refusal> {
    if asked.evaluation.len() + asked.report.len() > MAX_POLICIES {
        return Err(Fault::new("evaluation", &format!("must be at most {MAX_POLICIES} policies")).into());
    }
    let evaluation = asked.evaluation.into_iter().enumerate();
    let evaluation = evaluation
        .map(|(place, policy)| read_evaluation_policy(policy).map_err(|fault| fault.at("evaluation", place)));
    let report = asked.report.into_iter().enumerate();
    let report =
        report.map(|(place, policy)| read_report_policy(policy).map_err(|fault| fault.at("report", place)));
    Ok((evaluation.collect::<Result<_, Fault>>()?, report.collect::<Result<_, Fault>>()?))
}

/// Adopts what is new and states it; how many that were.
async fn keep(
    store: &Store,
    days: &Days,
    evaluation: Vec<EvaluationPolicy>,
    report: Vec<ReportPolicy>,
    only_first: bool,
) -> Result<usize, Refusal> {
    let mut statement = Statement::begin(store).await?;
    let known: (Vec<EvaluationPolicy>, Vec<ReportPolicy>) =
        (policies::all(statement.connection()).await?, policies::all(statement.connection()).await?);
    if only_first && !(known.0.is_empty() && known.1.is_empty()) {
        return Ok(0);
    }
    let evaluation = adopt(&known.0, evaluation, "evaluation")?;
    let report = adopt(&known.1, report, "report")?;
    let now = statement.now();
    policies::add(statement.connection(), &evaluation, now).await?;
    policies::add(statement.connection(), &report, now).await?;
    let adopted_at = Some(timestamp(now));
    for policy in &evaluation {
        statement.state(&EvaluationPolicyAdopted { policy: Some(evaluation_policy(policy)), adopted_at });
    }
    for policy in &report {
        statement.state(&ReportPolicyAdopted { policy: Some(report_policy(policy)), adopted_at });
    }
    statement.commit(days).await?;
    Ok(evaluation.len() + report.len())
}
