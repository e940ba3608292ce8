//! One background task looks at every service once a second; all viewers share what it saw.

mod drawing;
mod panel;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chassis::Life;
use chassis::grpc::Channel;
use contracts::audit::audit_service_client::AuditServiceClient;
use contracts::audit::{GetFiguresRequest, GetFiguresResponse};
use futures_util::future::join_all;
use tokio::time::MissedTickBehavior;
use tokio_stream::wrappers::WatchStream;

use crate::Config;
use crate::calendar::Calendar;
use crate::lang::Lang;

use panel::Panel;
use watch::Watched;

/// How often the services are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A service that takes longer has not answered in this round.
const ANSWER_WITHIN: Duration = Duration::from_millis(900);

/// What was seen last, as the page shows it in each language.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    fa: String,
    en: String,
}

impl Seen {
    /// The panel in `lang`, as HTML; empty before the first look.
    pub fn html(&self, lang: Lang) -> &str {
        lang.say(&self.fa, &self.en)
    }
}

/// Shares what was seen.
#[derive(Clone)]
pub(crate) struct Feed(tokio::sync::watch::Receiver<Arc<Seen>>);

impl Feed {
    /// Starts the task.
    pub fn spawn(config: &Config, life: &Life) -> Result<Self> {
        let (say, hear) = tokio::sync::watch::channel(Arc::default());
        let mut lookout = Lookout::new(config)?;
        let ending = life.clone();
        life.spawn("the lookout", async move {
            let mut tick = tokio::time::interval(LOOK_EVERY);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! { _ = tick.tick() => {}, () = ending.stopping() => return Ok(()) }
                tokio::select! { () = lookout.look() => {}, () = ending.stopping() => return Ok(()) }
                say.send_replace(Arc::new(lookout.render()?));
            }
        });
        Ok(Feed(hear))
    }

    /// What was seen last.
    pub fn latest(&self) -> Arc<Seen> {
        self.0.borrow().clone()
    }

    /// What is seen, from now on; ends when the task does.
    pub fn stream(&self) -> WatchStream<Arc<Seen>> {
        WatchStream::new(self.0.clone())
    }
}

struct Lookout {
    services: Vec<Watched>,
    audit: AuditServiceClient<Channel>,
    figures: Option<GetFiguresResponse>,
    calendar: Calendar,
    clock: chassis::clock::Clock,
}

impl Lookout {
    fn new(config: &Config) -> Result<Self> {
        let badge = config.badge()?;
        let channel = |name: &str, url: &str| {
            chassis::grpc::channel(url, ANSWER_WITHIN, &badge)
                .with_context(|| format!("{name}_url `{url}` cannot be used"))
        };
        let services = [
            ("intake", &config.intake_url),
            ("routing", &config.routing_url),
            ("deadline", &config.deadline_url),
            ("notification", &config.notification_url),
            ("audit", &config.audit_url),
        ];
        Ok(Lookout {
            services: services
                .into_iter()
                .map(|(name, url)| Ok(Watched::new(name, channel(name, url)?)))
                .collect::<Result<_>>()?,
            audit: AuditServiceClient::new(channel("audit", &config.audit_url)?),
            figures: None,
            calendar: Calendar::tehran()?,
            clock: config.clock()?,
        })
    }

    async fn look(&mut self) {
        let figures =
            tokio::time::timeout(ANSWER_WITHIN, self.audit.get_figures(GetFiguresRequest::default()));
        let flows = join_all(self.services.iter_mut().map(|service| service.look(ANSWER_WITHIN)));
        let (figures, _) = tokio::join!(figures, flows);
        // The last figures stay; the panel of audit says that they are old.
        if let Ok(Ok(figures)) = figures {
            self.figures = Some(figures.into_inner());
        }
    }

    fn render(&self) -> Result<Seen> {
        let write = |lang| {
            let panel =
                Panel::new(lang, &self.services, self.figures.as_ref(), &self.calendar, self.clock.now());
            askama::Template::render(&panel)
        };
        Ok(Seen { fa: write(Lang::Fa)?, en: write(Lang::En)? })
    }
}
