//! `samad serve SERVICE --config FILE`: one service in a process of its own, as its own binary would run it.

use std::future::Future;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use chassis::Life;
use clap::Args;
use serde::de::DeserializeOwned;

#[derive(Args)]
pub struct Serve {
    /// intake, routing, deadline, notification, audit or web.
    service: String,
    #[arg(long)]
    config: PathBuf,
}

impl Serve {
    pub async fn run(self) -> Result<u8> {
        let telemetry = chassis::telemetry::start("samad")?;
        let life = Life::default();
        life.stop_on_signals()?;
        let file = self.config.as_path();
        match self.service.as_str() {
            "intake" => start("intake", file, intake::run, &life).await?,
            "routing" => start("routing", file, routing::run, &life).await?,
            "deadline" => start("deadline", file, deadline::run, &life).await?,
            "notification" => start("notification", file, notification::run, &life).await?,
            "audit" => start("audit", file, audit::run, &life).await?,
            "web" => start("web", file, web::run, &life).await?,
            other => bail!("no service is called {other}"),
        }
        let ended = life.ended().await;
        telemetry.stop().await;
        ended.map(|()| 0)
    }
}

async fn start<C, F>(service: &str, file: &Path, run: fn(C, Life) -> F, life: &Life) -> Result<()>
where
    C: DeserializeOwned,
    F: Future<Output = Result<()>>,
{
    run(chassis::load(service, Some(file))?, life.clone()).await
}
