//! `samad deadline closure announce|revoke|list`

use anyhow::Result;
use chassis::clock::Clock;
use clap::{Args, Subcommand};
use contracts::deadline::{
    self, AnnounceClosureRequest, AnnounceClosureResponse, ListClosuresRequest, RevokeClosureRequest,
};
use jiff::civil::Date;

use super::Context;
use jalali::day;

#[derive(Subcommand)]
pub enum Closure {
    /// Close offices for some days, perhaps past ones: open clocks that this touches move, each with the reason.
    Announce(Announce),
    /// Take a closure back: the clocks move back.
    Revoke {
        /// The closure's id.
        closure_id: String,
        /// Why, in Persian.
        #[arg(long)]
        reason: String,
    },
    /// Closures, latest days first, and how many clocks each has moved.
    List {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
}

#[derive(Args)]
pub struct Announce {
    /// First day in Tehran: Jalali (1404-07-05) or ISO 8601 (2025-09-27).
    #[arg(value_parser = day)]
    first_day: Date,
    /// Last day, that day included; the first if absent.
    #[arg(long, value_parser = day)]
    until: Option<Date>,
    /// Province code; the whole country if absent.
    #[arg(long, default_value = "")]
    province: String,
    /// Why, in Persian.
    #[arg(long)]
    reason: String,
    /// The closure's id (UUID), to repeat a call that broke off; a new one if absent.
    #[arg(long)]
    id: Option<String>,
}

impl Closure {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Closure::Announce(announce) => announce.run(context).await,
            Closure::Revoke { closure_id, reason } => {
                let request = RevokeClosureRequest { closure_id, reason_fa: reason };
                let answer = context.doors.deadline().revoke_closure(request).await?.into_inner();
                context.show.message("samad.deadline.v1.RevokeClosureResponse", &answer, |answer| {
                    answer.closure.as_ref().map(line).unwrap_or_default()
                })?;
                Ok(0)
            }
            Closure::List { province } => list(context, province).await,
        }
    }
}

impl Announce {
    async fn run(self, context: &Context) -> Result<u8> {
        let request = AnnounceClosureRequest {
            closure_id: self.id.unwrap_or_else(|| Clock::live().new_id().to_string()),
            province: self.province,
            first_day: self.first_day.to_string(),
            last_day: self.until.unwrap_or(self.first_day).to_string(),
            reason_fa: self.reason,
        };
        let answer = context.doors.deadline().announce_closure(request).await?.into_inner();
        context.show.message("samad.deadline.v1.AnnounceClosureResponse", &answer, announced)?;
        Ok(0)
    }
}

fn announced(answer: &AnnounceClosureResponse) -> String {
    let closure = answer.closure.as_ref().map(line).unwrap_or_default();
    if answer.known { format!("{closure}\nannounced before: nothing was changed") } else { closure }
}

async fn list(context: &Context, province: String) -> Result<u8> {
    let request = ListClosuresRequest { province, ..Default::default() };
    let answer = context.doors.deadline().list_closures(request).await?.into_inner();
    context.show.message("samad.deadline.v1.ListClosuresResponse", &answer, |answer| {
        answer.closures.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

fn line(closure: &deadline::Closure) -> String {
    let place = if closure.province.is_empty() { "everywhere" } else { &closure.province };
    let state = match (closure.revoked_at.is_some(), closure.parts_left) {
        (true, 0) => "revoked".to_owned(),
        (false, 0) => format!("{} clocks moved", closure.moved),
        (_, _) => format!("{} clocks moved so far", closure.moved),
    };
    let (first, last, reason) = (&closure.first_day, &closure.last_day, &closure.reason_fa);
    format!("{}  {first} to {last}  {place}  {state}  {reason}", closure.closure_id)
}
