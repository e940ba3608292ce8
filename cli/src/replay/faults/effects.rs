//! What became of each fact that the services stated: one leaf of the ledger, and one notice where citizens are told.

use std::collections::HashSet;

use anyhow::Result;
use contracts::notification::NoticeSent;
use contracts::{Fact, audit, deadline, intake, routing};
use ground::Postgres;
use prost::Message as _;
use sqlx::types::Uuid;

use super::books::open;

/// Whose facts the ledger keeps.
const KEPT: [&str; 4] = ["intake", "routing", "deadline", "notification"];

/// Whose facts citizens are told, and which.
const TOLD: [(&str, &[&str]); 3] = [
    (
        "intake",
        &[
            intake::CaseRegistered::NAME.message,
            intake::CaseClosed::NAME.message,
            intake::CaseWithdrawn::NAME.message,
            intake::CaseReopened::NAME.message,
        ],
    ),
    ("routing", &[routing::ReferralIssued::NAME.message]),
    ("deadline", &[deadline::DeadlineBreached::NAME.message]),
];

/// Where leaves and notices differ from the facts in the outboxes: anything here was lost or doubled.
pub async fn findings(postgres: &Postgres) -> Result<Vec<String>> {
    let mut findings = compare("facts", "leaves", &facts(postgres).await?, leaves(postgres).await?);
    let told = told(postgres).await?;
    findings.extend(compare("facts to tell", "notices", &told, notices(postgres).await?));
    findings.extend(compare("facts to tell", "stated notices", &told, notices_sent(postgres).await?));
    Ok(findings)
}

/// Whether each of `wanted` is among `found` once, and nothing else is.
fn compare(of: &str, what: &str, wanted: &HashSet<Uuid>, found: Vec<Uuid>) -> Vec<String> {
    let count = found.len();
    let found: HashSet<Uuid> = found.into_iter().collect();
    let differences = [
        (wanted.difference(&found).count(), format!("{of} have none of the {what}")),
        (found.difference(wanted).count(), format!("{what} belong to none of the {of}")),
        (count - found.len(), format!("{what} are there again")),
    ];
    differences
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

async fn facts(postgres: &Postgres) -> Result<HashSet<Uuid>> {
    let mut facts = HashSet::new();
    // Audit keeps what it states itself, too, but for the checkpoints over it.
    let own = sqlx::query_scalar("SELECT fact_id FROM outbox.fact WHERE message <> $1");
    let own: Vec<Uuid> = own
        .bind(audit::CheckpointSigned::NAME.message)
        .fetch_all(&mut open(postgres, "audit").await?)
        .await?;
    facts.extend(own);
    for service in KEPT {
        let mut db = open(postgres, service).await?;
        let stated: Vec<Uuid> =
            sqlx::query_scalar("SELECT fact_id FROM outbox.fact").fetch_all(&mut db).await?;
        facts.extend(stated);
    }
    Ok(facts)
}

async fn leaves(postgres: &Postgres) -> Result<Vec<Uuid>> {
    let mut db = open(postgres, "audit").await?;
    Ok(sqlx::query_scalar("SELECT fact_id FROM leaf").fetch_all(&mut db).await?)
}

async fn told(postgres: &Postgres) -> Result<HashSet<Uuid>> {
    let mut told = HashSet::new();
    for (service, messages) in TOLD {
        let mut db = open(postgres, service).await?;
        let stated =
            sqlx::query_scalar("SELECT fact_id FROM outbox.fact WHERE message = ANY($1)").bind(messages);
        let stated: Vec<Uuid> = stated.fetch_all(&mut db).await?;
        told.extend(stated);
    }
    Ok(told)
}

async fn notices(postgres: &Postgres) -> Result<Vec<Uuid>> {
    let mut db = open(postgres, "notification").await?;
    Ok(sqlx::query_scalar("SELECT cause_fact_id FROM notice").fetch_all(&mut db).await?)
}

/// The causes of the notices that were stated as sent.
async fn notices_sent(postgres: &Postgres) -> Result<Vec<Uuid>> {
    let mut db = open(postgres, "notification").await?;
    let stated =
        sqlx::query_scalar("SELECT data FROM outbox.fact WHERE message = $1").bind(NoticeSent::NAME.message);
    let stated: Vec<Vec<u8>> = stated.fetch_all(&mut db).await?;
    let cause = |data: &Vec<u8>| Ok(NoticeSent::decode(data.as_slice())?.cause_fact_id.parse()?);
    stated.iter().map(cause).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_strange_or_double_is_found() {
        let id = Uuid::from_u128;
        let wanted = HashSet::from([id(1), id(2)]);
        assert!(compare("facts", "leaves", &wanted, vec![id(2), id(1)]).is_empty());
        assert_eq!(
            compare("facts", "leaves", &wanted, vec![id(2), id(2), id(3)]),
            [
                "1 facts have none of the leaves",
                "1 leaves belong to none of the facts",
                "1 leaves are there again"
            ]
        );
    }
}
