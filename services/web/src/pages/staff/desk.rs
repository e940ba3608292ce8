//! `/staff`: what waits for whoever is signed in (کارتابل), oldest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Role;
use contracts::routing::{
    Arbitration, DeskItem, Extension, HeldAnswer, ListAgenciesRequest, ListArbitrationsRequest,
    ListDeskItemsRequest, ListExtensionsRequest, ListHeldAnswersRequest, Matter,
};
use serde::Deserialize;
use tonic::Status;

use super::frame::{Frame, on_behalf};
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;
use crate::upstream::OnBehalf;

/// Items of a list that are shown at once: the oldest first, the rest when these are decided.
const SHOWN: u32 = 50;
/// Agencies to choose from, at most: a province has 50 to 100.
const AGENCIES: u32 = 500;

#[derive(Template)]
#[template(path = "staff_desk.html")]
struct Desk {
    lang: Lang,
    frame: Frame,
    sections: Vec<Section>,
    /// Codes and names.
    agencies: Agencies,
}

struct Section {
    title: &'static str,
    /// What is decided here, as the form names it.
    what: &'static str,
    /// Whether the reader decides it, or only sees it.
    decides: bool,
    items: Vec<Item>,
}

#[derive(Default)]
struct Item {
    referral: String,
    action: String,
    arbitration: String,
    case: String,
    title: String,
    since: String,
    /// What the agency wrote.
    words: String,
    /// Why it is here.
    why: String,
    /// What the case is about.
    topic: String,
    place: String,
    statement: String,
    confidential: bool,
}

/// What the last decision left in the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    done: bool,
}

/// The desk.
pub(super) async fn show(State(app): State<App>, staff: Staff, Query(said): Query<Said>) -> Response {
    let note = if said.done { "تصمیم شما ثبت شد." } else { "" };
    with_note(&app, staff, StatusCode::OK, note).await
}

/// The desk with what is to be said of the last decision.
pub(super) async fn with_note(app: &App, staff: Staff, status: StatusCode, note: &'static str) -> Response {
    let loaded = load(app, &staff).await;
    let (status, note, (sections, agencies)) = match loaded {
        Ok(loaded) => (status, note, loaded),
        Err(refused) => {
            tracing::warn!(code = ?refused.code(), "the desk cannot be shown");
            let away = "اکنون نمی‌توانیم کارتابل را نشان دهیم؛ چند لحظهٔ دیگر دوباره تلاش کنید.";
            let nothing = (Vec::new(), Vec::new());
            // What became of a decision is said in any case.
            if status.is_success() {
                (StatusCode::SERVICE_UNAVAILABLE, away, nothing)
            } else {
                (status, note, nothing)
            }
        }
    };
    let frame = Frame::new(app, staff, "/staff", note);
    page(status, &Desk { lang: Lang::Fa, frame, sections, agencies })
}

/// Codes and names.
pub(super) type Agencies = Vec<(String, String)>;

/// What the reader decides, or, as the national body, sees.
async fn load(app: &App, staff: &Staff) -> Result<(Vec<Section>, Agencies), Status> {
    let (role, is_agencys) = (staff.caller.role, !staff.caller.agency.is_empty());
    let decides = |roles: &[Role]| !is_agencys && (role == Role::Ops || roles.contains(&role));
    let shown = |roles: &[Role]| decides(roles) || role == Role::Monitor;
    let (province, arbiter, reviewer) = ([Role::Manager], [Role::Arbiter], [Role::Reviewer]);
    let centre = [Role::Operator, Role::Manager];
    let look = Look::new(app, staff).await?;
    let (extensions, arbitrations, answers, items) = tokio::try_join!(
        when(shown(&province), look.extensions()),
        when(shown(&arbiter), look.arbitrations()),
        when(shown(&reviewer), look.answers()),
        when(shown(&centre), look.desk_items()),
    )?;
    let section = |title, what, roles: &[Role], items| {
        shown(roles).then_some(Section { title, what, decides: decides(roles), items })
    };
    let sections = [
        section("مهلت‌هایی که دستگاه‌ها خواسته‌اند", "extension", &province, extensions),
        section("پرونده‌های در انتظار داور", "arbitration", &arbiter, arbitrations),
        section("پاسخ‌های در انتظار بازبینی", "answer", &reviewer, answers),
        section("میز ارجاع دستی", "desk", &centre, items),
    ];
    Ok((sections.into_iter().flatten().collect(), look.agencies))
}

async fn when(
    shown: bool,
    list: impl Future<Output = Result<Vec<Item>, Status>>,
) -> Result<Vec<Item>, Status> {
    if shown { list.await } else { Ok(Vec::new()) }
}

/// A province's agencies, to choose from.
pub(super) async fn agencies(app: &App, on_behalf: &OnBehalf, province: &str) -> Result<Agencies, Status> {
    let province = province.to_owned();
    let request = ListAgenciesRequest { province, page_size: AGENCIES, ..Default::default() };
    let listed = app.routing.clone().list_agencies(on_behalf.ask(request)).await?.into_inner();
    Ok(listed.agencies.into_iter().map(|agency| (agency.code, agency.name_fa)).collect())
}

/// One look at the lists in the reader's name.
struct Look<'a> {
    app: &'a App,
    on_behalf: OnBehalf,
    agencies: Agencies,
}

impl<'a> Look<'a> {
    async fn new(app: &'a App, staff: &Staff) -> Result<Self, Status> {
        let on_behalf = on_behalf(app, staff)?;
        let agencies = agencies(app, &on_behalf, &staff.caller.province).await?;
        Ok(Look { app, on_behalf, agencies })
    }

    /// An agency's name; its code where it has none.
    fn agency(&self, code: &str) -> String {
        let known = self.agencies.iter().find(|(known, _)| known == code);
        known.map_or(code, |(_, name)| name).to_owned()
    }

    fn since(&self, at: Option<&prost_types::Timestamp>) -> String {
        let at = contracts::optional_instant(at).ok().flatten();
        at.map(|at| self.app.calendar.moment(Lang::Fa, at)).unwrap_or_default()
    }

    /// What a case is about, as far as agencies may read it (rule 9).
    fn about(&self, matter: Option<Matter>) -> Item {
        let Matter { topic, county, place, statement, confidential } = matter.unwrap_or_default();
        let county = self.app.names.place(Lang::Fa, "", &county);
        let place =
            [place, county].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("، ");
        let topic = self.app.names.topic(Lang::Fa, &topic);
        Item { topic, place, statement, confidential, ..Item::default() }
    }

    async fn extensions(&self) -> Result<Vec<Item>, Status> {
        let request = ListExtensionsRequest { page_size: SHOWN, ..Default::default() };
        let listed = self.app.rulings.clone().list_extensions(self.on_behalf.ask(request)).await?;
        let item = |asked: Extension| Item {
            title: format!("{}: {} روز", self.agency(&asked.agency), Lang::Fa.number(u64::from(asked.days))),
            since: self.since(asked.asked_at.as_ref()),
            words: asked.reason,
            referral: asked.referral_id,
            action: asked.action_id,
            case: asked.case_id,
            ..self.about(asked.matter)
        };
        Ok(listed.into_inner().extensions.into_iter().map(item).collect())
    }

    async fn arbitrations(&self) -> Result<Vec<Item>, Status> {
        let request = ListArbitrationsRequest { page_size: SHOWN, ..Default::default() };
        let listed = self.app.rulings.clone().list_arbitrations(self.on_behalf.ask(request)).await?;
        let item = |asked: Arbitration| {
            let tried: Vec<String> = asked.tried.iter().map(|code| self.agency(code)).collect();
            Item {
                title: self.app.names.topic(Lang::Fa, &asked.topic),
                since: self.since(asked.asked_at.as_ref()),
                words: asked.reason,
                why: format!("بازگردانده: {}", tried.join("، ")),
                arbitration: asked.arbitration_id,
                case: asked.case_id,
                topic: String::new(),
                ..self.about(asked.matter)
            }
        };
        Ok(listed.into_inner().arbitrations.into_iter().map(item).collect())
    }

    async fn answers(&self) -> Result<Vec<Item>, Status> {
        let request = ListHeldAnswersRequest { page_size: SHOWN, ..Default::default() };
        let listed = self.app.rulings.clone().list_held_answers(self.on_behalf.ask(request)).await?;
        let item = |held: HeldAnswer| Item {
            title: self.agency(&held.agency),
            since: self.since(held.held_at.as_ref()),
            words: held.text,
            why: held.why_fa,
            referral: held.referral_id,
            action: held.action_id,
            case: held.case_id,
            ..self.about(held.matter)
        };
        Ok(listed.into_inner().answers.into_iter().map(item).collect())
    }

    async fn desk_items(&self) -> Result<Vec<Item>, Status> {
        let request = ListDeskItemsRequest { page_size: SHOWN, ..Default::default() };
        let listed = self.app.routing.clone().list_desk_items(self.on_behalf.ask(request)).await?;
        let item = |opened: DeskItem| Item {
            title: self.app.names.topic(Lang::Fa, &opened.topic),
            since: self.since(opened.opened_at.as_ref()),
            why: opened.reason,
            case: opened.case_id,
            topic: String::new(),
            ..self.about(opened.matter)
        };
        Ok(listed.into_inner().items.into_iter().map(item).collect())
    }
}
