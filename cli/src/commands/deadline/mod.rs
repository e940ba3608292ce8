//! `samad deadline explain|overdue|policy|calendar|closure|outage`

mod calendar;
mod closure;
mod outage;
mod policy;

use anyhow::Result;
use clap::Subcommand;
use contracts::deadline::{ClockState, ExplainDeadlineRequest, ExplainDeadlineResponse, ListOverdueRequest};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Deadline {
    /// How a referral's deadline was computed, step by step, in Persian and English.
    Explain {
        /// The referral's id, as `samad case show` prints it.
        referral_id: String,
    },
    /// Open referrals past their due moment, longest overdue first.
    Overdue {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
        /// Referrals at most, up to 500.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Go on where the page before ended.
        #[arg(long, default_value = "")]
        page: String,
    },
    /// How long an agency has.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Holidays and weekly days off.
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Days on which offices are closed, also such as are announced late.
    #[command(subcommand)]
    Closure(closure::Closure),
    /// Hours in which delivery to an agency was broken.
    #[command(subcommand)]
    Outage(outage::Outage),
}

impl Deadline {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Deadline::Explain { referral_id } => explain(context, referral_id).await,
            Deadline::Overdue { province, limit, page } => {
                overdue(context, ListOverdueRequest { province, page_size: limit, page_token: page }).await
            }
            Deadline::Policy(policy) => policy.run(context).await,
            Deadline::Calendar(calendar) => calendar.run(context).await,
            Deadline::Closure(closure) => closure.run(context).await,
            Deadline::Outage(outage) => outage.run(context).await,
        }
    }
}

async fn explain(context: &Context, referral_id: String) -> Result<u8> {
    let answer =
        context.doors.deadline().explain_deadline(ExplainDeadlineRequest { referral_id }).await?.into_inner();
    context.show.message("samad.deadline.v1.ExplainDeadlineResponse", &answer, derivation)?;
    Ok(0)
}

fn derivation(answer: &ExplainDeadlineResponse) -> String {
    let state = match answer.state() {
        ClockState::Breached => "overdue",
        ClockState::Ended => "ended",
        ClockState::Running | ClockState::Unspecified => "running",
    };
    let mut lines = vec![format!("{state}, due {}", instant(answer.due_at.as_ref()))];
    for step in &answer.steps {
        lines.push(format!("{}  {}\n{:22}{}", instant(step.at.as_ref()), step.text_fa, "", step.text_en));
    }
    lines.join("\n")
}

async fn overdue(context: &Context, request: ListOverdueRequest) -> Result<u8> {
    let answer = context.doors.deadline().list_overdue(request).await?.into_inner();
    context.show.message("samad.deadline.v1.ListOverdueResponse", &answer, |answer| {
        let line = |overdue: &contracts::deadline::Overdue| {
            let due = instant(overdue.due_at.as_ref());
            format!("{due}  {}  {}  {}", overdue.referral_id, overdue.province, overdue.agency)
        };
        let mut lines: Vec<_> = answer.items.iter().map(line).collect();
        if !answer.next_page_token.is_empty() {
            lines.push(format!("more with --page {}", answer.next_page_token));
        }
        lines.join("\n")
    })?;
    Ok(0)
}
