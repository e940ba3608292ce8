//! For the operator who registers a contact: open cases of the same caller or of an alike text, and answered ones of
//! which the caller is to be asked.

use std::collections::BTreeMap;

use anyhow::Result;
use contracts::intake::{AwaitedFeedback, SimilarCase};
use contracts::timestamp;
use outbox::Tx;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, PreconditionViolation, StatusExt as _};

use crate::api::record_batch::Registration;
use crate::domain::contact::{Contact, Ending};
use crate::domain::desk::{DeskPolicy, governing};
use crate::domain::matter::{Awaited, Found, Similar, similar, to_ask};
use crate::store;

/// Said of a new case that needs a reason.
pub(crate) const SAME_MATTER: &str = "must say why this is another matter than that of an open case";

/// What the operator is told beside the registration.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Open cases of perhaps the same matter.
    pub similar: Vec<Similar>,
    /// Answered cases whose citizen calls: ask whether that solved the matter (rule 8).
    pub to_ask: Vec<Awaited>,
}

/// Hints by the request keys of the contacts that they are for.
pub(crate) type HintsByKey<'a> = BTreeMap<&'a str, Hints>;

/// What was found for the contacts of a batch somebody waits for.
pub(crate) struct Look<'a> {
    /// The version of the rules, asked in the same round trip.
    pub rules_version: i64,
    found: Vec<(&'a Contact, Vec<Found>)>,
}

/// Looks for all of them in one query.
pub(crate) async fn look<'a>(
    tx: &mut Tx,
    requests: impl Iterator<Item = &'a Registration>,
) -> Result<Look<'a>> {
    let looking: Vec<&Registration> = requests.filter(|request| request.looks).collect();
    let traces: Vec<_> = looking.iter().map(|request| &request.traces).collect();
    let (rules_version, cases) = store::matters::found(tx.connection(), &traces).await?;
    let mut found: BTreeMap<usize, Vec<Found>> = BTreeMap::new();
    for (place, case) in cases {
        found.entry(place).or_default().push(case);
    }
    let found = found.into_iter().filter_map(|(place, found)| Some((&looking.get(place)?.contact, found)));
    Ok(Look { rules_version, found: found.collect() })
}

impl<'a> Look<'a> {
    /// What the operators are told, by these policies.
    pub(crate) fn hints(self, policies: &[DeskPolicy]) -> HintsByKey<'a> {
        let found = self.found.into_iter();
        found
            .map(|(contact, found)| (contact.request_key.as_str(), hints(contact, found, policies)))
            .collect()
    }
}

fn hints(contact: &Contact, found: Vec<Found>, policies: &[DeskPolicy]) -> Hints {
    let (mut open, mut awaited) = (Vec::new(), Vec::new());
    for case in found {
        match case {
            Found::Open(case) => open.push(case),
            Found::Awaited(case) => awaited.push(case),
        }
    }
    // Only what would become a new case can be of the same matter.
    let similar = if contact.ending == Ending::Registered {
        let policy = governing(policies, &contact.province, contact.recorded_at);
        similar(&contact.topic, &contact.text, open, &policy)
    } else {
        Vec::new()
    };
    Hints { similar, to_ask: to_ask(awaited, contact.recorded_at) }
}

/// The cases of which the caller is to be asked, as the operator sees them.
pub(crate) fn present_awaited(awaited: Vec<Awaited>) -> Vec<AwaitedFeedback> {
    let present = |case: Awaited| AwaitedFeedback {
        case_id: case.case_id.to_string(),
        tracking_code: case.tracking_code,
        topic: case.topic,
        answered_at: Some(timestamp(case.answered_at)),
        feedback_until: Some(timestamp(case.feedback_until)),
    };
    awaited.into_iter().map(present).collect()
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
