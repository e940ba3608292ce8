//! `/staff/work/register`: the item in the operator's hand becomes a contact, by the ladder (rule 3).

use axum::extract::State;
use axum::response::Response;
use contracts::intake::{
    Channel, Citizen, EntryVersion, FinishItemRequest, GuidanceRung, Kind, Outcome, RegisterContactRequest,
    WorkItem,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::frame::{Posted, away, said};
use super::work::{Content, HERE, shown, taken};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::state::App;

/// What the operator has typed so far.
#[derive(Default)]
pub(super) struct Draft {
    pub kind: String,
    pub topic: String,
    pub county: String,
    pub place: String,
    pub text: String,
    pub name: String,
    pub national_id: String,
    pub phone: String,
    pub outcome: String,
    pub entry: String,
    pub new_case_reason: String,
}

/// What was registered.
pub(super) struct Registered {
    /// To be told to the citizen; empty where advice ended it.
    pub code: String,
    pub due: String,
}

impl Draft {
    /// The first one for an item: who called is called back.
    pub fn of_item(item: Option<&WorkItem>) -> Self {
        Draft { phone: item.map(|item| item.caller.clone()).unwrap_or_default(), ..Draft::default() }
    }

    fn of_form(posted: &Posted) -> Self {
        let digits = |name| jalali::digits::latin(&posted.field(name));
        Draft {
            kind: posted.field("kind"),
            topic: posted.field("topic"),
            county: posted.field("county"),
            place: posted.field("place"),
            text: posted.field("text"),
            name: posted.field("name"),
            national_id: digits("national_id"),
            phone: digits("phone"),
            outcome: posted.field("outcome"),
            entry: posted.field("entry"),
            new_case_reason: posted.field("new_case_reason"),
        }
    }

    /// The rungs of the ladder as the form names them.
    fn outcome(&self) -> Option<(Outcome, GuidanceRung)> {
        match self.outcome.as_str() {
            "register" => Some((Outcome::Register, GuidanceRung::Unspecified)),
            "information" => Some((Outcome::Guidance, GuidanceRung::Information)),
            "beyond_capacity" => Some((Outcome::Guidance, GuidanceRung::BeyondCapacity)),
            "unlawful" => Some((Outcome::Guidance, GuidanceRung::Unlawful)),
            _ => None,
        }
    }
}

/// Registers the contact and ends the item. The item's id makes it repeatable.
pub(super) async fn register(State(app): State<App>, posted: Posted) -> Response {
    let draft = Draft::of_form(&posted);
    let done = registered(&app, &posted, &draft).await;
    let content = match done {
        Ok(registered) => Content { registered: Some(registered), resting: true, ..Content::default() },
        Err(status) => {
            // What was typed stays, with the item under a new lease.
            let item = match taken(&app, &posted).await {
                Ok(item) => item,
                Err(status) => return away(&app, posted.staff, HERE, &status),
            };
            let note = if is_same_matter(&status) {
                "پروندهٔ بازی از همین شهروند دربارهٔ همین موضوع هست: اگر پروندهٔ تازه لازم است، دلیل آن را بنویسید."
            } else {
                said(&Err::<(), _>(status)).note()
            };
            Content { item, draft, note, ..Content::default() }
        }
    };
    let Posted { staff, on_behalf, .. } = posted;
    shown(&app, staff, &on_behalf, content).await
}

fn is_same_matter(status: &Status) -> bool {
    status.code() == Code::FailedPrecondition && status.get_details_precondition_failure().is_some()
}

async fn registered(app: &App, posted: &Posted, draft: &Draft) -> Result<Registered, Status> {
    let item_id = posted.field("item");
    let (outcome, guidance_rung) = draft.outcome().ok_or_else(|| Status::invalid_argument("outcome"))?;
    let kind = Kind::from_str_name(&format!("KIND_{}", draft.kind.to_ascii_uppercase()));
    let entry = Some(&draft.entry).filter(|entry| !entry.is_empty() && outcome == Outcome::Guidance);
    let citizen = Citizen {
        name: draft.name.clone(),
        national_id: draft.national_id.clone(),
        phone: draft.phone.clone(),
        ..Default::default()
    };
    let request = RegisterContactRequest {
        request_key: item_id.clone(),
        channel: Channel::Voicemail.into(),
        province: posted.staff.caller.province.clone(),
        county: draft.county.clone(),
        citizen: Some(citizen),
        kind: kind.unwrap_or_default().into(),
        topic: draft.topic.clone(),
        text: draft.text.clone(),
        place: draft.place.clone(),
        outcome: outcome.into(),
        guidance_rung: guidance_rung.into(),
        guidance_entry: entry.map(|entry| EntryVersion { entry: entry.clone(), version: 0 }),
        new_case_reason: draft.new_case_reason.clone(),
        call_id: posted.field("call"),
        ..Default::default()
    };
    let made = app.intake.clone().register_contact(posted.on_behalf.ask(request)).await?.into_inner();
    let finish = FinishItemRequest { item_id, contact_id: made.contact_id, ..Default::default() };
    app.work.clone().finish_item(posted.on_behalf.ask(finish)).await?;
    let due = moment(made.due_at).map(|at| app.calendar.date(Lang::Fa, at)).unwrap_or_default();
    Ok(Registered { code: made.tracking_code, due })
}
