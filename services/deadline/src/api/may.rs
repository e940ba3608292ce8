//! Who may ask what of clocks.

use chassis::Role::{self, Manager, Monitor, Ops};
use chassis::grpc::May;

/// Whoever works on cases: how a clock was computed is nobody's secret.
const STAFF: &[Role] = &Role::STAFF;
/// What decides for every province.
const IMPORT: &[Role] = &[Ops];
/// Who closes the offices of a province (rule 7).
const PROVINCE: &[Role] = &[Manager, Ops];
/// What only the national body withdraws, or charges to others than the agency.
const NATIONAL: &[Role] = &[Monitor, Ops];

/// Deadline's table.
pub(crate) const MAY: &[May] = &[
    May::call_unbounded("samad.deadline.v1.DeadlineService/ImportPolicies", IMPORT),
    May::call("samad.deadline.v1.DeadlineService/ListPolicies", STAFF),
    May::call("samad.deadline.v1.DeadlineService/ExplainDeadline", STAFF),
    May::call("samad.deadline.v1.DeadlineService/ListOverdue", STAFF),
    May::call("samad.deadline.v1.DeadlineService/AnnounceClosure", PROVINCE),
    May::call_unbounded("samad.deadline.v1.DeadlineService/RevokeClosure", NATIONAL),
    May::call("samad.deadline.v1.DeadlineService/ListClosures", STAFF),
    May::call_unbounded("samad.deadline.v1.DeadlineService/ImportCalendar", IMPORT),
    May::call_unbounded("samad.deadline.v1.DeadlineService/ChargeOutage", NATIONAL),
    May::call_unbounded("samad.deadline.v1.DeadlineService/RevokeOutage", NATIONAL),
];
