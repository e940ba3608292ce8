//! The door to managers, points and evaluations: one file an RPC.

mod file_rebuttal;
mod get_evaluation;
mod get_evidence;
pub mod import_evaluation_rules;
mod import_managers;
mod list_deductions;
mod list_managers;
mod rule_rebuttal;

use std::sync::Arc;

use contracts::audit::evaluation_service_server::EvaluationService;
use contracts::audit::{
    FileRebuttalRequest, FileRebuttalResponse, GetEvaluationRequest, GetEvaluationResponse,
    GetEvidenceRequest, GetEvidenceResponse, ImportEvaluationRulesRequest, ImportEvaluationRulesResponse,
    ImportManagersRequest, ImportManagersResponse, ListDeductionsRequest, ListDeductionsResponse,
    ListManagersRequest, ListManagersResponse, RuleRebuttalRequest, RuleRebuttalResponse,
};
use jalali::Tehran;
use outbox::Store;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Refusal;
use crate::domain::days::Days;
use crate::domain::rebuttal::No;

/// Answers what is asked of managers and their points, and takes what is told of them.
#[derive(Clone)]
pub struct EvaluationDoor {
    store: Store,
    tehran: Tehran,
    days: Days,
    readings: Arc<Semaphore>,
}

/// Evaluations at once: each reads the whole ledger.
const MAX_READINGS: usize = 2;

impl EvaluationDoor {
    /// A door to `store`.
    #[must_use]
    pub fn new(store: &Store, tehran: &Tehran, days: &Days) -> Self {
        let readings = Arc::new(Semaphore::new(MAX_READINGS));
        Self { store: store.clone(), tehran: tehran.clone(), days: days.clone(), readings }
    }
}

impl From<No> for Refusal {
    fn from(no: No) -> Self {
        match no {
            No::Fault(fault) => fault.into(),
            No::Said(message) => Refusal::Exists(message),
            No::Late(message) => Refusal::Precondition(message),
        }
    }
}

fn deduction_id(text: &str) -> Result<Uuid, Refusal> {
    text.parse().map_err(|_| Refusal::Invalid { field: "deduction_id", message: "must be a UUID" })
}

macro_rules! rpcs {
    ($($rpc:ident($request:ty) -> $response:ty $(, of $province:ident)? $(, by $signer:ident)? $(, for $caller:ident)?;)*) => {
        #[tonic::async_trait]
        impl EvaluationService for EvaluationDoor {
            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                chassis::grpc::continue_trace(request.metadata());
                $(let request = chassis::grpc::narrowed(request, |asked| &mut asked.$province)?;)?
                $(let request = chassis::grpc::signed(request, |asked| &mut asked.$signer)?;)?
                $(let $caller = chassis::grpc::caller(&request)?;)?
                Ok(Response::new($rpc::$rpc(self, request.into_inner() $(, &$caller)?).await?))
            })*
        }
    };
}

rpcs! {
    import_managers(ImportManagersRequest) -> ImportManagersResponse;
    list_managers(ListManagersRequest) -> ListManagersResponse;
    import_evaluation_rules(ImportEvaluationRulesRequest) -> ImportEvaluationRulesResponse;
    list_deductions(ListDeductionsRequest) -> ListDeductionsResponse, of province;
    file_rebuttal(FileRebuttalRequest) -> FileRebuttalResponse, by filed_by, for caller;
    rule_rebuttal(RuleRebuttalRequest) -> RuleRebuttalResponse, by ruled_by;
    get_evaluation(GetEvaluationRequest) -> GetEvaluationResponse, of province;
    get_evidence(GetEvidenceRequest) -> GetEvidenceResponse, for caller;
}
