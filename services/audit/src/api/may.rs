//! Who may ask what of the ledger, the figures and the evaluation.

use chassis::Role::{self, Manager, Monitor, Ops, Service};
use chassis::grpc::May;

/// What a witness needs to trust nobody.
const ALL: &[Role] = &Role::ALL;
/// Who is told how a province does; the live page shows the country.
const FIGURES: &[Role] = &[Manager, Monitor, Ops, Service];
/// Who holds agencies to account (rule 10).
const ACCOUNT: &[Role] = &[Manager, Monitor, Ops];
/// The national body and operations: a case in the ledger is of no one province.
const NATIONAL: &[Role] = &[Monitor, Ops];
/// What decides for every province.
const IMPORT: &[Role] = &[Ops];

/// Audit's table.
pub const MAY: &[May] = &[
    May::call("samad.audit.v1.AuditService/GetFigures", FIGURES),
    May::call("samad.audit.v1.AuditService/ListDailyFigures", FIGURES),
    May::call_unbounded("samad.audit.v1.AuditService/VerifyLedger", NATIONAL),
    May::call("samad.audit.v1.AuditService/GetCheckpoint", ALL),
    May::call("samad.audit.v1.AuditService/ProveInclusion", ALL),
    May::call("samad.audit.v1.AuditService/ProveConsistency", ALL),
    May::call_unbounded("samad.audit.v1.AuditService/GetTimeline", &Role::STAFF),
    May::call("samad.audit.v1.ReportService/BuildReport", ACCOUNT),
    May::call_unbounded("samad.audit.v1.EvaluationService/ImportManagers", IMPORT),
    May::call("samad.audit.v1.EvaluationService/ListManagers", ACCOUNT),
    May::call_unbounded("samad.audit.v1.EvaluationService/ImportEvaluationRules", IMPORT),
    May::call("samad.audit.v1.EvaluationService/ListDeductions", ACCOUNT),
    May::call("samad.audit.v1.EvaluationService/FileRebuttal", ACCOUNT),
    May::call_unbounded("samad.audit.v1.EvaluationService/RuleRebuttal", NATIONAL),
    May::call("samad.audit.v1.EvaluationService/GetEvaluation", ACCOUNT),
    May::call("samad.audit.v1.EvaluationService/GetEvidence", ACCOUNT),
];
