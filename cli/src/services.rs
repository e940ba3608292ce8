//! The five services and web, in this process or each in its own.

use std::path::PathBuf;

use anyhow::Result;
use chassis::{Common, Life};
use toml::{Table, Value};

use crate::ports::{Ports, SERVICES, loopback};
use crate::processes::{Process, table};
use crate::secrets::Secrets;

/// How the services run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// All in this process.
    Here,
    /// Each in `replicas` processes of `program`, which is the `samad` command.
    Processes { program: PathBuf, replicas: usize },
}

/// What the services of one installation are told.
pub struct Services {
    /// One for each of [`SERVICES`], in their order.
    pub commons: [Common; 5],
    pub ports: Ports,
    pub data: PathBuf,
    pub secrets: Secrets,
}

impl Services {
    /// Runs all in this process, as parts of `life`.
    pub async fn run_here(&self, life: &Life) -> Result<()> {
        let [intake, routing, deadline, notification, audit] = self.commons.clone();
        let seal_key = || self.secrets.seal_key.as_str().into();
        let key_file = self.data.join("ledger.key");
        audit::run(audit::Config { common: audit, key_file, ..Default::default() }, life.clone()).await?;
        let recordings = self.data.join("recordings").to_string_lossy().into_owned();
        let intake = intake::Config { common: intake, seal_key: seal_key(), recordings };
        intake::run(intake, life.clone()).await?;
        routing::run(routing::Config { common: routing }, life.clone()).await?;
        deadline::run(deadline::Config { common: deadline, ..Default::default() }, life.clone()).await?;
        let told = self.gateways()?;
        let notification = notification::Config {
            common: notification,
            seal_key: seal_key(),
            outbox_file: self.data.join("notices.jsonl"),
            // Whom a gateway reaches sits elsewhere: what this machine calls itself leads them nowhere.
            public_url: if told.sms.is_none() && told.smtp.is_none() && told.public_url.is_empty() {
                self.public_url()
            } else {
                told.public_url.clone()
            },
            ..told
        };
        notification::run(notification, life.clone()).await?;
        self.run_web(life).await
    }

    /// The ways to the citizen that the installation's `notification.toml` names, or the environment.
    fn gateways(&self) -> Result<notification::Config> {
        let file = self.data.join("notification.toml");
        chassis::load("notification", file.exists().then_some(file.as_path()))
    }

    /// Where citizens reach web, as far as this machine knows.
    fn public_url(&self) -> String {
        format!("http://{}", loopback(self.ports.web()))
    }

    /// Runs web in this process.
    pub async fn run_web(&self, life: &Life) -> Result<()> {
        let url = |place| format!("http://127.0.0.1:{}", self.ports.grpc(place));
        let config = web::Config {
            profile: self.commons[0].profile,
            clock: self.commons[0].clock.clone(),
            listen: loopback(self.ports.web()),
            admin: loopback(self.ports.admin(SERVICES.len())),
            accounts: crate::commands::staff::file_in(&self.data),
            sign_key: self.secrets.sign_key.as_str().into(),
            intake_url: url(0),
            routing_url: url(1),
            deadline_url: url(2),
            notification_url: url(3),
            audit_url: url(4),
            ..web::Config::default()
        };
        web::run(config, life.clone()).await
    }

    /// Starts each service in `replicas` processes. Only the first replica listens on the service's ports.
    pub fn start_processes(&self, program: &std::path::Path, replicas: usize) -> Result<Vec<Process>> {
        let mut processes = Vec::new();
        for replica in 0..replicas {
            for (service, common) in SERVICES.into_iter().zip(&self.commons) {
                let mut common = common.clone();
                if replica > 0 {
                    (common.grpc, common.admin) = (loopback(0), loopback(0));
                }
                let (name, folder) = (format!("{service}-{replica}"), self.data.join("config"));
                processes.push(Process::start(
                    program,
                    &folder,
                    service,
                    &name,
                    &self.told(service, &common),
                )?);
            }
        }
        Ok(processes)
    }

    fn told(&self, service: &str, common: &Common) -> Table {
        let mut table = table(common);
        let mut set = |name: &str, value: String| table.insert(name.to_owned(), Value::String(value));
        let path = |name: &str| self.data.join(name).to_string_lossy().into_owned();
        match service {
            "intake" => {
                set("seal_key", self.secrets.seal_key.clone());
                set("recordings", path("recordings"));
            }
            "notification" => {
                set("seal_key", self.secrets.seal_key.clone());
                set("outbox_file", path("notices.jsonl"));
                set("public_url", self.public_url());
            }
            "audit" => drop(set("key_file", path("ledger.key"))),
            _ => {}
        }
        table
    }
}
