//! What the services answer after the faults, over gRPC, against what the rows say.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result};
use bus::{Bus, Feed};
use contracts::audit::VerifyLedgerRequest;
use contracts::intake::ListCasesRequest;
use contracts::notification::{ListNoticesRequest, NoticeState};
use contracts::ops::ListDeadLettersRequest;

use super::unreadable::HEARERS;
use crate::doors::Doors;

/// As many cases as one page may hold.
const PAGE: u32 = 500;
/// How long adapters may take to be given again what a crashed one held: the broker waits 30 s.
const PATIENCE: Duration = Duration::from_secs(150);

/// The services' word on cases and notices, dead letters and the ledger: anything here was lost or doubled.
pub async fn findings(doors: &Doors, rows: usize, unreadable: &str) -> Result<Vec<String>> {
    let mut findings = cases_and_notices(doors, rows).await?;
    findings.extend(dead_letters(doors, unreadable).await?);
    findings.extend(ledger(doors).await?);
    Ok(findings)
}

/// Every page of cases; the notices of those on the first.
async fn cases_and_notices(doors: &Doors, rows: usize) -> Result<Vec<String>> {
    let (mut seen, mut findings, mut page_token) = (HashSet::new(), Vec::new(), String::new());
    loop {
        let request = ListCasesRequest { page_size: PAGE, page_token, ..Default::default() };
        let page = doors.intake().list_cases(request).await?.into_inner();
        for case in &page.cases {
            if !seen.insert(case.case_id.clone()) {
                findings.push(format!("intake lists the case {} twice", case.case_id));
            }
        }
        if seen.len() == page.cases.len() {
            for case in &page.cases {
                findings.extend(notices(doors, &case.case_id).await?);
            }
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    if seen.len() != rows {
        findings.push(format!("intake lists {} cases instead of {rows}", seen.len()));
    }
    Ok(findings)
}

async fn notices(doors: &Doors, case_id: &str) -> Result<Option<String>> {
    let request = ListNoticesRequest { case_id: case_id.to_owned(), ..Default::default() };
    let notices = doors.notification().list_notices(request).await?.into_inner().notices;
    let templates: HashSet<&str> = notices.iter().map(|notice| notice.template.as_str()).collect();
    let all_sent = notices.iter().all(|notice| notice.state() == NoticeState::Sent);
    let whole = all_sent
        && templates.len() == notices.len()
        && ["registered", "referred"].iter().all(|t| templates.contains(t));
    Ok((!whole).then(|| format!("the notices of the case {case_id} are {templates:?} of {}", notices.len())))
}

/// The unreadable message, once with everyone who heard it, with the reason; and nothing else.
async fn dead_letters(doors: &Doors, unreadable: &str) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (service, mut door) in doors.ops() {
        let letters = door.list_dead_letters(ListDeadLettersRequest::default()).await?.into_inner().letters;
        let ids: Vec<&str> = letters.iter().map(|letter| letter.fact_id.as_str()).collect();
        let wanted: &[&str] = if HEARERS.contains(&service) { &[unreadable] } else { &[] };
        if ids != wanted {
            findings.push(format!("{service} has the dead letters {ids:?} instead of {wanted:?}"));
        }
        if letters.iter().any(|letter| letter.reason.is_empty() || letter.attempts == 0) {
            findings.push(format!("{service} has a dead letter without a reason"));
        }
    }
    Ok(findings)
}

async fn ledger(doors: &Doors) -> Result<Vec<String>> {
    let mut answers = doors.audit().verify_ledger(VerifyLedgerRequest {}).await?.into_inner();
    let mut result = None;
    while let Some(answer) = answers.message().await? {
        result = answer.result.or(result);
    }
    let result = result.context("audit ended the verification without a result")?;
    Ok(result
        .faults
        .iter()
        .map(|fault| format!("the ledger: leaf {}: {}", fault.index, fault.message))
        .collect())
}

/// Waits until the adapters have acknowledged everything; what is left after 150 s.
pub async fn unacknowledged(bus: &Bus, agencies: &[String]) -> Result<Vec<String>> {
    let started = tokio::time::Instant::now();
    loop {
        let mut findings = Vec::new();
        for agency in agencies {
            let lag = Feed::lag(bus, "routing", agency).await?;
            if lag.waiting + lag.in_hand > 0 {
                findings.push(format!("{} referrals still lie at {agency}", lag.waiting + lag.in_hand));
            }
        }
        if findings.is_empty() || started.elapsed() > PATIENCE {
            return Ok(findings);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
