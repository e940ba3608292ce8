//! `samad sandbox`: a private world for an agency's developer, until Ctrl-C.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use jalali::Tehran;
use serde_json::{Value, json};

use super::Context;
use super::agency::{Format, access, catalogue};
use super::up::{furnish, stay};
use crate::keyring::now;
use crate::sandbox::{self, AGENCY};
use crate::services::Run;
use crate::system::Options;

#[derive(Args)]
pub struct Sandbox {
    /// The agency whose adapter is tried, as `samad agency list` shows it.
    #[arg(long, default_value = AGENCY)]
    agency: String,
    /// How what it is told is written: json, for adapters in any language, or protobuf, as the SDK has it; as it was if absent.
    #[arg(long)]
    format: Option<Format>,
}

/// What is said once it runs.
struct Said<'a> {
    agency: &'a str,
    name_fa: &'a str,
    credentials: &'a Path,
    clock: String,
    web: u16,
    /// What a command needs to find this sandbox.
    named: String,
}

impl Sandbox {
    pub async fn run(self, context: &Context, data: &Path) -> Result<u8> {
        trust::check_code(&self.agency)?;
        let clock = sandbox::begin(data, now())?;
        context.ports.keep(data)?;
        let options = Options {
            data: data.to_owned(),
            ports: context.ports,
            clock: clock.clone(),
            agencies: vec![self.agency.clone()],
            run: Run::Here,
            nats_url: None,
            postgres_url: None,
            durable: true,
        };
        let stayed = stay(context, &options, async |system| {
            furnish(&system.doors()?).await?;
            let world = sandbox::Sandbox::open(data, &system.doors()?, system.nats_url.clone())?;
            let agency = world.agency(&self.agency).await?;
            if let Some(format) = self.format {
                catalogue::set_format(&system.doors()?, &self.agency, format).await?;
            }
            let place = access::Place {
                show: context.show,
                data: data.to_owned(),
                nats_url: system.nats_url.clone(),
            };
            let credentials = access::keep_handed(&place, &self.agency).await?;
            let said = Said {
                agency: &self.agency,
                name_fa: &agency.name_fa,
                credentials: &credentials,
                clock: Tehran::new()?.moment_fa(clock.now()),
                web: system.ports.web(),
                named: if data == Path::new("sandbox") {
                    String::new()
                } else {
                    format!(" --data {}", data.display())
                },
            };
            Ok((said.json(), said.lines()))
        });
        stayed.await
    }
}

impl Said<'_> {
    fn json(&self) -> Value {
        json!({"agency": self.agency, "credentials": self.credentials, "clock": self.clock,
            "web": format!("http://127.0.0.1:{}", self.web)})
    }

    /// One screen.
    fn lines(&self) -> String {
        let Said { agency, name_fa, clock, web, named, .. } = self;
        let credentials = self.credentials.display();
        format!(
            "A sandbox of Samad: a world of its own with no citizen in it, at {clock}.
You are {agency} ({name_fa}).

In a second terminal, your adapter (other languages: docs/integrate/README.md, and `samad sandbox --format json`):
  SAMAD_CREDENTIALS={credentials} \\
      cargo run -p sdk --example water

In a third, what happens to it:
  ./samad listen --agency {agency}{named}                       what it is given, live
  ./samad trigger referral.issued --agency {agency}{named}      somebody asks for something
  ./samad trigger --list                                      what else there is
  ./samad clock advance 16d{named}                              time passes
  ./samad dead list{named}                                      what could not be handled

Once it works:
  ./samad conformance run --agency {agency}{named} --restart-command 'SAMAD_CREDENTIALS=… your adapter'

  a citizen's page http://127.0.0.1:{web}/track    the river http://127.0.0.1:{web}/river
  Ctrl-C ends it; the next `samad sandbox` goes on where it stood."
        )
    }
}
