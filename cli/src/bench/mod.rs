//! How fast the whole system is on this machine, beside the raw limits of the same machine.

pub mod adapters;
mod agencies;
mod catalogue;
mod clocks;
mod load;
mod machine;
mod raw;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use chassis::clock::Clock;
use serde_json::{Map, Value, json};

use crate::bench::agencies::Arrivals;
use crate::bench::load::Load;
use crate::ports::Ports;
use crate::services::Run;
use crate::system::{Options, System};

/// What to measure.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Cases stored before each measurement, rising.
    pub stored: Vec<u64>,
    /// Lifecycles of one measurement.
    pub lifecycles: u64,
    /// How long single registrations are timed.
    pub latency: Duration,
    /// Clocks armed far in the future while others fire.
    pub armed: i64,
    /// Clocks that fire.
    pub fired: i64,
    /// How long each raw limit is measured.
    pub raw: Duration,
}

impl Plan {
    /// The whole bench: a million cases.
    #[must_use]
    pub fn full() -> Self {
        Plan {
            stored: vec![0, 100_000, 1_000_000],
            lifecycles: 20_000,
            latency: Duration::from_secs(30),
            armed: 1_000_000,
            fired: 50_000,
            raw: Duration::from_secs(5),
        }
    }

    /// Under two minutes, at 0 and 20,000 cases.
    #[must_use]
    pub fn quick() -> Self {
        Plan {
            stored: vec![0, 20_000],
            lifecycles: 5_000,
            latency: Duration::from_secs(10),
            armed: 1_000_000,
            fired: 10_000,
            raw: Duration::from_secs(2),
        }
    }
}

/// Measures in a system of its own, each service in its own process; `say` hears what is being done.
pub async fn measure(plan: &Plan, say: impl Fn(&str)) -> Result<Value> {
    let scratch = ground::scratch("samad-bench-")?;
    let options = Options {
        data: scratch.path().to_owned(),
        ports: Ports::free()?,
        clock: Clock::live(),
        agencies: agencies::CODES.map(str::to_owned).to_vec(),
        run: Run::Processes { program: std::env::current_exe()?, replicas: 1 },
        nats_url: None,
        postgres_url: None,
        durable: true,
    };
    let system = System::start(&options).await?;
    system.life.stop_on_signals()?;
    let measured = tokio::select! {
        measured = measure_in(&system, plan, &say) => measured,
        () = system.life.stopping() => Err(anyhow!("the bench was stopped")),
    };
    let stopped = system.stop().await;
    let figures = measured?;
    stopped.map(|()| figures)
}

/// Measures a system that runs already, at what it has stored.
pub async fn measure_running(plan: &Plan, data: &Path, ports: Ports, say: impl Fn(&str)) -> Result<Value> {
    let system = System::join(data, ports, &agencies::CODES.map(str::to_owned), None).await?;
    let arrivals = Arrivals::start(&system)?;
    let mut load = Load::new(&system).await?;
    let stored = load.stored();
    say(&format!("{} lifecycles with {stored} cases stored", plan.lifecycles));
    let rate = load.lifecycles(plan.lifecycles).await?;
    say("single registrations at 100/s beside a load");
    let latencies = load.latencies(plan.latency, &arrivals).await?;
    system.stop().await?;
    Ok(json!({
        "machine": machine::describe(), "lifecycles_per_s": {stored.to_string(): round(rate)},
        "registration_ms": latencies.registration, "to_adapter_ms": latencies.to_adapter,
        "clocks_fired_per_s": null, "memory_mib": {}, "raw": {},
    }))
}

async fn measure_in(system: &System, plan: &Plan, say: &impl Fn(&str)) -> Result<Value> {
    let postgres = system.postgres.as_ref().context("the bench has its own PostgreSQL")?;
    say("raw limits of PostgreSQL and JetStream");
    let superuser = postgres.url("postgres");
    let raw = raw::measure(system, &superuser, plan.raw).await?;
    let arrivals = Arrivals::start(system)?;
    let mut load = Load::new(system).await?;
    let (mut rates, mut raw_rows) = (Map::new(), Map::new());
    for stored in &plan.stored {
        say(&format!("storing cases up to {stored}"));
        load.store_up_to(*stored).await?;
        // A shared machine is not equally fast at all times: each rate is read beside the raw limit of its own moment.
        raw_rows.insert(stored.to_string(), json!(round(raw::postgres(&superuser, plan.raw).await?)));
        say(&format!("{} lifecycles with {stored} cases stored", plan.lifecycles));
        rates.insert(stored.to_string(), json!(round(load.lifecycles(plan.lifecycles).await?)));
    }
    say("single registrations at 100/s beside a load");
    let latencies = load.latencies(plan.latency, &arrivals).await?;
    say("clocks");
    let fired = clocks::fired_per_s(&postgres.url("deadline"), plan.armed, plan.fired).await?;
    say("a closure that moves every clock");
    let moved = clocks::moved_per_s(&system.doors()?, &postgres.url("deadline")).await?;
    let mut memory = Map::new();
    for process in &system.processes {
        memory.insert(process.service.to_owned(), json!(machine::memory_mib(process.pid()?)?));
    }
    Ok(json!({
        "machine": machine::describe(), "lifecycles_per_s": rates, "registration_ms": latencies.registration,
        "to_adapter_ms": latencies.to_adapter, "clocks_fired_per_s": round(fired),
        "clocks_moved_per_s": round(moved), "memory_mib": memory, "raw": raw, "raw_rows_per_s_beside": raw_rows,
    }))
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
