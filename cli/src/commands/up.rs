//! `samad up`: the whole system on this machine, until Ctrl-C.

use std::path::PathBuf;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use clap::Args;
use contracts::intake::ImportGuidanceRequest;
use contracts::routing::ListAgenciesRequest;
use serde_json::{Map, Value, json};

use super::Context;
use crate::demo_day;
use crate::demonstration;
use crate::doors::Doors;
use crate::ports::SERVICES;
use crate::services::Run;
use crate::simulate::held_clock;
use crate::system::{Options, System};

#[derive(Args)]
pub struct Up {
    /// Where data, secrets and logs are kept.
    #[arg(long, default_value = "var")]
    data: PathBuf,
    /// Play a believable day of a centre on a rehearsal clock, on servers of its own; its data is thrown away at
    /// the end. Servers that are given are left alone.
    #[arg(long, conflicts_with = "data")]
    demo: bool,
    /// A NATS server that runs already.
    #[arg(long, env = "SAMAD_NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// A PostgreSQL server that runs already; the URL's user makes a database for each service.
    #[arg(long, env = "SAMAD_POSTGRES_URL", hide_env_values = true)]
    postgres_url: Option<String>,
}

impl Up {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let clock =
            if self.demo { demo_day::clock()? } else { held_clock(&self.data)?.unwrap_or_else(Clock::live) };
        // A rehearsal begins anew each time: the last one's cases would lie in its future.
        let scratch = if self.demo { Some(ground::scratch("samad-demo-")?) } else { None };
        let options = Options {
            data: scratch.as_ref().map_or(self.data, |scratch| scratch.path().to_owned()),
            ports: context.ports,
            clock: clock.clone(),
            agencies: demonstration::AGENCIES.map(str::to_owned).to_vec(),
            run: Run::Here,
            nats_url: self.nats_url.filter(|_| !self.demo),
            postgres_url: self.postgres_url.filter(|_| !self.demo),
            durable: scratch.is_none(),
        };
        let stayed = stay(context, &options, async |system| {
            begin(system, &clock, self.demo).await?;
            Ok((places(system, &options), welcome(system, &options, self.demo)))
        });
        stayed.await
    }
}

/// Starts the system and, once `begin` has done what it starts with, says what that answers (for programs, for
/// people) and stays until it is told to stop.
pub(super) async fn stay(
    context: &Context,
    options: &Options,
    begin: impl AsyncFnOnce(&System) -> Result<(Value, String)>,
) -> Result<u8> {
    let telemetry = chassis::telemetry::start("samad")?;
    let life = Life::default();
    life.stop_on_signals()?;
    let system = System::start_in(options, life).await?;
    let started = begin(&system).await.map(|(json, lines)| context.show.value(&json, || lines));
    if started.is_ok() {
        system.life.stopping().await;
        eprintln!("samad: stopping");
    }
    let stopped = system.stop().await;
    telemetry.stop().await;
    started.and(stopped).map(|()| 0)
}

async fn begin(system: &System, clock: &Clock, demo: bool) -> Result<()> {
    let doors = system.doors()?;
    furnish(&doors).await?;
    if !system.has_accounts {
        eprintln!(
            "samad: the given NATS server has no accounts, so nothing keeps the agencies apart: see docs/how-to/use-your-own-servers.md"
        );
    }
    demonstration::start(system, clock)?;
    if demo {
        let (clock, life) = (clock.clone(), system.life.clone());
        system.life.spawn("the day", async move { demo_day::play(&doors, &clock, &life).await });
    }
    Ok(())
}

/// What a new installation starts with; later on its people's own files count. The catalogue comes last: with it a
/// start that was broken off is known to be done.
pub(super) async fn furnish(doors: &Doors) -> Result<()> {
    if !doors.routing().list_agencies(ListAgenciesRequest::default()).await?.get_ref().agencies.is_empty() {
        return Ok(());
    }
    doors.work_list().import_desk_rules(intake::desk_file::shipped()?).await?;
    let entries = intake::guidance_file::shipped()?;
    doors.guidance().import_guidance(ImportGuidanceRequest { entries }).await?;
    doors.attendance().import_attendance(intake::attendance_file::shipped()?).await?;
    doors.routing().import_catalogue(routing::catalogue_file::shipped()?).await?;
    Ok(())
}

/// Where to look, for programs.
fn places(system: &System, options: &Options) -> Value {
    let web = format!("http://127.0.0.1:{}", system.ports.web());
    let grpc = |place| format!("http://127.0.0.1:{}", system.ports.grpc(place));
    let doors: Map<String, Value> =
        SERVICES.into_iter().enumerate().map(|(place, name)| (name.to_owned(), grpc(place).into())).collect();
    json!({"web": web, "grpc": doors, "data": options.data})
}

/// Where to look, for people.
fn welcome(system: &System, options: &Options, demo: bool) -> String {
    let web = system.ports.web();
    let (grpc, last) = (system.ports.grpc(0), system.ports.grpc(SERVICES.len() - 1));
    let listen = match system.ports.0 {
        8100 => String::new(),
        base => format!(" --port-base {base}"),
    };
    let next = if demo {
        "  A day of a centre is being played; it lasts three minutes, then fifteen days pass in two.
  Ctrl-C stops everything and throws it away."
    } else {
        "  Register something: ./samad contact --province east-azerbaijan --county tabriz \\
      --topic municipal.waste --phone 09120000000 --name آزمایش --text 'سطل زباله کوچه جمع‌آوری نمی‌شود'
  Ctrl-C stops everything; the data stays."
    };
    format!(
        "Samad is up.
  a citizen's page    http://127.0.0.1:{web}/track
  the staff's desk    http://127.0.0.1:{web}/staff (accounts: ./samad staff add …)
  the river, live     http://127.0.0.1:{web}/river
  REST (OpenAPI)      http://127.0.0.1:{web}/api/v1/openapi.json
  gRPC                127.0.0.1:{grpc}–{last}
  facts as they come  ./samad listen --data {data}{listen}
  other commands      with the same --data: the key to sign in with is there
  notices to citizens {data}/notices.jsonl, unless {data}/notification.toml names gateways
{next}",
        data = options.data.display()
    )
}
