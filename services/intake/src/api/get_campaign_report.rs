//! What a campaign brought and what became of it.

use std::collections::BTreeMap;

use chassis::Caller;
use contracts::intake::{GetCampaignReportRequest, GetCampaignReportResponse, Tally};
use tonic::Status;

use crate::api::campaigns::{known, present};
use crate::api::desk::Desk;
use crate::api::unavailable;
use crate::domain::campaign::report::{Report, most_first};
use crate::store::campaigns;

pub(crate) async fn get_campaign_report(
    desk: &Desk,
    caller: &Caller,
    request: GetCampaignReportRequest,
) -> Result<GetCampaignReportResponse, Status> {
    let campaign = known(desk, caller, &request.campaign).await?;
    let counts = campaigns::counts(desk.store.pool(), &campaign.code).await.map_err(unavailable)?;
    let report = Report::of(counts);
    Ok(GetCampaignReportResponse {
        campaign: Some(present(&campaign)),
        contacts: report.contacts,
        guidance: report.guidance,
        cases: report.cases,
        answered: report.answered,
        open: report.open,
        by_channel: tally(&report.by_channel),
        by_kind: tally(&report.by_kind),
        by_topic: tally(&report.by_topic),
        by_county: tally(&report.by_county),
        by_rung: tally(&report.by_rung),
    })
}

fn tally(counted: &BTreeMap<String, u64>) -> Vec<Tally> {
    let rows = most_first(counted).into_iter();
    rows.map(|(of, contacts)| Tally { of: of.to_owned(), contacts }).collect()
}
