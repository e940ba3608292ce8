//! A gRPC server under intake's contract whose answer each test chooses by the request's topic or code.

use contracts::intake::case_service_server::CaseService;
use contracts::intake::intake_service_server::IntakeService;
use contracts::intake::*;
use contracts::ops::ops_service_server::OpsService;
use contracts::ops::*;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The free digits of the case that [`Answers`] knows.
pub const KNOWN: u64 = 123_456_789;

/// The free digits of an answered case that [`Answers`] knows.
pub const ANSWERED: u64 = 223_456_789;

pub struct Answers;

#[tonic::async_trait]
impl CaseService for Answers {
    async fn withdraw_case(
        &self,
        _: Request<WithdrawCaseRequest>,
    ) -> Result<Response<WithdrawCaseResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn group_cases(
        &self,
        _: Request<GroupCasesRequest>,
    ) -> Result<Response<GroupCasesResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    /// Opens the answered case again, unless it was solved; no other case was answered.
    async fn give_feedback(
        &self,
        request: Request<GiveFeedbackRequest>,
    ) -> Result<Response<GiveFeedbackResponse>, Status> {
        let said = request.into_inner();
        let outcome = match (said.case == code(ANSWERED), said.verdict(), said.statement.as_str()) {
            (false, ..) if said.case == code(KNOWN) => {
                return Err(Status::failed_precondition("not answered"));
            }
            (false, ..) => return Err(Status::not_found("no case")),
            (true, FeedbackVerdict::NotSolved, "باز هم\nتاریک است") => FeedbackOutcome::Reopened,
            (true, ..) => FeedbackOutcome::Kept,
        };
        let outcome = outcome.into();
        Ok(Response::new(GiveFeedbackResponse { case_id: "case".into(), outcome, ..Default::default() }))
    }
}

fn code(free: u64) -> String {
    contracts::TrackingCode::from_random(free).to_string()
}

#[tonic::async_trait]
impl IntakeService for Answers {
    async fn register_contact(
        &self,
        request: Request<RegisterContactRequest>,
    ) -> Result<Response<RegisterContactResponse>, Status> {
        let contact = request.into_inner();
        match contact.topic.as_str() {
            "bad" => {
                let mut details = ErrorDetails::new();
                details.add_bad_request_violation("citizen.national_id", "the check digit is wrong");
                details.add_bad_request_violation("request_key", "8 to 128 characters");
                Err(Status::with_error_details(Code::InvalidArgument, "bad fields", details))
            }
            "reused" => Err(Status::already_exists("another content")),
            "again" if contact.new_case_reason.is_empty() => {
                let mut details = ErrorDetails::new();
                details.add_precondition_failure_violation("same_matter", "1234567897", "is open");
                Err(Status::with_error_details(Code::FailedPrecondition, "needs a reason", details))
            }
            "busy" => Err(Status::resource_exhausted("queue is full")),
            "broken" => Err(Status::internal("relation contacts does not exist")),
            _ => Ok(Response::new(RegisterContactResponse {
                // Shows the test what arrived.
                contact_id: format!("{}|{}|{}", contact.province, contact.centre, contact.request_key),
                case_id: if contact.outcome() == Outcome::Guidance {
                    String::new()
                } else {
                    "case".to_owned()
                },
                tracking_code: String::new(),
                due_at: Some(contracts::timestamp("2025-10-12T08:00:00Z".parse().unwrap())),
                ..Default::default()
            })),
        }
    }

    async fn get_case(&self, request: Request<GetCaseRequest>) -> Result<Response<GetCaseResponse>, Status> {
        let tracking_code = match request.into_inner().key {
            Some(get_case_request::Key::TrackingCode(asked))
                if [code(KNOWN), code(ANSWERED)].contains(&asked) =>
            {
                asked
            }
            _ => return Err(Status::not_found("no case")),
        };
        let answered = tracking_code == code(ANSWERED);
        let at = |text: &str| Some(contracts::timestamp(text.parse().unwrap()));
        Ok(Response::new(GetCaseResponse {
            case: Some(Case {
                case_id: "case".to_owned(),
                tracking_code,
                province: "fars".to_owned(),
                county: "shiraz".to_owned(),
                topic: "power.streetlight".to_owned(),
                kind: Kind::Complaint.into(),
                state: if answered { CaseState::Answered } else { CaseState::Accepted }.into(),
                answer: if answered { "چراغ تعویض شد".to_owned() } else { String::new() },
                feedback_until: at("2125-10-12T08:00:00Z").filter(|_| answered),
                statement: "planted-statement".to_owned(),
                masked_national_id: "001****789".to_owned(),
                registered_at: at("2025-09-27T08:00:00Z"),
                due_at: at("2025-10-12T08:00:00Z"),
                holders: vec![Holder {
                    agency: "shiraz-municipality".to_owned(),
                    name_fa: "شهرداری شیراز <b>".to_owned(),
                    since: at("2025-09-28T08:00:00Z"),
                }],
                ..Case::default()
            }),
        }))
    }

    async fn register_contacts(
        &self,
        _: Request<Streaming<RegisterContactsRequest>>,
    ) -> Result<Response<RegisterContactsResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn list_cases(&self, _: Request<ListCasesRequest>) -> Result<Response<ListCasesResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn find_cases_by_citizen(
        &self,
        _: Request<FindCasesByCitizenRequest>,
    ) -> Result<Response<FindCasesByCitizenResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }
}

#[tonic::async_trait]
impl OpsService for Answers {
    async fn get_flow(&self, _: Request<GetFlowRequest>) -> Result<Response<GetFlowResponse>, Status> {
        Ok(Response::new(GetFlowResponse {
            service: "intake".to_owned(),
            published: 4_321,
            consumers: vec![ConsumerFlow {
                stream: "ROUTING".to_owned(),
                consumer: "intake".to_owned(),
                waiting: 7,
                in_hand: 2,
            }],
            ..GetFlowResponse::default()
        }))
    }

    async fn list_dead_letters(
        &self,
        _: Request<ListDeadLettersRequest>,
    ) -> Result<Response<ListDeadLettersResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn get_dead_letter(
        &self,
        _: Request<GetDeadLetterRequest>,
    ) -> Result<Response<GetDeadLetterResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn replay_dead_letter(
        &self,
        _: Request<ReplayDeadLetterRequest>,
    ) -> Result<Response<ReplayDeadLetterResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn replay_outbox(
        &self,
        _: Request<ReplayOutboxRequest>,
    ) -> Result<Response<ReplayOutboxResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }
}
