//! The cases that a program filed, as GeoReport shows them. Their ids are not the citizens' tracking codes: whoever reads a
//! list can neither speak for a citizen nor open their page.

use contracts::intake::{Case, CaseState, ListFiledCasesRequest};
use contracts::{CaseId, timestamp};
use jiff::{SignedDuration, Timestamp};

use super::key::Program;
use super::params::Params;
use super::{Document, Fault, Node};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::limits::Client;
use crate::state::App;

/// Requests of a list at most, as GeoReport says.
const MOST: usize = 1_000;
/// Cases that intake is asked for at once.
const PAGE: u32 = 100;
/// What a list reaches back to where no start is given.
const USUAL: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Those of a window, or those that are named.
pub(super) async fn list(app: &App, client: Client, params: &Params) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let case_ids = params.list("service_request_id");
    let request = if case_ids.is_empty() {
        let (from, until) = params.window(app.clock.now(), USUAL, &app.calendar)?;
        ListFiledCasesRequest {
            topics: params.list("service_code"),
            open: status(params)?,
            ..within(from, until)
        }
    } else {
        named(app, case_ids)?
    };
    let cases = filed(app, &program, request).await?;
    Ok(shown(app, &cases))
}

/// One, in an array of one.
pub(super) async fn one(app: &App, client: Client, id: &str, params: &Params) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let case = find(app, &program, id).await?;
    Ok(shown(app, &[case]))
}

/// The request that a token stands for. We give none, so each stands for itself.
pub(super) async fn of_token(
    app: &App,
    client: Client,
    token: &str,
    params: &Params,
) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let case = find(app, &program, token).await?;
    let request = vec![("token", Node::text(token)), ("service_request_id", Node::Text(case.case_id))];
    Ok(Document { root: "service_requests", content: Node::Each("request", vec![Node::Fields(request)]) })
}

/// The case with this id, if this program filed it.
pub(super) async fn find(app: &App, program: &Program, id: &str) -> Result<Case, Fault> {
    let request = named(app, vec![id.to_owned()])?;
    filed(app, program, request).await?.pop().ok_or_else(|| Fault::not_found("service_request_id"))
}

/// The program's cases, at most as many as a list holds.
pub(super) async fn filed(
    app: &App,
    program: &Program,
    mut request: ListFiledCasesRequest,
) -> Result<Vec<Case>, Fault> {
    request.page_size = PAGE;
    let mut cases = Vec::new();
    while cases.len() < MOST {
        let page = app.sources.clone().list_filed_cases(program.ask(request.clone())).await?.into_inner();
        cases.extend(page.cases);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    Ok(cases)
}

/// Everything registered in a span.
pub(super) fn within(from: Timestamp, until: Timestamp) -> ListFiledCasesRequest {
    ListFiledCasesRequest { from: Some(timestamp(from)), until: Some(timestamp(until)), ..Default::default() }
}

fn named(app: &App, case_ids: Vec<String>) -> Result<ListFiledCasesRequest, Fault> {
    if case_ids.len() > MOST || case_ids.iter().any(|id| id.parse::<CaseId>().is_err()) {
        return Err(Fault::not_found("service_request_id"));
    }
    let until = app.clock.now().saturating_add(USUAL).unwrap_or(Timestamp::MAX);
    Ok(ListFiledCasesRequest { case_ids, ..within(Timestamp::UNIX_EPOCH, until) })
}

/// Open, closed or both.
fn status(params: &Params) -> Result<Option<bool>, Fault> {
    match params.list("status").iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["open", "closed"] | ["closed", "open"] => Ok(None),
        ["open"] => Ok(Some(true)),
        ["closed"] => Ok(Some(false)),
        _ => Err(Fault::bad("status must be open or closed")),
    }
}

fn shown(app: &App, cases: &[Case]) -> Document {
    let requests = cases.iter().map(|case| present(app, case)).collect();
    Document { root: "service_requests", content: Node::Each("request", requests) }
}

fn present(app: &App, case: &Case) -> Node {
    let text = |text: &str| Node::text(text);
    let at = |moment: Option<Timestamp>| moment.map_or(Node::Nothing, |at| Node::Text(app.calendar.w3c(at)));
    let registered_at = moment(case.registered_at);
    let since = case.holders.iter().filter_map(|holder| moment(holder.since));
    let updated_at = since.chain(moment(case.closed_at)).chain(registered_at).max();
    let agencies: Vec<&str> = case.holders.iter().map(|holder| holder.name_fa.as_str()).collect();
    Node::Fields(vec![
        ("service_request_id", text(&case.case_id)),
        ("status", text(if is_open(case) { "open" } else { "closed" })),
        ("status_notes", text(notes(case))),
        ("service_name", Node::Text(app.names.topic(Lang::Fa, &case.topic))),
        ("service_code", text(&case.topic)),
        ("description", text(&case.statement)),
        ("agency_responsible", Node::Text(agencies.join("، "))),
        ("service_notice", Node::Nothing),
        ("requested_datetime", at(registered_at)),
        ("updated_datetime", at(updated_at)),
        ("expected_datetime", at(moment(case.due_at))),
        ("address", text(&case.place)),
        ("address_id", Node::Nothing),
        ("zipcode", Node::Nothing),
        ("lat", Node::Nothing),
        ("long", Node::Nothing),
        ("media_url", Node::Nothing),
    ])
}

/// Whether something of it is still to come.
pub(super) fn is_open(case: &Case) -> bool {
    case.closed_at.is_none()
}

/// Where it stands, in the answer's words once there is one.
fn notes(case: &Case) -> &str {
    match case.state() {
        CaseState::Answered => &case.answer,
        CaseState::Withdrawn => "شهروند از پیگیری انصراف داد.",
        CaseState::Referred => "به دستگاه مسئول ارجاع شد.",
        CaseState::Accepted => "دستگاه مسئول در حال رسیدگی است.",
        CaseState::Reopened => "پاسخ کافی نبود و پرونده دوباره باز شد.",
        CaseState::Registered | CaseState::Unspecified => "ثبت شد.",
    }
}
