//! The same matter again: open cases of the same caller or of an alike text, for the operator who registers a contact.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::intake::SimilarCase;
use contracts::timestamp;
use outbox::Tx;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, PreconditionViolation, StatusExt as _};

use crate::api::record_batch::Registration;
use crate::domain::contact::Ending;
use crate::domain::desk::governing;
use crate::domain::ladder::Known;
use crate::domain::matter::{Candidate, Similar, similar};
use crate::store;

/// Said of a new case that needs a reason.
pub(crate) const SAME_MATTER: &str = "must say why this is another matter than that of an open case";

/// Open cases by the request keys of the contacts that speak of them.
pub(crate) type SimilarByKey<'a> = BTreeMap<&'a str, Vec<Similar>>;

/// What is found for the new cases of a batch somebody waits for: one query for all of them, none without any.
pub(crate) async fn look<'a>(
    tx: &mut Tx,
    requests: impl Iterator<Item = &'a Registration>,
    known: &mut Known,
) -> Result<SimilarByKey<'a>> {
    let looking: Vec<&Registration> =
        requests.filter(|request| request.looks && request.contact.ending == Ending::Registered).collect();
    if looking.is_empty() {
        return Ok(BTreeMap::new());
    }
    if known.policies.is_empty() {
        known.policies = store::desk::policies(tx.connection()).await?;
    }
    let traces: Vec<_> = looking.iter().map(|request| &request.traces).collect();
    let mut found: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for (place, candidate) in store::matters::candidates(tx.connection(), &traces).await? {
        found.entry(place).or_default().push(candidate);
    }
    let matters = found.into_iter().filter_map(|(place, candidates)| {
        let contact = &looking.get(place)?.contact;
        let policy = governing(&known.policies, &contact.province, contact.recorded_at);
        Some((contact.request_key.as_str(), similar(&contact.topic, &contact.text, candidates, &policy)))
    });
    Ok(matters.collect())
}

/// The cases as the operator sees them.
pub(crate) fn present(similar: Vec<Similar>) -> Vec<SimilarCase> {
    let present = |similar: Similar| SimilarCase {
        likely: similar.is_likely(),
        case_id: similar.case.case_id.to_string(),
        tracking_code: similar.case.tracking_code,
        state: similar.case.state.into(),
        topic: similar.case.topic,
        registered_at: Some(timestamp(similar.case.registered_at)),
        matched_by: similar.why.into_iter().map(|why| why as i32).collect(),
    };
    similar.into_iter().map(present).collect()
}

/// A new case needs a reason: names the cases that are likely of the same matter, one violation each.
pub(crate) fn needs_reason(similar: &[Similar]) -> Status {
    let likely = similar.iter().filter(|similar| similar.is_likely());
    let violation = |similar: &Similar| {
        let description = "is open and likely of the same matter: add to it, or say why it is another";
        PreconditionViolation::new("same_matter", &similar.case.tracking_code, description)
    };
    let violations: Vec<PreconditionViolation> = likely.map(violation).collect();
    let codes: Vec<&str> = violations.iter().map(|violation| violation.subject.as_str()).collect();
    let sentence = format!("new_case_reason: {SAME_MATTER} ({}), or add to that case", codes.join(", "));
    let details = ErrorDetails::with_precondition_failure(violations);
    Status::with_error_details(Code::FailedPrecondition, sentence, details)
}
