//! Many contacts in one stream: a trip's letters, a province that was cut off.

use chassis::Caller;
use contracts::intake::{
    RefusedRow, RegisterContactRequest, RegisterContactsRequest, RegisterContactsResponse, RegisteredRow,
};
use jiff::Timestamp;
use tonic::{Status, Streaming};

use crate::api::record_batch::Answer;
use crate::api::register_contact::{KEY_TAKEN, registration};
use crate::api::same_matter::SAME_MATTER;
use crate::api::{Door, bad_field, not_done};
use crate::domain::contact::Fault;

/// Most contacts of one call.
const MOST: usize = 10_000;
/// Contacts committed together at most before more of the stream is read: bounds what a call holds in memory.
const CHUNK: usize = 1_000;

/// What was taken before a failure stays taken: repeating the call with the same keys returns the same rows.
pub(crate) async fn register_contacts(
    door: &Door,
    caller: &Caller,
    mut stream: Streaming<RegisterContactsRequest>,
    now: Timestamp,
) -> Result<RegisterContactsResponse, Status> {
    let mut response = RegisterContactsResponse::default();
    let mut waiting: Vec<RegisterContactRequest> = Vec::new();
    let mut taken = 0;
    while let Some(message) = stream.message().await? {
        waiting.extend(message.contacts);
        if taken + waiting.len() > MOST {
            return Err(bad_field(
                "contacts",
                format!("more than {MOST} in one call: send the rest in another"),
            ));
        }
        if waiting.len() >= CHUNK {
            let chunk = std::mem::take(&mut waiting);
            let first = taken;
            taken += chunk.len();
            register(door, caller, chunk, first, now, &mut response).await?;
        }
    }
    register(door, caller, waiting, taken, now, &mut response).await?;
    response.refused.sort_by_key(|refused| refused.row);
    Ok(response)
}

/// Registers a chunk whose first contact is `first` in the stream.
async fn register(
    door: &Door,
    caller: &Caller,
    chunk: Vec<RegisterContactRequest>,
    first: usize,
    now: Timestamp,
    response: &mut RegisterContactsResponse,
) -> Result<(), Status> {
    let (mut rows, mut registrations) = (Vec::new(), Vec::new());
    for (place, mut request) in chunk.into_iter().enumerate() {
        let row = u32::try_from(first + place).unwrap_or(u32::MAX);
        match caller.sees(&request.province).map(str::to_owned) {
            Ok(province) => request.province = province,
            Err(outside) => {
                response
                    .refused
                    .push(refused(row, &[Fault { field: "province", reason: outside.to_string() }]));
                continue;
            }
        }
        match registration(&door.sealer, &request, caller, door.moment_of(&request, now)) {
            Ok(registration) => {
                rows.push(row);
                registrations.push(registration);
            }
            Err(faults) => response.refused.push(refused(row, &faults)),
        }
    }
    for (row, answer) in rows.into_iter().zip(door.gather.ask_all(registrations).await) {
        match answer.map_err(not_done)? {
            Answer::Registered(kept, _) => {
                let (case_id, tracking_code) =
                    kept.case.map(|(id, code, _)| (id.to_string(), code.to_string())).unwrap_or_default();
                response.registered += 1;
                response.rows.push(RegisteredRow {
                    row,
                    contact_id: kept.contact_id.to_string(),
                    case_id,
                    tracking_code,
                });
            }
            Answer::Refused(fault) => response.refused.push(refused(row, &[fault])),
            // Rows are not looked for; one may share its key with a single call of the same moment.
            Answer::SameMatter(_) => response.refused.push(RefusedRow {
                row,
                field: "new_case_reason".into(),
                reason: SAME_MATTER.into(),
            }),
            Answer::KeyTaken => {
                response.refused.push(RefusedRow {
                    row,
                    field: "request_key".into(),
                    reason: KEY_TAKEN.into(),
                });
            }
        }
    }
    Ok(())
}

/// One line a row: the first field at fault, and every reason.
fn refused(row: u32, faults: &[Fault]) -> RefusedRow {
    let field = faults.first().map(|fault| fault.field.to_owned()).unwrap_or_default();
    let reason = match faults {
        [only] => only.reason.clone(),
        many => many
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.reason))
            .collect::<Vec<_>>()
            .join("; "),
    };
    RefusedRow { row, field, reason }
}
