//! `samad deadline outage charge|revoke`

use anyhow::Result;
use chassis::clock::Clock;
use clap::{Args, Subcommand, ValueEnum};
use contracts::deadline::{ChargeOutageRequest, ChargedTo, RevokeOutageRequest};
use contracts::timestamp;
use jiff::Timestamp;
use serde_json::json;

use super::Context;

#[derive(Subcommand)]
pub enum Outage {
    /// Charge hours in which delivery to an agency was broken to whom they belong.
    Charge(Charge),
    /// Take such a charge back.
    Revoke {
        /// The outage's id.
        outage_id: String,
        /// Why, in Persian.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
pub struct Charge {
    /// The agency's code.
    agency: String,
    /// From when (RFC 3339).
    from: Timestamp,
    /// Until when (RFC 3339).
    until: Timestamp,
    /// Whose fault it was: the system's moves the agency's open clocks, its own does not.
    #[arg(long, value_enum, default_value_t = Fault::System)]
    fault: Fault,
    /// Why, in Persian.
    #[arg(long)]
    reason: String,
    /// The outage's id (UUID), to repeat a call that broke off; a new one if absent.
    #[arg(long)]
    id: Option<String>,
}

/// Who answers for an outage.
#[derive(Clone, Copy, ValueEnum)]
enum Fault {
    System,
    Agency,
}

impl Outage {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let (outage_id, known) = match self {
            Outage::Charge(charge) => charge.run(context).await?,
            Outage::Revoke { outage_id, reason } => {
                let request = RevokeOutageRequest { outage_id: outage_id.clone(), reason_fa: reason };
                (outage_id, context.doors.deadline().revoke_outage(request).await?.into_inner().known)
            }
        };
        let done = if known { "known before: nothing was changed" } else { "done" };
        context
            .show
            .value(&json!({"outage_id": outage_id, "known": known}), || format!("{outage_id}  {done}"));
        Ok(0)
    }
}

impl Charge {
    async fn run(self, context: &Context) -> Result<(String, bool)> {
        let outage_id = self.id.unwrap_or_else(|| Clock::live().new_id().to_string());
        let to = match self.fault {
            Fault::System => ChargedTo::System,
            Fault::Agency => ChargedTo::Agency,
        };
        let request = ChargeOutageRequest {
            outage_id: outage_id.clone(),
            agency: self.agency,
            from_at: Some(timestamp(self.from)),
            until_at: Some(timestamp(self.until)),
            to: to.into(),
            reason_fa: self.reason,
        };
        let known = context.doors.deadline().charge_outage(request).await?.into_inner().known;
        Ok((outage_id, known))
    }
}
