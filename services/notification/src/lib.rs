//! Notices: what citizens and the staff are told, and what became of it.

pub mod api;
mod config;
pub mod domain;
pub mod on;
pub mod out;
pub mod recipients_file;
pub mod store;
pub mod sweep;

use anyhow::Result;
use chassis::{Life, Sealer};
use contracts::notification::notification_service_server::NotificationServiceServer;
use jalali::Tehran;
use outbox::{Listener, Service};
use secrecy::ExposeSecret as _;
use tonic::service::Routes;

use crate::api::Door;
use crate::on::agency_registered::{Called, changed, registered};
use crate::on::case_closed::case_closed;
use crate::on::case_registered::CaseRegistered;
use crate::on::case_reopened::case_reopened;
use crate::on::case_withdrawn::case_withdrawn;
use crate::on::deadline_breached::{DeadlineBreached, deadline_breached};
use crate::on::deadline_escalated::DeadlineEscalated;
use crate::on::documents_asked::documents_asked;
use crate::on::extension_ruled::{ExtensionRuled, extension_granted};
use crate::on::meeting_called::MeetingCalled;
use crate::on::meeting_invited::MeetingInvited;
use crate::on::referral_issued::referral_issued;
use crate::on::reminder_due::ReminderDue;
use crate::on::report_issued::ReportIssued;
use crate::on::tell::Tell;
use crate::on::topics_named::TopicsNamed;
use crate::sweep::send_due::SendDue;

pub use outbox::Running;

pub use config::{Config, Fields, Sms, Smtp};

/// The service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

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
/// When the seal key, a transport's configuration, the database or a port cannot be used; later errors end the life.
pub async fn start(config: Config, life: &Life) -> Result<Running> {
    let sealer = Sealer::new(config.seal_key.expose_secret())?;
    let tehran = Tehran::new()?;
    let service = Service::open("notification", &config.common, &MIGRATIONS).await?;
    let (store, bus, clock) = (&service.store, &service.bus, &service.clock);
    SendDue::spawn(&config, store, &sealer, life)?;
    let door = Door::new(store, &sealer);
    let ears = vec![
        Listener::to("intake", store, bus)
            .on(CaseRegistered { clock: clock.clone(), sealer })
            .on(Tell { clock: clock.clone(), news: case_closed })
            .on(Tell { clock: clock.clone(), news: case_withdrawn })
            .on(Tell { clock: clock.clone(), news: case_reopened })
            .on(MeetingInvited { clock: clock.clone() })
            .on(MeetingCalled { clock: clock.clone() })
            .spawn(life),
        Listener::to("routing", store, bus)
            .on(Tell { clock: clock.clone(), news: referral_issued })
            .on(Tell { clock: clock.clone(), news: documents_asked })
            .on(Called { name: registered })
            .on(Called { name: changed })
            .on(TopicsNamed)
            .on(ExtensionRuled(Tell { clock: clock.clone(), news: extension_granted }))
            .spawn(life),
        Listener::to("deadline", store, bus)
            .on(DeadlineBreached(Tell { clock: clock.clone(), news: deadline_breached }))
            .on(ReminderDue { clock: clock.clone(), tehran: tehran.clone() })
            .on(DeadlineEscalated { clock: clock.clone(), tehran })
            .spawn(life),
        Listener::to("audit", store, bus).on(ReportIssued { clock: clock.clone() }).spawn(life),
    ];

    let routes = Routes::new(NotificationServiceServer::new(door));
    service.serve(life, api::may::MAY, routes, ears, crate::store::PENDING, axum::Router::new()).await
}
