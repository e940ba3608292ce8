//! One file a command.

pub mod agency;
pub mod answers;
pub mod arbitration;
pub mod attendance;
pub mod bench;
pub mod campaign;
pub mod case;
pub mod clock;
pub mod completions;
pub mod conformance;
pub mod contact;
pub mod dead;
pub mod deadline;
pub mod desk;
pub mod documents;
pub mod evaluation;
pub mod extension;
pub mod figures;
pub mod guidance;
pub mod ledger;
pub mod letters;
pub mod listen;
pub mod managers;
pub mod meeting;
pub mod nats_config;
pub mod outbox;
pub mod points;
pub mod recipients;
pub mod refer;
pub mod replay;
pub mod report;
pub mod ruling;
pub mod sandbox;
pub mod serve;
pub mod simulate;
pub mod staff;
pub mod token;
pub mod trigger;
pub mod up;

use std::path::{Path, PathBuf};

use chassis::grpc::Badge;
use clap::{Parser, Subcommand};

use crate::doors::Doors;
use crate::ports::Ports;
use crate::secrets::Secrets;
use crate::show::Show;

/// How anyone in Iran reaches the government and gets an answer: the whole system, and every tool for it.
#[derive(Parser)]
#[command(name = "samad", version, max_term_width = 110)]
pub struct Arguments {
    /// Print JSON instead of lines.
    #[arg(long, global = true)]
    pub json: bool,
    /// The first of the system's ports: 8100, which puts the web on 8111; 9100 in a sandbox.
    #[arg(long, global = true, env = "SAMAD_PORT_BASE", value_parser = clap::value_parser!(u16).range(1024..=60000))]
    pub port_base: Option<u16>,
    /// The data folder of the installation: who can read its keys may give commands to it. If absent `var`, or
    /// `sandbox` where only that is there.
    #[arg(long, global = true)]
    pub data: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Start the whole system on this machine.
    Up(up::Up),
    /// Begin, or go on with, a private world to try an agency's adapter in.
    Sandbox(sandbox::Sandbox),
    /// Make something happen in a sandbox.
    Trigger(trigger::Trigger),
    /// Try an agency's adapter, check by check.
    #[command(subcommand)]
    Conformance(conformance::Conformance),
    /// Register a contact.
    Contact(contact::Contact),
    /// Look at cases.
    #[command(subcommand)]
    Case(case::Case),
    /// Agencies, topics and rules.
    #[command(subcommand)]
    Agency(agency::Agency),
    /// Send a case to one agency more.
    Refer(refer::Refer),
    /// Cases that wait for the provincial arbiter.
    #[command(subcommand)]
    Arbitration(arbitration::Arbitration),
    /// Extensions that wait for the province.
    #[command(subcommand)]
    Extension(extension::Extension),
    /// Citizens' documents that agencies wait for.
    #[command(subcommand)]
    Documents(documents::Documents),
    /// Answers that wait for a reviewer.
    #[command(subcommand)]
    Answers(answers::Answers),
    /// Policies of extensions, arbitration and the quality of answers.
    #[command(subcommand)]
    Ruling(ruling::Ruling),
    /// The guidance base: missions and circulars that advice cites.
    #[command(subcommand)]
    Guidance(guidance::Guidance),
    /// When officials attend the centre.
    #[command(subcommand)]
    Attendance(attendance::Attendance),
    /// Trips: days on which a province's contacts belong to a campaign.
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// Letters of a trip, many at once.
    #[command(subcommand)]
    Letters(letters::Letters),
    /// Public meetings, and what was ordered there.
    #[command(subcommand)]
    Meeting(meeting::Meeting),
    /// Hours of centres and rules of their desks.
    #[command(subcommand)]
    Desk(desk::Desk),
    /// Deadlines: how each was computed, and what they are computed from.
    #[command(subcommand)]
    Deadline(deadline::Deadline),
    /// Watch facts as they are stated.
    Listen(listen::Listen),
    /// Dead letters: what could not be handled.
    #[command(subcommand)]
    Dead(dead::Dead),
    /// The tamper-evident record.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Outgoing facts.
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Count what happened.
    Figures(figures::Figures),
    /// The report of a month or a quarter.
    Report(report::Report),
    /// Who of the staff gets reports.
    #[command(subcommand)]
    Recipients(recipients::Recipients),
    /// Managers in office.
    #[command(subcommand)]
    Managers(managers::Managers),
    /// Points that came off managers' scores, and what was said to them.
    #[command(subcommand)]
    Points(points::Points),
    /// The yearly evaluation of managers and agencies.
    Evaluation(evaluation::Evaluation),
    /// Play recorded cases through a system of their own.
    Replay(replay::Replay),
    /// Play a province's life, day by day, in a system of its own.
    Simulate(simulate::Simulate),
    /// Measure this machine with the whole system on it.
    Bench(bench::Bench),
    /// Print what the configuration of a NATS server of one's own must include.
    NatsConfig(nats_config::NatsConfig),
    /// Accounts of the staff, who sign in at /staff.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// A token for other programs' calls.
    Token(token::Token),
    /// Run one service in a process of its own.
    #[command(hide = true)]
    Serve(serve::Serve),
    /// The clock of a rehearsal that stands still until it is moved.
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Print completions for a shell.
    Completions(completions::Completions),
}

/// What every command that talks to a running system needs.
pub struct Context {
    /// Where the system listens.
    pub ports: Ports,
    /// Its gRPC doors.
    pub doors: Doors,
    /// How to print.
    pub show: Show,
}

/// The badge of the installation in `data`. Commands that give it no order need none.
fn badge(data: &Path) -> Badge {
    let badge = Secrets::load(data).and_then(|secrets| secrets.badge());
    badge.unwrap_or_else(|error| Badge::lacking(&format!("{error:#}")))
}

/// The first port of an installation that keeps none.
const PORT_BASE: u16 = 8100;
/// The first port of a sandbox: it may stand beside an installation.
const SANDBOX_PORT_BASE: u16 = 9100;

/// The folder that a command is about.
fn data_folder(given: Option<PathBuf>, command: &Command) -> PathBuf {
    let (usual, sandbox) = (PathBuf::from("var"), PathBuf::from("sandbox"));
    let is_alone = !usual.exists() && sandbox.join("keyring.toml").exists();
    let begins = matches!(command, Command::Sandbox(_));
    given.unwrap_or(if begins || is_alone { sandbox } else { usual })
}

/// The ports that a command is about: those given, or those that the folder keeps, or the usual.
fn ports(given: Option<u16>, data: &Path, command: &Command) -> anyhow::Result<Ports> {
    let usual = if matches!(command, Command::Sandbox(_)) { SANDBOX_PORT_BASE } else { PORT_BASE };
    Ok(match given {
        Some(base) => Ports(base),
        None => Ports::kept(data)?.unwrap_or(Ports(usual)),
    })
}

/// Runs what was asked; the process's exit status.
pub async fn run(arguments: Arguments) -> anyhow::Result<u8> {
    let show = if arguments.json { Show::Json } else { Show::Lines };
    let data = data_folder(arguments.data, &arguments.command);
    let ports = ports(arguments.port_base, &data, &arguments.command)?;
    let context = Context { ports, doors: Doors::on(ports, &badge(&data))?, show };
    match arguments.command {
        Command::Up(up) => up.run(&context).await,
        Command::Contact(contact) => contact.run(&context).await,
        Command::Case(case) => case.run(&context).await,
        Command::Agency(agency) => agency.run(&context, &data).await,
        Command::Refer(refer) => refer.run(&context).await,
        Command::Arbitration(arbitration) => arbitration.run(&context).await,
        Command::Extension(extension) => extension.run(&context).await,
        Command::Documents(documents) => documents.run(&context).await,
        Command::Answers(answers) => answers.run(&context).await,
        Command::Ruling(ruling) => ruling.run(&context).await,
        Command::Guidance(guidance) => guidance.run(&context).await,
        Command::Attendance(attendance) => attendance.run(&context).await,
        Command::Campaign(campaign) => campaign.run(&context).await,
        Command::Letters(letters) => letters.run(&context).await,
        Command::Meeting(meeting) => meeting.run(&context).await,
        Command::Desk(desk) => desk.run(&context).await,
        Command::Deadline(deadline) => deadline.run(&context).await,
        Command::Listen(listen) => listen.run(&context, &data).await,
        Command::Sandbox(sandbox) => sandbox.run(&context, &data).await,
        Command::Trigger(trigger) => trigger.run(&context, &data).await,
        Command::Conformance(conformance) => conformance.run(&context, &data).await,
        Command::Dead(dead) => dead.run(&context).await,
        Command::Ledger(ledger) => ledger.run(&context).await,
        Command::Outbox(outbox) => outbox.run(&context).await,
        Command::Figures(figures) => figures.run(&context).await,
        Command::Report(report) => report.run(&context).await,
        Command::Recipients(recipients) => recipients.run(&context).await,
        Command::Managers(managers) => managers.run(&context).await,
        Command::Points(points) => points.run(&context).await,
        Command::Evaluation(evaluation) => evaluation.run(&context).await,
        Command::Replay(replay) => replay.run(&context).await,
        Command::Simulate(simulate) => simulate.run(&context).await,
        Command::Bench(bench) => bench.run(&context).await,
        Command::NatsConfig(config) => config.run(&context),
        Command::Clock(clock) => clock.run(&context, &data),
        Command::Staff(staff) => staff.run(&context, &data),
        Command::Token(token) => token.run(&context, &data),
        Command::Serve(serve) => serve.run().await,
        Command::Completions(completions) => Ok(completions.run()),
    }
}
