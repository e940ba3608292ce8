//! What the services' databases hold after the faults, against what the rows say: counted by SQL, past every service.

use anyhow::{Context, Result};
use contracts::{Fact, deadline, intake, routing};
use ground::Postgres;
use sqlx::{Connection as _, PgConnection};

use crate::replay::Row;

/// Facts that are stated once for what they are about: a contact, a case, a referral.
const STATED_ONCE: [(&str, &[&str]); 3] = [
    (
        "intake",
        &[
            intake::ContactRecorded::NAME.message,
            intake::CaseRegistered::NAME.message,
            intake::CaseClosed::NAME.message,
        ],
    ),
    ("routing", &[routing::ReferralIssued::NAME.message, routing::ReferralAnswered::NAME.message]),
    (
        "deadline",
        &[
            deadline::DeadlineSet::NAME.message,
            deadline::DeadlineBreached::NAME.message,
            deadline::DeadlineMet::NAME.message,
        ],
    ),
];

/// What must be counted: in which database, what, how, and how many.
struct Count(&'static str, &'static str, &'static str, usize);

fn counts(rows: usize, answered: usize) -> [Count; 17] {
    let twice = "SELECT count(*) - count(DISTINCT fact_id) FROM outbox.fact";
    [
        Count("intake", "contacts", "SELECT count(*) FROM contact", rows),
        Count("intake", "rows with a contact", "SELECT count(DISTINCT source_reference) FROM contact", rows),
        Count("intake", "cases", "SELECT count(*) FROM case_file", rows),
        Count("intake", "contacts with a case", "SELECT count(DISTINCT contact_id) FROM case_file", rows),
        Count(
            "intake",
            "closed cases",
            "SELECT count(*) FROM case_file WHERE closed_at IS NOT NULL",
            answered,
        ),
        Count("routing", "referrals", "SELECT count(*) FROM referral", rows),
        Count(
            "routing",
            "cases with a referral",
            "SELECT count(DISTINCT case_id) FROM referral WHERE round = 1",
            rows,
        ),
        Count(
            "routing",
            "acceptances",
            "SELECT count(*) FROM action WHERE refusal IS NULL AND kind = 1",
            rows,
        ),
        Count(
            "routing",
            "answers",
            "SELECT count(*) FROM action WHERE refusal IS NULL AND kind = 3",
            answered,
        ),
        Count("deadline", "clocks", "SELECT count(*) FROM clock WHERE starts_at IS NOT NULL", rows),
        Count(
            "deadline",
            "clocks that heard only of their end",
            "SELECT count(*) FROM clock WHERE starts_at IS NULL",
            0,
        ),
        Count("deadline", "ended clocks", "SELECT count(*) FROM clock WHERE ended_at IS NOT NULL", answered),
        Count(
            "notification",
            "notices that were not sent",
            "SELECT count(*) FROM notice WHERE state <> 2",
            0,
        ),
        Count("intake", "facts stated twice", twice, 0),
        Count("routing", "facts stated twice", twice, 0),
        Count("deadline", "facts stated twice", twice, 0),
        Count("notification", "facts stated twice", twice, 0),
    ]
}

/// Where the databases differ from what the rows say: anything here was lost or doubled.
pub async fn findings(postgres: &Postgres, rows: &[Row]) -> Result<Vec<String>> {
    let answered = rows.iter().filter(|row| row.closed.is_some()).count();
    let mut findings = Vec::new();
    for Count(service, what, sql, wanted) in counts(rows.len(), answered) {
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut open(postgres, service).await?).await?;
        if usize::try_from(found).ok() != Some(wanted) {
            findings.push(format!("{service} has {found} {what} instead of {wanted}"));
        }
    }
    for (service, messages) in STATED_ONCE {
        let again: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT FROM outbox.fact WHERE message = ANY($1)
                 GROUP BY message, about HAVING count(*) > 1) again",
        )
        .bind(messages)
        .fetch_one(&mut open(postgres, service).await?)
        .await?;
        if again > 0 {
            findings.push(format!("{service} stated {again} things in more than one fact"));
        }
    }
    Ok(findings)
}

/// A service's own database.
pub(super) async fn open(postgres: &Postgres, service: &str) -> Result<PgConnection> {
    let opened = PgConnection::connect(&postgres.url(service)).await;
    opened.with_context(|| format!("the database of {service} cannot be opened"))
}
