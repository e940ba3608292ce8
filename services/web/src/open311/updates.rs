//! The extension that FixMyStreet uses: what happened to the requests of a program, and what its users add to them.

use contracts::intake::{
    Case, CaseState, FeedbackVerdict, GiveFeedbackRequest, ListFiledCasesRequest, Outcome,
    RegisterContactRequest,
};
use contracts::{intake::Channel, timestamp};
use jiff::{SignedDuration, Timestamp};
use tonic::Code;

use super::filing::{citizen, request_key};
use super::key::Program;
use super::params::Params;
use super::requests::{filed, find, is_open, within};
use super::{Document, Fault, Node};
use crate::api::view::moment;
use crate::limits::Client;
use crate::state::App;

/// What a list reaches back to where no start is given: clients ask every few minutes.
const USUAL: SignedDuration = SignedDuration::from_hours(2);
/// Of older requests no updates are told.
const REQUESTS_OF: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Update {
    /// The same however often it is told.
    id: String,
    case_id: String,
    status: &'static str,
    at: Timestamp,
    description: String,
}

/// What happened within a window, oldest first.
pub(super) async fn list(app: &App, client: Client, params: &Params) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let now = app.clock.now();
    let (from, until) = params.window(now, USUAL, &app.calendar)?;
    let request = ListFiledCasesRequest {
        changed_from: Some(timestamp(from)),
        changed_until: Some(timestamp(until)),
        ..within(until.saturating_sub(REQUESTS_OF).unwrap_or(Timestamp::UNIX_EPOCH), until)
    };
    let cases = filed(app, &program, request).await?;
    let mut updates: Vec<Update> = cases.iter().flat_map(of_case).collect();
    updates.retain(|update| (from..until).contains(&update.at));
    updates.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    let node = |update: Update| {
        Node::Fields(vec![
            ("update_id", Node::Text(update.id)),
            ("service_request_id", Node::Text(update.case_id)),
            ("status", Node::text(update.status)),
            ("updated_datetime", Node::Text(app.calendar.w3c(update.at))),
            ("description", Node::Text(update.description)),
            ("media_url", Node::Nothing),
        ])
    };
    let updates = updates.into_iter().map(node).collect();
    Ok(Document { root: "service_request_updates", content: Node::Each("request_update", updates) })
}

/// What is known to have happened to a case, and when.
fn of_case(case: &Case) -> Vec<Update> {
    let update = |what: &str, status: &'static str, at: Timestamp, description: String| Update {
        id: format!("{}.{what}.{}", case.case_id, at.as_second()),
        case_id: case.case_id.clone(),
        status,
        at,
        description,
    };
    let referred = case.holders.iter().filter_map(|holder| {
        let said = format!("به {} ارجاع شد.", holder.name_fa);
        Some(update(&holder.agency, "IN_PROGRESS", moment(holder.since)?, said))
    });
    let closed = moment(case.closed_at).map(|at| match case.state() {
        CaseState::Withdrawn => {
            update("withdrawn", "CANCELLED", at, "شهروند از پیگیری انصراف داد.".to_owned())
        }
        _ => update("answered", "CLOSED", at, case.answer.clone()),
    });
    referred.chain(closed).collect()
}

/// What a user of the program says of a request: that the answer solved nothing, which opens the case again, or something
/// to add to an open one.
pub(super) async fn add(app: &App, client: Client, params: &Params) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let case = find(app, &program, params.required("service_request_id")?).await?;
    let status = params.get("status").to_ascii_uppercase();
    let opens = ["OPEN", "REOPEN"].contains(&status.as_str());
    let reopened = if opens { reopened(app, &program, &case, params).await? } else { None };
    let id = match reopened {
        Some(id) => id,
        None => {
            let request = addition(&program, case, params)?;
            app.intake.clone().register_contact(program.ask(request)).await?.into_inner().contact_id
        }
    };
    let update = Node::Fields(vec![("update_id", Node::Text(id))]);
    Ok(Document { root: "service_request_updates", content: Node::Each("request_update", vec![update]) })
}

/// Opens an answered case again; the update's id. A case that is open again may be so by this very update, whose answer was
/// lost: then it is in the same words, and nothing is done twice. None: it is something to add.
async fn reopened(
    app: &App,
    program: &Program,
    case: &Case,
    params: &Params,
) -> Result<Option<String>, Fault> {
    let is_open = is_open(case);
    if is_open && case.reopenings == 0 {
        return Ok(None);
    }
    let request = GiveFeedbackRequest {
        case: case.case_id.clone(),
        verdict: FeedbackVerdict::NotSolved.into(),
        statement: params.get("description").to_owned(),
        answer: 0,
    };
    match app.cases.clone().give_feedback(program.ask(request)).await {
        Ok(_) => Ok(Some(format!("{}.reopened.{}", case.case_id, case.reopenings + u32::from(!is_open)))),
        Err(status) if is_open && status.code() == Code::FailedPrecondition => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// Once, by the program's own number of the update, or by its content.
fn addition(program: &Program, case: Case, params: &Params) -> Result<RegisterContactRequest, Fault> {
    let number = [params.get("update_id"), params.get("update_id_ext")].concat();
    let content = if number.is_empty() { params.content() } else { format!("update {number}") };
    Ok(RegisterContactRequest {
        request_key: request_key(program, &content),
        channel: Channel::Web.into(),
        province: case.province,
        county: case.county,
        citizen: Some(citizen(params)),
        kind: case.kind,
        topic: case.topic,
        text: params.required("description")?.to_owned(),
        outcome: Outcome::AddToCase.into(),
        about_case: case.case_id,
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use contracts::intake::Holder;

    use super::*;

    #[test]
    fn an_update_is_told_under_the_same_id_and_in_words() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let holder =
            Holder {
                agency: "ea-gas".into(), name_fa: "شرکت گاز".into(), since: Some(timestamp(at(5)))
            };
        let open = Case { case_id: "c".into(), holders: vec![holder], ..Case::default() };
        let told = of_case(&open);
        assert_eq!(told, of_case(&open));
        assert_eq!((told[0].id.as_str(), told[0].status, told[0].at), ("c.ea-gas.5", "IN_PROGRESS", at(5)));
        let closed = Case {
            state: CaseState::Answered.into(),
            closed_at: Some(timestamp(at(9))),
            answer: "انجام شد".into(),
            holders: Vec::new(),
            ..open
        };
        let told = of_case(&closed);
        assert_eq!((told.len(), told[0].status, told[0].description.as_str()), (1, "CLOSED", "انجام شد"));
    }
}
