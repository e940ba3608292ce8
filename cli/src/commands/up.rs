//! `samad up`: the whole system on this machine, until Ctrl-C.

use std::path::PathBuf;

use anyhow::Result;
use chassis::clock::Clock;
use clap::Args;

use crate::demo_day;
use crate::demonstration;
use crate::ports::Ports;
use crate::services::Run;
use crate::system::{Options, System};

#[derive(Args)]
pub struct Up {
    /// Where data, secrets and logs are kept.
    #[arg(long, default_value = "var")]
    data: PathBuf,
    /// Play a believable day of a centre on a rehearsal clock; its data is thrown away at the end.
    #[arg(long)]
    demo: bool,
    /// A NATS server that runs already.
    #[arg(long, env = "SAMAD_NATS_URL")]
    nats_url: Option<String>,
    /// A PostgreSQL server that runs already.
    #[arg(long, env = "SAMAD_POSTGRES_URL", hide_env_values = true)]
    postgres_url: Option<String>,
}

impl Up {
    pub async fn run(self, ports: Ports) -> Result<u8> {
        let telemetry = chassis::telemetry::start("samad")?;
        let clock = if self.demo { demo_day::clock()? } else { Clock::live() };
        // A rehearsal begins anew each time: the last one's cases would lie in its future.
        let scratch = if self.demo { Some(ground::scratch("samad-demo-")?) } else { None };
        let options = Options {
            data: scratch.as_ref().map_or(self.data, |scratch| scratch.path().to_owned()),
            ports,
            clock: clock.clone(),
            agencies: demonstration::AGENCIES.map(str::to_owned).to_vec(),
            run: Run::Here,
            nats_url: self.nats_url,
            postgres_url: self.postgres_url,
        };
        let system = System::start(&options).await?;
        system.life.stop_on_signals()?;
        let started = begin(&system, &clock, self.demo).await;
        if started.is_ok() {
            welcome(&system, &options, self.demo);
            system.life.stopping().await;
            eprintln!("samad: stopping");
        }
        let stopped = system.stop().await;
        telemetry.stop().await;
        started.and(stopped).map(|()| 0)
    }
}

async fn begin(system: &System, clock: &Clock, demo: bool) -> Result<()> {
    let doors = system.doors()?;
    doors.routing().import_catalogue(routing::catalogue_file::shipped()?).await?;
    if system.nats.is_some() {
        demonstration::start(system, clock);
    } else {
        eprintln!(
            "samad: the demonstration agencies need accounts on the broker, so they do not join a given one"
        );
    }
    if demo {
        let (clock, life) = (clock.clone(), system.life.clone());
        system.life.spawn("the day", async move { demo_day::play(&doors, &clock, &life).await });
    }
    Ok(())
}

fn welcome(system: &System, options: &Options, demo: bool) {
    let web = system.ports.web();
    println!("Samad is up.");
    println!("  a citizen's page    http://127.0.0.1:{web}/track");
    println!("  the river, live     http://127.0.0.1:{web}/river");
    println!("  REST (OpenAPI)      http://127.0.0.1:{web}/api/v1/openapi.json");
    println!("  gRPC                127.0.0.1:{}–{}", system.ports.grpc(0), system.ports.grpc(4));
    println!("  facts as they come  ./samad listen --data {}", options.data.display());
    if demo {
        println!(
            "  A day of a centre is being played; it lasts three minutes, then fifteen days pass in two."
        );
    } else {
        println!("  Register something: ./samad contact --province east-azerbaijan --county tabriz \\");
        println!(
            "      --topic municipal.waste --phone 09120000000 --name آزمایش --text 'سطل زباله کوچه جمع‌آوری نمی‌شود'"
        );
    }
    println!("  Ctrl-C stops everything{}.", if demo { "" } else { "; the data stays" });
}
