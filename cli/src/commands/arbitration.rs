//! `samad arbitration list|rule|figures`

use anyhow::Result;
use clap::Subcommand;
use contracts::routing::{
    GetReturnFiguresRequest, GetReturnFiguresResponse, ListArbitrationsRequest, RuleArbitrationRequest,
};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Arbitration {
    /// Cases that wait for the arbiter, oldest first.
    List {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
    /// Rule whose a case is.
    Rule {
        /// The arbitration's id.
        arbitration_id: String,
        /// The agency's code; it cannot return the case.
        agency: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who rules.
        #[arg(long)]
        by: String,
        /// The case's topic in its place belongs to that agency from now on.
        #[arg(long)]
        becomes_rule: bool,
    },
    /// How often agencies returned what was sent to them.
    Figures {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
}

impl Arbitration {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Arbitration::List { province } => list(context, province).await,
            Arbitration::Rule { arbitration_id, agency, reason, by, becomes_rule } => {
                let request =
                    RuleArbitrationRequest { arbitration_id, agency, reason, becomes_rule, ruled_by: by };
                let answer = context.doors.rulings().rule_arbitration(request).await?.into_inner();
                let name = "samad.routing.v1.RuleArbitrationResponse";
                context.show.message(name, &answer, |answer| format!("referral {}", answer.referral_id))?;
                Ok(0)
            }
            Arbitration::Figures { province } => {
                let request = GetReturnFiguresRequest { province, ..Default::default() };
                let answer = context.doors.rulings().get_return_figures(request).await?.into_inner();
                context.show.message("samad.routing.v1.GetReturnFiguresResponse", &answer, table)?;
                Ok(0)
            }
        }
    }
}

async fn list(context: &Context, province: String) -> Result<u8> {
    let request = ListArbitrationsRequest { province, page_size: 500, ..Default::default() };
    let answer = context.doors.rulings().list_arbitrations(request).await?.into_inner();
    context.show.message("samad.routing.v1.ListArbitrationsResponse", &answer, |answer| {
        let line = |a: &contracts::routing::Arbitration| {
            let (asked_at, tried) = (instant(a.asked_at.as_ref()), a.tried.join(" → "));
            format!("{}  {asked_at}  {:<24}{tried}  {}", a.arbitration_id, a.topic, a.reason)
        };
        answer.arbitrations.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

fn table(figures: &GetReturnFiguresResponse) -> String {
    let mut lines = vec![format!("{:<36}{:>10}{:>10}{:>12}", "", "referrals", "returned", "overruled")];
    lines.extend(figures.agencies.iter().map(|agency| {
        format!(
            "{:<36}{:>10}{:>10}{:>12}",
            agency.agency, agency.referrals, agency.returned, agency.overruled
        )
    }));
    lines.push(format!("{} arbitrations, {} became rules", figures.arbitrations, figures.became_rules));
    lines.join("\n")
}
