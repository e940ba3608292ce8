//! A campaign is opened, or its days, places and lines are as they now are.

use chassis::Caller;
use contracts::intake::{CampaignOpened, OpenCampaignRequest, OpenCampaignResponse};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;
use tonic::Status;

use crate::api::campaigns::present;
use crate::api::desk::Desk;
use crate::api::{bad_request, unavailable};
use crate::domain::campaign::{self, Campaign};
use crate::store::{campaigns, policies};

pub(crate) async fn open_campaign(
    desk: &Desk,
    request: OpenCampaignRequest,
    caller: &Caller,
    now: Timestamp,
) -> Result<OpenCampaignResponse, Status> {
    let asked = campaign::read(&request.campaign.unwrap_or_default(), &desk.tehran)
        .map_err(|fault| bad_request(&[fault]))?;
    caller.for_province(&asked.province)?;
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let before = campaigns::locked(tx.connection(), &asked.code).await.map_err(unavailable)?;
    if let Some(before) = &before {
        caller.for_province(&before.province)?;
    }
    open(tx, asked, before, now).await.map_err(unavailable)
}

async fn open(
    mut tx: Tx,
    asked: Campaign,
    before: Option<Campaign>,
    now: Timestamp,
) -> anyhow::Result<OpenCampaignResponse> {
    let version = before.as_ref().map_or(1, |before| before.version);
    let mut campaign = Campaign { version, ..asked };
    if before.as_ref() != Some(&campaign) {
        campaign.version += u32::from(before.is_some());
        campaigns::keep(tx.connection(), &campaign).await?;
        tx.emit(now, &opened(&campaign, now));
    }
    let heard = policies::all(tx.connection()).await?;
    tx.commit().await?;
    Ok(OpenCampaignResponse {
        campaign: Some(present(&campaign)),
        policy_known: heard.iter().any(|policy| policy.programme == campaign.programme),
    })
}

fn opened(campaign: &Campaign, now: Timestamp) -> CampaignOpened {
    CampaignOpened {
        campaign: campaign.code.clone(),
        version: campaign.version,
        name_fa: campaign.name_fa.clone(),
        province: campaign.province.clone(),
        counties: campaign.counties.clone(),
        from_day: campaign.from.to_string(),
        until_day: campaign.until.to_string(),
        lines: campaign.lines,
        programme: campaign.programme.clone(),
        opened_at: Some(timestamp(now)),
    }
}
