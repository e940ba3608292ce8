//! Policies and clocks: what is due when, and what was missed.

pub mod api;
pub mod calendar_file;
mod config;
pub mod contract;
pub mod domain;
pub mod on;
pub mod policy_file;
pub mod store;
pub mod sweep;

use anyhow::Result;
use chassis::Life;
use contracts::deadline::deadline_service_server::DeadlineServiceServer;
use jalali::Tehran;
use outbox::{Listener, Service};
use tonic::service::Routes;

use crate::api::Door;
use crate::on::Clocks;
use crate::on::answer_held::AnswerHeld;
use crate::on::answer_rejected::AnswerRejected;
use crate::on::arbitration_asked::ArbitrationAsked;
use crate::on::arbitration_ruled::ArbitrationRuled;
use crate::on::arbitration_withdrawn::ArbitrationWithdrawn;
use crate::on::commitment_made::CommitmentMade;
use crate::on::commitment_settled::CommitmentSettled;
use crate::on::documents_asked::DocumentsAsked;
use crate::on::documents_received::DocumentsReceived;
use crate::on::extension_ruled::ExtensionRuled;
use crate::on::referral_answered::ReferralAnswered;
use crate::on::referral_issued::ReferralIssued;
use crate::on::referral_returned::ReferralReturned;
use crate::on::referral_withdrawn::ReferralWithdrawn;
use crate::on::voicemail_followed_up::VoicemailFollowedUp;
use crate::on::voicemail_recorded::VoicemailRecorded;
use crate::store::rules::RuleBook;
use crate::sweep::fire_due::{FireDue, Mark};
use crate::sweep::move_clocks::MoveClocks;

pub use config::Config;
pub use outbox::Running;

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Clocks wait for their time; only the moves that new rules make are work of its own.
const PENDING: &str = "SELECT count(*) FROM move_part WHERE NOT done";

/// Runs the service until its life ends.
///
/// # Errors
/// As [`start`].
pub async fn run(config: Config, life: Life) -> Result<()> {
    start(config, &life).await.map(drop)
}

/// Starts the service; it runs until the life ends.
///
/// # Errors
/// When the database or a port cannot be used; later errors end the life.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let (book, mark) = (RuleBook::new(&Tehran::new()?), Mark::default());
    let service = Service::open("deadline", &config.common, &MIGRATIONS).await?;
    let (store, bus) = (&service.store, &service.bus);
    api::import_policies::adopt_built_in(store, &book).await?;
    api::import_calendar::adopt_built_in(store, &book).await?;

    let clocks = Clocks { time: service.clock.clone(), book: book.clone(), mark: mark.clone() };
    let intake = Listener::to("intake", store, bus)
        .on(CommitmentMade(clocks.clone()))
        .on(CommitmentSettled(clocks.clone()))
        .on(VoicemailRecorded(clocks.clone()))
        .on(VoicemailFollowedUp(clocks.clone()))
        .spawn(life);
    let routing = Listener::to("routing", store, bus)
        .on(ReferralIssued(clocks.clone()))
        .on(ReferralAnswered(clocks.clone()))
        .on(ReferralReturned(clocks.clone()))
        .on(ReferralWithdrawn(clocks.clone()))
        .on(ExtensionRuled(clocks.clone()))
        .on(DocumentsAsked(clocks.clone()))
        .on(DocumentsReceived(clocks.clone()))
        .on(AnswerHeld(clocks.clone()))
        .on(AnswerRejected(clocks.clone()))
        .on(ArbitrationAsked(clocks.clone()))
        .on(ArbitrationRuled(clocks.clone()))
        .on(ArbitrationWithdrawn(clocks))
        .spawn(life);
    FireDue::new(&config, store, &book, &mark).spawn(life);
    MoveClocks::new(&config, store, &book, &mark).spawn(life);

    let routes = Routes::new(DeadlineServiceServer::new(Door::new(store, &book)));
    service.serve(life, api::may::MAY, routes, vec![intake, routing], PENDING, axum::Router::new()).await
}
