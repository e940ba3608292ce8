//! `samad campaign open|report`

use anyhow::Result;
use clap::{Args, Subcommand};
use contracts::intake::{
    Campaign as Wire, GetCampaignReportRequest, GetCampaignReportResponse, OpenCampaignRequest, Tally,
};

use super::Context;
use jalali::day;

#[derive(Subcommand)]
pub enum Campaign {
    /// Open a campaign, or take its days, places and lines as they now are.
    Open(Open),
    /// What it brought and what became of it.
    Report {
        /// The campaign's code.
        campaign: String,
    },
}

#[derive(Args)]
pub struct Open {
    /// Its code: lower-case letters, digits and hyphens.
    campaign: String,
    /// Its name, in Persian.
    #[arg(long)]
    name: String,
    /// Province code.
    #[arg(long)]
    province: String,
    /// County codes; the whole province if absent.
    #[arg(long, value_delimiter = ',')]
    counties: Vec<String>,
    /// First day: Jalali (1404-10-20) or ISO 8601 (2026-01-10).
    #[arg(long, value_parser = day)]
    from: jiff::civil::Date,
    /// Last day.
    #[arg(long, value_parser = day)]
    until: jiff::civil::Date,
    /// Telephone lines.
    #[arg(long, default_value_t = 0)]
    lines: u32,
    /// The programme whose deadline policy governs its cases; the campaign's code if absent.
    #[arg(long)]
    programme: Option<String>,
}

impl Campaign {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Campaign::Open(open) => open.run(context).await,
            Campaign::Report { campaign } => {
                let request = GetCampaignReportRequest { campaign };
                let report = context.doors.campaigns().get_campaign_report(request).await?.into_inner();
                context.show.message("samad.intake.v1.GetCampaignReportResponse", &report, lines)?;
                Ok(0)
            }
        }
    }
}

impl Open {
    async fn run(self, context: &Context) -> Result<u8> {
        let campaign = Wire {
            programme: self.programme.unwrap_or_else(|| self.campaign.clone()),
            campaign: self.campaign,
            name_fa: self.name,
            province: self.province,
            counties: self.counties,
            from_day: self.from.to_string(),
            until_day: self.until.to_string(),
            lines: self.lines,
            version: 0,
        };
        let request = OpenCampaignRequest { campaign: Some(campaign) };
        let answer = context.doors.campaigns().open_campaign(request).await?.into_inner();
        context.show.message("samad.intake.v1.OpenCampaignResponse", &answer, |answer| {
            let campaign = answer.campaign.clone().unwrap_or_default();
            let policy = if answer.policy_known { "its own policy" } else { "the general policy" };
            format!(
                "{}  version {}  {} to {}  under {policy}",
                campaign.campaign, campaign.version, campaign.from_day, campaign.until_day
            )
        })?;
        Ok(0)
    }
}

fn lines(report: &GetCampaignReportResponse) -> String {
    let campaign = report.campaign.clone().unwrap_or_default();
    let mut lines = vec![
        format!(
            "{}  {}  {} to {}",
            campaign.campaign, campaign.name_fa, campaign.from_day, campaign.until_day
        ),
        format!(
            "{} contacts, {} ended in guidance, {} cases: {} answered, {} open",
            report.contacts, report.guidance, report.cases, report.answered, report.open
        ),
    ];
    for (name, tally) in [
        ("channel", &report.by_channel),
        ("kind", &report.by_kind),
        ("topic", &report.by_topic),
        ("county", &report.by_county),
        ("guidance", &report.by_rung),
    ] {
        lines.extend(tally.iter().map(|Tally { of, contacts }| format!("{contacts:>10}  {name:<9} {of}")));
    }
    lines.join("\n")
}
