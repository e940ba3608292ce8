//! `samad figures`: counted from the ledger's facts, with what is still on its way.

use anyhow::Result;
use clap::Args;
use contracts::audit::GetFiguresRequest;
use contracts::ops::GetFlowRequest;
use serde_json::{Map, Value, json};

use super::Context;
use crate::doors::Doors;

#[derive(Args)]
pub struct Figures {
    /// One province's code; all if absent.
    #[arg(long, default_value = "")]
    province: String,
    /// First day (YYYY-MM-DD, Asia/Tehran).
    #[arg(long, default_value = "")]
    from: String,
    /// Last day.
    #[arg(long, default_value = "")]
    to: String,
}

impl Figures {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let request = GetFiguresRequest { province: self.province, from_day: self.from, to_day: self.to };
        let figures = read(&context.doors, request).await?;
        context.show.value(&Value::Object(figures.clone()), || lines(&figures));
        Ok(0)
    }
}

/// The figures under their published names, in their published order.
pub async fn read(doors: &Doors, request: GetFiguresRequest) -> Result<Map<String, Value>> {
    let counted = doors.audit().get_figures(request).await?.into_inner();
    let (mut dead_letters, mut in_flight) = (0, 0);
    for (_, mut door) in doors.ops() {
        let flow = door.get_flow(GetFlowRequest {}).await?.into_inner();
        let at_consumers: u64 =
            flow.consumers.iter().map(|consumer| consumer.waiting + consumer.in_hand).sum();
        dead_letters += flow.dead_letters;
        in_flight += flow.outbox_waiting + at_consumers + flow.pending;
    }
    let figures = json!({
        "contacts": counted.contacts, "guidance": counted.guidance, "cases": counted.cases,
        "referrals": counted.referrals, "actions": counted.actions, "answered": counted.answered,
        "open": counted.open, "overdue_open": counted.overdue_open, "on_time": counted.on_time,
        "late": counted.late, "notices_sent": counted.notices_sent, "notices_failed": counted.notices_failed,
        "ledger_size": counted.ledger_size, "dead_letters": dead_letters, "in_flight": in_flight,
    });
    match figures {
        Value::Object(figures) => Ok(figures),
        _ => anyhow::bail!("figures are an object"),
    }
}

/// One figure a line.
#[must_use]
pub fn lines(figures: &Map<String, Value>) -> String {
    figures.iter().map(|(name, value)| format!("{name:<16}{value:>12}")).collect::<Vec<_>>().join("\n")
}
