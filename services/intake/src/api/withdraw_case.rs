//! A citizen takes a case back before it is answered.

use chassis::Caller;
use contracts::intake::{CaseWithdrawn, WithdrawCaseRequest, WithdrawCaseResponse};
use contracts::timestamp;
use jiff::Timestamp;
use tonic::Status;

use crate::api::bad_field;
use crate::api::cases::{Cases, Refusal, lock, read_case, read_words};
use crate::api::give_feedback::told;
use crate::domain::case_file::CaseFile;
use crate::domain::contact::CaseKey;
use crate::domain::group::dissolve;
use crate::store::case_files;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

pub(crate) async fn withdraw_case(
    cases: &Cases,
    request: WithdrawCaseRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<WithdrawCaseResponse, Status> {
    let key = read_case(&request.case)?;
    let reason = read_words("reason", &request.reason, REASON_MAX)?;
    if reason.is_empty() {
        return Err(bad_field("reason", "must say why the case is taken back"));
    }
    let case = withdraw(cases, (key, caller), reason, now).await?;
    Ok(WithdrawCaseResponse {
        case_id: case.id.to_string(),
        withdrawn_at: case.closing.map(|closing| timestamp(closing.at)),
    })
}

async fn withdraw(
    cases: &Cases,
    (key, caller): (CaseKey, &Caller),
    reason: &str,
    now: Timestamp,
) -> Result<CaseFile, Refusal> {
    let mut tx = cases.store.begin().await?;
    let (mut case, mut led) = lock(&mut tx, key, caller).await?;
    if case.withdraw(reason, now).map_err(Refusal::NotNow)? {
        // Whom it led is led no more: their own referrals go on.
        dissolve(case.id, &mut led);
        let moved: Vec<&CaseFile> = led.values().chain([&case]).collect();
        case_files::save(tx.connection(), &moved).await?;
        let withdrawn = CaseWithdrawn {
            case_id: case.id.to_string(),
            province: case.province.clone(),
            county: case.county.clone(),
            topic: case.topic.clone(),
            reason: told(cases, &mut tx, &case, reason).await?,
            withdrawn_at: Some(timestamp(now)),
        };
        tx.emit(now, &withdrawn);
        tx.commit().await?;
    }
    Ok(case)
}
