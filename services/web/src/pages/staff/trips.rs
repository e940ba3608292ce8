//! `/staff/trips`: trips, and what each brought and what became of it.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Role;
use contracts::intake::{
    Campaign, GetCampaignReportRequest, GetCampaignReportResponse, ListCampaignsRequest, Tally,
};
use sheets::letters::{Imported, Refused};
use tonic::Status;

use super::frame::{Frame, away, on_behalf};
use super::upload;
use crate::api::registered;
use crate::lang::Lang;
use crate::pages::page;
use crate::session::Staff;
use crate::state::App;

const HERE: &str = "/staff/trips";
/// Rows of a table: the most first.
const ROWS: usize = 12;
/// Rows of a file that the page names; of the rest it tells the number.
const NAMED: usize = 200;

#[derive(Template)]
#[template(path = "staff_trips.html")]
struct Trips {
    lang: Lang,
    frame: Frame,
    trips: Vec<Head>,
}

#[derive(Template)]
#[template(path = "staff_trip.html")]
struct Trip {
    lang: Lang,
    frame: Frame,
    head: Head,
    figures: Vec<(&'static str, u64)>,
    tables: Vec<Table>,
    /// Whether letters may be handed in.
    takes_letters: bool,
    /// What became of those that were: none before anything was.
    taken: Option<Shown>,
}

/// What became of a file.
struct Shown {
    registered: u64,
    /// Rows that were not taken.
    refused: u64,
    /// The first of them.
    named: Vec<Refused>,
}

struct Head {
    code: String,
    name: String,
    days: String,
    place: String,
    lines: u64,
}

struct Table {
    title: &'static str,
    rows: Vec<(String, u64)>,
}

/// The trips, the latest first.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    match listed(&app, &staff).await {
        Ok(trips) => {
            let trips = trips.into_iter().map(|trip| head(&app, trip)).collect();
            let frame = Frame::new(&app, staff, HERE, "");
            page(StatusCode::OK, &Trips { lang: Lang::Fa, frame, trips })
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// One trip's report.
pub(super) async fn one(State(app): State<App>, staff: Staff, Path(campaign): Path<String>) -> Response {
    shown(&app, staff, campaign, StatusCode::OK, Ok(None)).await
}

/// Registers a trip's letters from a table.
pub(super) async fn take_letters(
    State(app): State<App>,
    staff: Staff,
    Path(campaign): Path<String>,
    form: Multipart,
) -> Response {
    let table = match upload::table(&app, &staff, form).await {
        Ok(table) => table,
        Err((status, note)) => return shown(&app, staff, campaign, status, Err(note)).await,
    };
    let taken = async { registered(&app, &on_behalf(&app, &staff)?, campaign.clone(), table).await };
    match taken.await {
        Ok(Ok(imported)) => shown(&app, staff, campaign, StatusCode::OK, Ok(Some(imported))).await,
        Ok(Err(_)) => {
            let note = "این پرونده جدول نامه‌ها نیست یا بیش از ۱۰٬۰۰۰ ردیف دارد.";
            shown(&app, staff, campaign, StatusCode::UNPROCESSABLE_ENTITY, Err(note)).await
        }
        Err(status) => away(&app, staff, HERE, &status),
    }
}

/// A trip's page with what became of its letters, or with a note.
async fn shown(
    app: &App,
    staff: Staff,
    campaign: String,
    status: StatusCode,
    became: Result<Option<Imported>, &'static str>,
) -> Response {
    let mut report = match reported(app, &staff, campaign).await {
        Ok(report) => report,
        Err(status) => return away(app, staff, HERE, &status),
    };
    let (taken, note) = match became {
        Ok(taken) => (taken, ""),
        Err(note) => (None, note),
    };
    let taken = taken.map(|Imported { registered, refused: mut named }| {
        let refused = named.len() as u64;
        named.truncate(NAMED);
        Shown { registered, refused, named }
    });
    let head = head(app, report.campaign.take().unwrap_or_default());
    let takes_letters = matches!(staff.caller.role, Role::Operator | Role::Ops);
    let frame = Frame::new(app, staff, HERE, note);
    let (figures, tables) = (figures(&report), tables(app, &report));
    page(status, &Trip { lang: Lang::Fa, frame, head, figures, tables, takes_letters, taken })
}

async fn listed(app: &App, staff: &Staff) -> Result<Vec<Campaign>, Status> {
    let request = ListCampaignsRequest::default();
    Ok(app
        .campaigns
        .clone()
        .list_campaigns(on_behalf(app, staff)?.ask(request))
        .await?
        .into_inner()
        .campaigns)
}

async fn reported(app: &App, staff: &Staff, campaign: String) -> Result<GetCampaignReportResponse, Status> {
    let request = GetCampaignReportRequest { campaign };
    Ok(app.campaigns.clone().get_campaign_report(on_behalf(app, staff)?.ask(request)).await?.into_inner())
}

fn head(app: &App, trip: Campaign) -> Head {
    let day = |day: &str| day.parse().map(|day| jalali::Date::of(day).fa()).unwrap_or_default();
    Head {
        days: format!("{} تا {}", day(&trip.from_day), day(&trip.until_day)),
        place: app.names.place(Lang::Fa, &trip.province, ""),
        lines: u64::from(trip.lines),
        code: trip.campaign,
        name: trip.name_fa,
    }
}

fn figures(report: &GetCampaignReportResponse) -> Vec<(&'static str, u64)> {
    vec![
        ("تماس", report.contacts),
        ("راهنمایی", report.guidance),
        ("پرونده", report.cases),
        ("پاسخ‌داده", report.answered),
        ("باز", report.open),
    ]
}

fn tables(app: &App, report: &GetCampaignReportResponse) -> Vec<Table> {
    let table = |title, tallies: &[Tally], name: &dyn Fn(&str) -> String| Table {
        title,
        rows: tallies.iter().take(ROWS).map(|tally| (named(&tally.of, name), tally.contacts)).collect(),
    };
    let word = |of: &str| word_fa(of).to_owned();
    let tables = [
        table("راه تماس", &report.by_channel, &word),
        table("نوع", &report.by_kind, &word),
        table("موضوع", &report.by_topic, &|code| app.names.topic(Lang::Fa, code)),
        table("شهرستان", &report.by_county, &|code| app.names.place(Lang::Fa, "", code)),
        table("راهنمایی", &report.by_rung, &word),
    ];
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// What a sort is called; its code where it has no name.
fn named(code: &str, name: &dyn Fn(&str) -> String) -> String {
    match (code, name(code)) {
        ("", _) => "نامعلوم".to_owned(),
        (code, name) if name.is_empty() => code.to_owned(),
        (_, name) => name,
    }
}

/// Channels, kinds and rungs in Persian.
fn word_fa(word: &str) -> &str {
    match word {
        "phone" => "تلفن",
        "voicemail" => "پیام ضبط‌شده",
        "letter" => "نامه",
        "web" => "وب",
        "sms" => "پیامک",
        "in_person" => "حضوری",
        "request" => "درخواست",
        "complaint" => "شکایت",
        "suggestion" => "پیشنهاد",
        "criticism" => "انتقاد",
        "idea" => "ایده",
        "report" => "گزارش",
        "information" => "آگاهی‌رسانی",
        "beyond_capacity" => "بیرون از توان دستگاه",
        "unlawful" => "خواستهٔ غیرقانونی",
        other => other,
    }
}
