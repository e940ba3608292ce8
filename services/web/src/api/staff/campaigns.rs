//! `/api/v1/campaigns`: trips, whose days, places and lines are their own, and what each brought.

use axum::extract::{Path, Query, State};
use contracts::intake::{
    Campaign, GetCampaignReportRequest, GetCampaignReportResponse, ListCampaignsRequest,
    ListCampaignsResponse, OpenCampaignRequest, OpenCampaignResponse, Tally,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NotDecided, NotListed, NotShown};
use crate::api::problem::Problem;
use crate::api::sent::Sent;
use crate::api::view::{Shown, each, shown, view, whole};
use crate::state::App;
use crate::upstream::OnBehalf;

/// Which campaigns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichCampaigns {
    /// Province code; absent: all that the token's scope allows.
    #[serde(default)]
    province: String,
    /// Those whose first day is earlier, YYYY-MM-DD in the Gregorian calendar; absent: all.
    #[serde(default)]
    before_day: String,
}

view! {
    /// Campaigns, the latest first day first, at most 100.
    CampaignsView of ListCampaignsResponse {
        campaigns: Vec<CampaignView> = each(campaigns),
    }
}

view! {
    /// A trip as it now is.
    CampaignView of Campaign {
        campaign: String,
        name_fa: String,
        province: String,
        /// None: the whole province.
        counties: Vec<String>,
        /// YYYY-MM-DD in the Gregorian calendar.
        from_day: String,
        until_day: String,
        lines: u32,
        /// The programme whose deadline policy governs its cases.
        programme: String,
        version: u32,
    }
}

view! {
    /// What was opened.
    OpenedCampaign of OpenCampaignResponse {
        campaign: CampaignView = whole(campaign),
        /// Whether a deadline policy of its programme is known; else the general one governs its cases.
        policy_known: bool,
    }
}

view! {
    /// What a campaign brought and what became of it, as far as it is known now.
    CampaignReportView of GetCampaignReportResponse {
        campaign: CampaignView = whole(campaign),
        contacts: u64,
        /// Contacts that advice ended.
        guidance: u64,
        cases: u64,
        answered: u64,
        open: u64,
        by_channel: Vec<TallyView> = each(by_channel),
        by_kind: Vec<TallyView> = each(by_kind),
        by_topic: Vec<TallyView> = each(by_topic),
        by_county: Vec<TallyView> = each(by_county),
        by_rung: Vec<TallyView> = each(by_rung),
    }
}

view! {
    /// Contacts of one sort.
    TallyView of Tally {
        /// The sort's code or word; empty: not known.
        of: String,
        contacts: u64,
    }
}

/// A trip that is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCampaign {
    name_fa: String,
    province: String,
    /// Absent: the whole province.
    #[serde(default)]
    counties: Vec<String>,
    /// First and last day, YYYY-MM-DD in the Gregorian calendar.
    from_day: String,
    until_day: String,
    /// Telephone lines.
    #[serde(default)]
    lines: u32,
    /// The programme whose deadline policy governs its cases; absent: the campaign's code.
    programme: Option<String>,
}

/// Trips.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns",
    params(WhichCampaigns),
    responses((status = 200, description = "The latest first day first", body = CampaignsView), NotListed),
    security(("token" = []))
)]
pub(crate) async fn list_campaigns(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Query(WhichCampaigns { province, before_day }): Query<WhichCampaigns>,
) -> Result<Shown<CampaignsView>, Problem> {
    let request = ListCampaignsRequest { province, before_day };
    shown(app.campaigns.clone().list_campaigns(on_behalf.ask(request)).await)
}

/// Opens a trip, or takes its days, places and lines as they now are. Repeated, it changes nothing.
#[utoipa::path(
    put,
    path = "/api/v1/campaigns/{campaign}",
    params(("campaign" = String, Path, pattern = "^[a-z0-9-]{2,60}$")),
    request_body = NewCampaign,
    responses((status = 200, description = "Open", body = OpenedCampaign), NotDecided),
    security(("token" = []))
)]
pub(crate) async fn open_campaign(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(campaign): Path<String>,
    Sent(new): Sent<NewCampaign>,
) -> Result<Shown<OpenedCampaign>, Problem> {
    let campaign = Campaign {
        programme: new.programme.unwrap_or_else(|| campaign.clone()),
        campaign,
        name_fa: new.name_fa,
        province: new.province,
        counties: new.counties,
        from_day: new.from_day,
        until_day: new.until_day,
        lines: new.lines,
        version: 0,
    };
    let request = OpenCampaignRequest { campaign: Some(campaign) };
    shown(app.campaigns.clone().open_campaign(on_behalf.ask(request)).await)
}

/// What a trip brought and what became of it.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{campaign}/report",
    params(("campaign" = String, Path)),
    responses((status = 200, description = "As far as it is known now", body = CampaignReportView), NotShown),
    security(("token" = []))
)]
pub(crate) async fn get_report(
    State(app): State<App>,
    on_behalf: OnBehalf,
    Path(campaign): Path<String>,
) -> Result<Shown<CampaignReportView>, Problem> {
    let request = GetCampaignReportRequest { campaign };
    shown(app.campaigns.clone().get_campaign_report(on_behalf.ask(request)).await)
}
