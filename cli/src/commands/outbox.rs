//! `samad outbox replay`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use contracts::ops::ReplayOutboxRequest;
use contracts::timestamp;
use jiff::Timestamp;
use serde_json::json;

use super::Context;
use crate::ports::SERVICES;

#[derive(Subcommand)]
pub enum Outbox {
    /// Publish committed facts again, to rebuild an emptied JetStream; whoever knows a fact ignores it.
    Replay {
        /// From this moment on (RFC 3339, or YYYY-MM-DD).
        #[arg(long)]
        since: String,
        /// Of one service only.
        #[arg(long)]
        service: Option<String>,
    },
}

impl Outbox {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Outbox::Replay { since, service } = self;
        let since = moment(&since)?;
        let services: Vec<&str> = service.as_deref().map_or(SERVICES.to_vec(), |service| vec![service]);
        let mut replayed = serde_json::Map::new();
        for service in services {
            let request = ReplayOutboxRequest { since: Some(timestamp(since)) };
            let facts = context.doors.ops_of(service)?.replay_outbox(request).await?.into_inner().facts;
            replayed.insert(service.to_owned(), json!(facts));
        }
        let lines =
            || replayed.iter().map(|(s, n)| format!("{s:<14}{n:>10} facts")).collect::<Vec<_>>().join("\n");
        context.show.value(&json!(replayed), lines);
        Ok(0)
    }
}

fn moment(text: &str) -> Result<Timestamp> {
    let day = || text.parse::<jiff::civil::Date>().and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC));
    text.parse::<Timestamp>().or_else(|_| day().map(|midnight| midnight.timestamp())).with_context(|| {
        format!("--since {text}: write a time such as 2026-03-21T07:30:00Z or a day such as 2026-03-21")
    })
}
