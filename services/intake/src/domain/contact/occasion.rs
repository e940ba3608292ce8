//! The occasion as the caller names it.

use contracts::intake::RegisterContactRequest;
use uuid::Uuid;

use super::{CODE_MAX, Faults};
use crate::domain::occasion::Asked;

pub(super) fn read(request: &RegisterContactRequest, faults: &mut Faults) -> Asked {
    let slot_id = Some(request.slot_id.trim()).filter(|id| !id.is_empty()).and_then(|id| {
        Uuid::try_parse(id).map_err(|_| faults.add("slot_id", "must be the id of a slot: a UUID")).ok()
    });
    let campaign = faults.line("campaign", &request.campaign, CODE_MAX);
    if !campaign.is_empty() && !request.programme.trim().is_empty() {
        faults.add("programme", "is that of the campaign: leave it empty");
    }
    let meeting = faults.line("meeting", &request.meeting, CODE_MAX);
    let scan_file = faults.line("scan_file", &request.scan_file, CODE_MAX);
    if scan_file.contains(['/', '\\']) {
        faults.add("scan_file", "must be the name of a file, without folders");
    }
    Asked { slot_id, campaign, meeting, scan_file }
}
