//! How well agencies are kept apart under load: as many adapters as the country has agencies, all connected at once,
//! a part of which fails in every way there is. The sound ones must not feel it.

mod crowd;
mod tally;

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use chassis::clock::Clock;
use contracts::audit::GetFiguresRequest;
use contracts::intake::RegisterContactsRequest;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::load::{Patience, request};
use super::machine;
use crate::bench::adapters::crowd::{Crowd, Temper, code, topic};
use crate::bench::catalogue::catalogue;
use crate::figures::{self, Figures};
use crate::ports::Ports;
use crate::services::Run;
use crate::system::{Options, System};

/// How often contacts are registered; many centres together are a steady stream.
const EVERY: Duration = Duration::from_millis(100);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How long failing adapters have for the rest once the last contact is registered: those that crash come to their end in hours.
const GRACE: Duration = Duration::from_secs(120);
/// So many times as long one referral of a hundred may take beside failing adapters.
const P99_RATIO_MAX: f64 = 1.5;

/// What to measure.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Adapters connected at once.
    pub adapters: u32,
    /// Referrals a second, over all of them.
    pub per_s: u32,
    /// How long they come, once with all adapters sound and once with failing ones.
    pub time: Duration,
}

/// One of the two runs.
struct Measured {
    p50_ms: f64,
    p99_ms: f64,
    /// Referrals to sound adapters that never came.
    lost: u64,
    /// Others that failing adapters answer in the end, and that were not: slow, crashing and flooding ones do.
    unanswered: u64,
    /// Referrals and actions beyond those that there should be.
    doubled: u64,
    /// Memory of the broker and the services in MiB, before and after.
    memory: [Value; 2],
}

/// Measures in a system of its own; `say` hears what is being done.
///
/// # Errors
/// When the system does not start, or stops moving.
pub async fn measure(plan: &Plan, say: impl Fn(&str)) -> Result<Value> {
    let scratch = ground::scratch("samad-bench-")?;
    let codes: Vec<String> = (0..plan.adapters).map(code).collect();
    let options = Options {
        data: scratch.path().to_owned(),
        ports: Ports::free()?,
        clock: Clock::live(),
        agencies: codes.clone(),
        run: Run::Processes { program: std::env::current_exe()?, replicas: 1 },
        nats_url: None,
        postgres_url: None,
        durable: true,
    };
    say(&format!("a system with {} agencies", plan.adapters));
    let system = System::start(&options).await?;
    system.life.stop_on_signals()?;
    let measured = tokio::select! {
        measured = measure_in(&system, plan, &codes, &say) => measured,
        () = system.life.stopping() => Err(anyhow!("the bench was stopped")),
    };
    let stopped = system.stop().await;
    let figures = measured?;
    stopped.map(|()| figures)
}

async fn measure_in(system: &System, plan: &Plan, codes: &[String], say: &impl Fn(&str)) -> Result<Value> {
    system.doors()?.routing().import_catalogue(catalogue(codes)).await?;
    let crowd = Crowd::join(system, codes)?;
    say("all adapters are sound");
    let sound = run(system, plan, &crowd).await?;
    say("one adapter of five fails, in five ways");
    crowd.begin_to_fail(system)?;
    let failing = run(system, plan, &crowd).await?;
    let told = |run: &Measured| {
        json!({
            "p50_ms": run.p50_ms, "p99_ms": run.p99_ms, "lost": run.lost, "doubled": run.doubled,
            "unanswered_by_failing": run.unanswered,
            "memory_mib": {"before": run.memory[0], "after": run.memory[1]},
        })
    };
    let p99_ratio = super::round(failing.p99_ms / sound.p99_ms.max(0.001));
    Ok(json!({
        "machine": machine::describe(), "adapters": plan.adapters, "referrals_per_s": plan.per_s,
        "seconds": plan.time.as_secs(), "failing": crowd.failing(), "all_sound": told(&sound),
        "sound_beside_failing": told(&failing),
        "p99_ratio": p99_ratio,
        "holds": holds([&sound, &failing], p99_ratio),
    }))
}

/// Whether the sound adapters feel nothing of the failing ones.
fn holds(runs: [&Measured; 2], p99_ratio: f64) -> bool {
    runs.iter().all(|run| run.lost == 0 && run.doubled == 0) && p99_ratio <= P99_RATIO_MAX
}

/// Registers at the plan's rate, and waits until whatever will be answered is.
async fn run(system: &System, plan: &Plan, crowd: &Crowd) -> Result<Measured> {
    let doors = system.doors()?;
    let before = figures::read(&doors, GetFiguresRequest::default()).await?;
    let memory_before = memory(system)?;
    crowd.tally.begin();
    let name = Clock::live().new_id().to_string();
    let (mut registered, mut wanted, started) = (0_u32, Wanted::default(), Instant::now());
    let mut tick = tokio::time::interval(EVERY);
    while started.elapsed() < plan.time {
        tick.tick().await;
        let due = started.elapsed().as_secs_f64().min(plan.time.as_secs_f64()) * f64::from(plan.per_s);
        let contacts = (registered..due as u32).map(|number| {
            let agency = number % plan.adapters;
            wanted.add(crowd.temper(agency));
            let mut contact = request(&name, u64::from(number), crowd.tally.expect(crowd.temper(agency)));
            contact.topic = topic(agency);
            contact
        });
        let contacts: Vec<_> = contacts.collect();
        registered += u32::try_from(contacts.len())?;
        let stream = futures_util::stream::iter([RegisterContactsRequest { contacts }]);
        let answer = doors.intake().register_contacts(stream).await?.into_inner();
        ensure!(answer.refused.is_empty(), "a contact was refused: {}", answer.refused[0].reason);
    }
    let (mut patience, sent) = (Patience::new(), Instant::now());
    let after = loop {
        let since = figures::read(&doors, GetFiguresRequest::default()).await?.since(&before);
        let is_there = wanted.is_there(&since) || sent.elapsed() > GRACE;
        let is_over = is_there && crowd.tally.missing() == 0;
        // What never comes is lost, and said to be.
        if is_over || patience.look((since.actions, crowd.tally.missing())).is_err() {
            break since;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    let [p50_ms, p99_ms] = crowd.tally.quantiles_ms([0.5, 0.99])?;
    let memory = [memory_before, memory(system)?];
    let lost = crowd.tally.missing();
    let unanswered = wanted.answered.saturating_sub(after.answered).saturating_sub(lost);
    Ok(Measured { p50_ms, p99_ms, lost, unanswered, doubled: wanted.doubled(&after), memory })
}

/// What becomes of the referrals of a run, in the end.
#[derive(Default)]
struct Wanted {
    referrals: u64,
    actions: u64,
    answered: u64,
}

impl Wanted {
    /// One more, to an adapter of this kind.
    fn add(&mut self, temper: Temper) {
        self.referrals += 1;
        // Every adapter accepts; then it answers, gives back, or says nothing more.
        self.actions += if temper == Temper::Silent { 1 } else { 2 };
        self.answered += u64::from(!matches!(temper, Temper::Silent | Temper::Refusing));
    }

    fn is_there(&self, figures: &Figures) -> bool {
        figures.actions >= self.actions && figures.answered >= self.answered && figures.in_flight == 0
    }

    /// What there is more of than there should be.
    fn doubled(&self, figures: &Figures) -> u64 {
        figures.referrals.saturating_sub(self.referrals) + figures.actions.saturating_sub(self.actions)
    }
}

fn memory(system: &System) -> Result<Value> {
    let nats = system.nats.as_ref().context("the bench has its own broker")?;
    let mut memory = serde_json::Map::new();
    memory.insert("nats".to_owned(), json!(machine::memory_mib(nats.pid())?));
    for process in &system.processes {
        memory.insert(process.service.to_owned(), json!(machine::memory_mib(process.pid()?)?));
    }
    Ok(Value::Object(memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_or_doubled_referral_or_a_slow_one_is_no_success() {
        let run = |lost, doubled| Measured {
            p50_ms: 1.0,
            p99_ms: 2.0,
            lost,
            unanswered: 7,
            doubled,
            memory: [Value::Null, Value::Null],
        };
        assert!(holds([&run(0, 0), &run(0, 0)], 1.5));
        assert!(!holds([&run(0, 0), &run(0, 0)], 1.51));
        assert!(!holds([&run(0, 0), &run(1, 0)], 1.0) && !holds([&run(0, 1), &run(0, 0)], 1.0));
    }

    #[test]
    fn what_is_there_twice_is_counted() {
        let mut wanted = Wanted::default();
        [Temper::Sound, Temper::Silent, Temper::Refusing].into_iter().for_each(|temper| wanted.add(temper));
        let figures = Figures { referrals: 3, actions: 5, answered: 1, ..Figures::default() };
        assert!(wanted.is_there(&figures));
        assert_eq!(wanted.doubled(&figures), 0);
        assert!(!wanted.is_there(&Figures { in_flight: 1, ..figures }));
        assert_eq!(wanted.doubled(&Figures { actions: 7, referrals: 4, ..figures }), 3);
    }
}
