//! The door of trips.

use chassis::Caller;
use contracts::intake::campaign_service_server::CampaignService;
use contracts::intake::{
    Campaign as Wire, GetCampaignReportRequest, GetCampaignReportResponse, GetCampaignRequest,
    GetCampaignResponse, ListCampaignsRequest, ListCampaignsResponse, OpenCampaignRequest,
    OpenCampaignResponse,
};
use tonic::{Request, Response, Status};

use crate::api::desk::{Desk, done};
use crate::api::{bad_field, get_campaign_report, moment, open_campaign, unavailable};
use crate::domain::campaign::Campaign;
use crate::store::campaigns;

#[tonic::async_trait]
impl CampaignService for Desk {
    #[tracing::instrument(skip_all)]
    async fn open_campaign(
        &self,
        request: Request<OpenCampaignRequest>,
    ) -> Result<Response<OpenCampaignResponse>, Status> {
        done!(self, request, open_campaign::open_campaign, by)
    }

    #[tracing::instrument(skip_all)]
    async fn list_campaigns(
        &self,
        request: Request<ListCampaignsRequest>,
    ) -> Result<Response<ListCampaignsResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let request = chassis::grpc::narrowed(request, |asked| &mut asked.province)?.into_inner();
        let before = Some(request.before_day.as_str()).filter(|day| !day.is_empty()).map(str::parse);
        let before = before.transpose().map_err(|error| bad_field("before_day", error))?;
        let listed = campaigns::list(self.store.pool(), &request.province, before).await;
        let campaigns = listed.map_err(unavailable)?.iter().map(present).collect();
        Ok(Response::new(ListCampaignsResponse { campaigns }))
    }

    #[tracing::instrument(skip_all)]
    async fn get_campaign(
        &self,
        request: Request<GetCampaignRequest>,
    ) -> Result<Response<GetCampaignResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let caller = chassis::grpc::caller(&request)?;
        let campaign = known(self, &caller, &request.into_inner().campaign).await?;
        Ok(Response::new(GetCampaignResponse { campaign: Some(present(&campaign)) }))
    }

    #[tracing::instrument(skip_all)]
    async fn get_campaign_report(
        &self,
        request: Request<GetCampaignReportRequest>,
    ) -> Result<Response<GetCampaignReportResponse>, Status> {
        chassis::grpc::continue_trace(request.metadata());
        let caller = chassis::grpc::caller(&request)?;
        let report = get_campaign_report::get_campaign_report(self, &caller, request.into_inner());
        report.await.map(Response::new)
    }
}

/// The campaign of that code, for whoever answers for its province.
pub(crate) async fn known(desk: &Desk, caller: &Caller, code: &str) -> Result<Campaign, Status> {
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let campaign = campaigns::of(tx.connection(), &[code]).await.map_err(unavailable)?.pop();
    let campaign = campaign.ok_or_else(|| Status::not_found("there is no such campaign"))?;
    caller.for_province(&campaign.province)?;
    Ok(campaign)
}

/// A campaign as callers see it.
pub(crate) fn present(campaign: &Campaign) -> Wire {
    Wire {
        campaign: campaign.code.clone(),
        name_fa: campaign.name_fa.clone(),
        province: campaign.province.clone(),
        counties: campaign.counties.clone(),
        from_day: campaign.from.to_string(),
        until_day: campaign.until.to_string(),
        lines: campaign.lines,
        programme: campaign.programme.clone(),
        version: campaign.version,
    }
}
