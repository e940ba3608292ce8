//! The item in the operator's hand becomes a contact, by the ladder (rule 3), with what the desk knows: the guidance base,
//! open cases of the same matter, answered ones of which the caller is to be asked (rule 8).

use axum::extract::State;
use axum::response::Response;
use contracts::intake::{
    AwaitedFeedback, FeedbackVerdict, FinishItemRequest, GiveFeedbackRequest, MatchedBy,
    RegisterContactResponse, SimilarCase,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::draft::Draft;
use super::frame::{Posted, away, back, said};
use super::guidance;
use super::work::{Content, HERE, shown, taken};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::state::App;

/// What was registered.
pub(super) struct Registered {
    pub title: &'static str,
    /// To be told to the citizen; empty where advice ended it.
    pub code: String,
    pub due: String,
    /// Open cases of perhaps the same matter.
    pub similar: Vec<Near>,
    /// Answered cases of which the caller has not said whether that solved the matter.
    pub to_ask: Vec<Asked>,
}

/// An open case that is like what was registered.
pub(super) struct Near {
    pub code: String,
    pub topic: String,
    pub since: String,
    pub why: String,
}

/// An answered case whose citizen is on the line.
pub(super) struct Asked {
    pub code: String,
    pub topic: String,
    pub answered: String,
}

/// Registers the contact and ends the item.
pub(super) async fn register(State(app): State<App>, posted: Posted) -> Response {
    let draft = Draft::of_form(&posted);
    let content = match registered(&app, &posted, &draft).await {
        Ok(registered) => Content { registered: Some(registered), resting: true, ..Content::default() },
        Err(status) => {
            let likely = same_matter(&status);
            let note = if likely.is_empty() {
                said(&Err::<(), _>(status)).note()
            } else {
                "پروندهٔ بازی از همین شهروند دربارهٔ همین موضوع هست: به آن بیفزایید، یا دلیل پروندهٔ تازه را بنویسید."
            };
            Content { draft, likely, note, ..Content::default() }
        }
    };
    again(&app, posted, content).await
}

/// Looks in the guidance base; what was typed stays, and what was shown is kept with the contact (rule 11).
pub(super) async fn look(State(app): State<App>, posted: Posted) -> Response {
    let mut draft = Draft::of_form(&posted);
    let content = match guidance::found(&app, &posted.staff, &draft.words).await {
        Ok(found) => {
            let found: Vec<_> = found.into_iter().map(guidance::entry).collect();
            draft.note_shown(found.iter().map(|entry| (entry.entry.clone(), entry.version)));
            Content { draft, found, ..Content::default() }
        }
        Err(status) => Content { draft, note: said(&Err::<(), _>(status)).note(), ..Content::default() },
    };
    again(&app, posted, content).await
}

/// The page; what is not done yet with the item under a new lease.
async fn again(app: &App, posted: Posted, mut content: Content) -> Response {
    if content.registered.is_none() {
        match taken(app, &posted).await {
            Ok(item) => content.item = item,
            Err(status) => return away(app, posted.staff, HERE, &status),
        }
    }
    let Posted { staff, on_behalf, .. } = posted;
    shown(app, staff, &on_behalf, content).await
}

/// What the citizen says of answers, while they are on the line (rule 8).
pub(super) async fn asked(State(app): State<App>, posted: Posted) -> Response {
    let mut done = Ok(());
    for (case, word) in posted.fields_of("word-") {
        let verdict = match word.as_str() {
            "solved" => FeedbackVerdict::Solved,
            "not_solved" => FeedbackVerdict::NotSolved,
            _ => continue,
        };
        let statement = posted.field(&format!("said-{case}"));
        let request = GiveFeedbackRequest { case, verdict: verdict.into(), statement, answer: 0 };
        // What the citizen says of the others is taken, whatever becomes of this one.
        let given = app.cases.clone().give_feedback(posted.on_behalf.ask(request)).await.map(drop);
        done = done.and(given);
    }
    back(HERE, &done)
}

/// The open cases because of which a new one needs a reason; none: that is not what is wrong.
fn same_matter(status: &Status) -> Vec<String> {
    let details =
        status.get_details_precondition_failure().filter(|_| status.code() == Code::FailedPrecondition);
    let violations = details.map(|details| details.violations).unwrap_or_default();
    violations.into_iter().map(|violation| violation.subject).collect()
}

async fn registered(app: &App, posted: &Posted, draft: &Draft) -> Result<Registered, Status> {
    let request = posted.on_behalf.ask(draft.request(posted)?);
    let made = app.intake.clone().register_contact(request).await?.into_inner();
    let RegisterContactResponse { contact_id, tracking_code, due_at, similar, to_ask, .. } = made;
    let finish = FinishItemRequest { item_id: posted.field("item"), contact_id, ..Default::default() };
    app.work.clone().finish_item(posted.on_behalf.ask(finish)).await?;
    let due = moment(due_at).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default();
    Ok(Registered {
        title: draft.registered_as(),
        code: tracking_code,
        due,
        similar: similar.into_iter().map(|case| near(app, case)).collect(),
        to_ask: to_ask.into_iter().map(|case| awaited(app, case)).collect(),
    })
}

fn near(app: &App, case: SimilarCase) -> Near {
    let why = case.matched_by().map(|by| match by {
        MatchedBy::NationalId => "همان کد ملی",
        MatchedBy::Phone => "همان تلفن",
        MatchedBy::Text => "متن همانند",
        MatchedBy::Unspecified => "",
    });
    Near {
        why: why.collect::<Vec<_>>().join("، "),
        since: moment(case.registered_at).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default(),
        topic: app.names.topic(Lang::Fa, &case.topic),
        code: case.tracking_code,
    }
}

fn awaited(app: &App, case: AwaitedFeedback) -> Asked {
    Asked {
        answered: moment(case.answered_at).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default(),
        topic: app.names.topic(Lang::Fa, &case.topic),
        code: case.tracking_code,
    }
}
