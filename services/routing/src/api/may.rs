//! Who may ask what of routing.

use chassis::Role::{self, Arbiter, Manager, Monitor, Operator, Ops, Reviewer};
use chassis::grpc::May;

/// Names that everybody reads.
const ALL: &[Role] = &Role::ALL;
/// Whoever works on cases.
const STAFF: &[Role] = &Role::STAFF;
/// What only operations may replace: it decides for every province.
const IMPORT: &[Role] = &[Ops];
/// The centre, which keeps cases going.
const CENTRE: &[Role] = &[Operator, Manager, Ops];
/// The province (rule 7).
const PROVINCE: &[Role] = &[Manager, Ops];
/// The provincial arbiter (rule 4).
const ARBITER: &[Role] = &[Arbiter, Ops];
/// Who reads answers before they count.
const REVIEWER: &[Role] = &[Reviewer, Ops];
/// An agency without an adapter.
const AGENCY: &[Role] = &[Manager, Ops];
/// Who is told how the provinces do.
const FIGURES: &[Role] = &[Manager, Arbiter, Monitor, Ops];

/// Routing's table.
pub const MAY: &[May] = &[
    May::call_unbounded("samad.routing.v1.RoutingService/ImportCatalogue", IMPORT),
    May::call("samad.routing.v1.RoutingService/ListAgencies", ALL),
    May::call("samad.routing.v1.RoutingService/ListTopics", ALL),
    May::call("samad.routing.v1.RoutingService/ListReferrals", STAFF),
    May::call("samad.routing.v1.RoutingService/ListOpenReferrals", AGENCY),
    May::call("samad.routing.v1.RoutingService/RecordAction", AGENCY),
    May::call("samad.routing.v1.RoutingService/ListDeskItems", STAFF),
    May::call("samad.routing.v1.RoutingService/AssignDeskItem", CENTRE),
    May::call("samad.routing.v1.AgencyService/GetReferral", AGENCY),
    May::call("samad.routing.v1.AgencyService/HandInAction", AGENCY),
    May::call_unbounded("samad.routing.v1.RulingService/ImportRulingPolicies", IMPORT),
    May::call("samad.routing.v1.RulingService/ListRulingPolicies", STAFF),
    May::call("samad.routing.v1.RulingService/ListExtensions", STAFF),
    May::call("samad.routing.v1.RulingService/RuleExtension", PROVINCE),
    May::call("samad.routing.v1.RulingService/ListDocumentRequests", STAFF),
    May::call("samad.routing.v1.RulingService/RecordDocuments", CENTRE),
    May::call("samad.routing.v1.RulingService/ListArbitrations", STAFF),
    May::call("samad.routing.v1.RulingService/RuleArbitration", ARBITER),
    May::call("samad.routing.v1.RulingService/ListHeldAnswers", STAFF),
    May::call("samad.routing.v1.RulingService/ReviewAnswer", REVIEWER),
    May::call("samad.routing.v1.RulingService/ReferCase", CENTRE),
    May::call("samad.routing.v1.RulingService/GetReturnFigures", FIGURES),
];
