//! The whole system on one machine: its ground, the five services, web and the demonstration agencies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bus::Login;
use chassis::clock::Clock;
use chassis::{Common, Life, Profile};
use contracts::ops::GetFlowRequest;
use ground::{Nats, NatsOptions, Postgres, PostgresOptions};
use trust::Kind;

use crate::doors::Doors;
use crate::keyring::{Keyring, now};
use crate::ports::{Ports, SERVICES, loopback};
use crate::processes::Process;
use crate::secrets::Secrets;
use crate::services::{Run, Services};
use crate::{broker, given};

/// How long the system may take to answer after its parts were started.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// What to start and where.
#[derive(Clone)]
pub struct Options {
    /// Data, secrets and logs of the installation.
    pub data: PathBuf,
    /// Where everything listens.
    pub ports: Ports,
    /// What time it is.
    pub clock: Clock,
    /// Agencies whose adapters this process runs.
    pub agencies: Vec<String>,
    /// How the services run.
    pub run: Run,
    /// A NATS server that runs already.
    pub nats_url: Option<String>,
    /// A PostgreSQL server that runs already, with the right to create databases.
    pub postgres_url: Option<String>,
    /// Whether servers of its own confirm only what is on disk. What is thrown away afterwards needs no disk's word.
    pub durable: bool,
}

/// A running system; [`System::stop`] ends it.
pub struct System {
    /// Where everything listens.
    pub ports: Ports,
    /// The services' life.
    pub life: Life,
    /// The services' processes, where they have their own.
    pub processes: Vec<Process>,
    /// NATS, unless it was there.
    pub nats: Option<Nats>,
    /// PostgreSQL, unless it was there.
    pub postgres: Option<Postgres>,
    /// Its secrets.
    pub secrets: Secrets,
    /// Who signs for those on its broker.
    pub keyring: Keyring,
    /// Its broker's address.
    pub nats_url: String,
    /// Whether the broker lets in each as themselves; if not, whoever reaches it may do everything.
    pub has_accounts: bool,
}

impl System {
    /// Starts everything and waits until it answers. On an error nothing stays behind.
    pub async fn start(options: &Options) -> Result<Self> {
        Self::start_in(options, Life::default()).await
    }

    /// As [`System::start`], as parts of `life`: stopping it ends the start too.
    pub async fn start_in(options: &Options, life: Life) -> Result<Self> {
        options.ports.require_free(options.nats_url.is_none(), options.postgres_url.is_none())?;
        let (secrets, keyring) = keys(options)?;
        let servers = async { tokio::try_join!(start_postgres(options), start_nats(options, &keyring)) };
        let (postgres, broker) = tokio::select! { servers = servers => servers?, () = life.stopping() => interrupted(&life).await? };
        let Broker { nats, nats_url, has_accounts } = broker;
        let (ports, processes) = (options.ports, Vec::new());
        let mut system =
            System { ports, life, processes, nats, postgres, secrets, keyring, nats_url, has_accounts };
        let life = system.life.clone();
        let started = tokio::select! {
            started = system.start_services(options) => started,
            () = life.stopping() => interrupted(&life).await,
        };
        match started {
            Ok(()) => Ok(system),
            Err(error) => {
                system.stop().await.context("and then the parts that ran could not be stopped")?;
                Err(error)
            }
        }
    }

    /// A system that runs already on these ports with its data in `data`, for the agencies of this process, which are
    /// let in if they were not. Stopping it ends only what this process began.
    ///
    /// # Errors
    /// When there is no such installation, or it does not answer.
    pub async fn join(
        data: &Path,
        ports: Ports,
        agencies: &[String],
        nats_url: Option<String>,
    ) -> Result<Self> {
        let secrets = Secrets::load(data)?;
        let (keyring, ()) = Keyring::change(data, |keyring| {
            agencies.iter().try_for_each(|code| keyring.ensure(code).map(drop))
        })?;
        let nats_url = nats_url.unwrap_or_else(|| ports.nats_url());
        let has_accounts = given::check(&nats_url, &keyring).await?;
        if has_accounts {
            broker::tell(&nats_url, &keyring, keyring.told(agencies)?).await?;
        }
        let (life, processes, nats, postgres) = (Life::default(), Vec::new(), None, None);
        let system =
            System { ports, life, processes, nats, postgres, secrets, keyring, nats_url, has_accounts };
        system.ready().await?;
        Ok(system)
    }

    /// How whoever runs this system signs in on its broker.
    ///
    /// # Errors
    /// When a key is damaged.
    pub fn operations(&self) -> Result<Login> {
        Ok(Login::operations(self.has_accounts.then(|| self.keyring.operations()).transpose()?))
    }

    /// How an adapter that this process runs for the agency reaches the system, by `clock`.
    ///
    /// # Errors
    /// When the agency is not one of [`Options::agencies`].
    pub fn adapter(&self, code: &str, clock: &Clock) -> Result<sdk::Connection> {
        let credentials = self.has_accounts.then(|| self.keyring.lend(code)).transpose()?;
        let mut connection = sdk::Connection::new(self.nats_url.clone(), code, credentials);
        connection.clock = clock.clone();
        Ok(connection)
    }

    async fn start_services(&mut self, options: &Options) -> Result<()> {
        let mut commons = Vec::new();
        for (place, service) in SERVICES.into_iter().enumerate() {
            commons.push(self.common(options, place, service).await?);
        }
        let commons = commons.try_into().map_err(|_| anyhow::anyhow!("a service has no configuration"))?;
        let (data, secrets) = (options.data.clone(), self.secrets.clone());
        let services = Services { commons, ports: self.ports, data, secrets };
        match &options.run {
            Run::Here => services.run_here(&self.life).await?,
            Run::Processes { program, replicas } => {
                self.processes = services.start_processes(program, *replicas)?;
                services.run_web(&self.life).await?;
            }
        }
        self.ready().await
    }

    async fn common(&self, options: &Options, place: usize, service: &str) -> Result<Common> {
        let postgres_url = match (&options.postgres_url, &self.postgres) {
            (Some(url), _) => ground::create_database_on(url, service).await?,
            (None, Some(postgres)) => postgres.create_database(service).await?,
            (None, None) => bail!("there is no database server"),
        };
        let credentials = self.has_accounts.then(|| self.keyring.service(service)).transpose()?;
        Ok(Common {
            profile: if options.clock.is_live() { Profile::Production } else { Profile::Rehearsal },
            clock: options.clock.spelling(),
            grpc: loopback(self.ports.grpc(place)),
            admin: loopback(self.ports.admin(place)),
            verify_key: self.secrets.signer()?.verify_key()?,
            nats_url: self.nats_url.clone(),
            nats_credentials: credentials.map(Into::into),
            postgres_url: postgres_url.into(),
            ..Common::default()
        })
    }

    /// Waits until every service answers its operators.
    async fn ready(&self) -> Result<()> {
        let doors = self.doors()?;
        let all_answer = async {
            for (_, mut door) in doors.ops() {
                while door.get_flow(GetFlowRequest::default()).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        };
        tokio::time::timeout(READY_WITHIN, all_answer)
            .await
            .context("the services did not become ready in 30 s: see the log above")
    }

    /// The gRPC doors of this system, for who runs it.
    pub fn doors(&self) -> Result<Doors> {
        Doors::on(self.ports, &self.secrets.badge()?)
    }

    /// Stops the services, then their ground; the first error that a part ended with.
    pub async fn stop(self) -> Result<()> {
        self.life.stop();
        let ended = self.life.ended().await;
        for process in self.processes {
            process.stop().await?;
        }
        let nats = async { if let Some(nats) = self.nats { nats.stop().await } else { Ok(()) } };
        let postgres =
            async { if let Some(postgres) = self.postgres { postgres.stop().await } else { Ok(()) } };
        let (nats, postgres) = tokio::join!(nats, postgres);
        ended.and(nats).and(postgres)
    }
}

async fn start_postgres(options: &Options) -> Result<Option<Postgres>> {
    if options.postgres_url.is_some() {
        return Ok(None);
    }
    let data = options.data.join("postgres");
    let options = PostgresOptions { data, port: options.ports.postgres(), durable: options.durable };
    Ok(Some(Postgres::start(options).await?))
}

/// The broker, and how one signs in there.
struct Broker {
    nats: Option<Nats>,
    nats_url: String,
    has_accounts: bool,
}

async fn start_nats(options: &Options, keyring: &Keyring) -> Result<Broker> {
    if let Some(url) = &options.nats_url {
        let has_accounts = given::check(url, keyring).await?;
        if has_accounts {
            let mut accounts = keyring.told(keyring.agencies.keys())?;
            accounts.push(keyring.authority.hub(now())?);
            broker::tell(url, keyring, accounts).await?;
        }
        return Ok(Broker { nats: None, nats_url: url.clone(), has_accounts });
    }
    let (data, accounts) = (options.data.join("nats"), keyring.accounts()?);
    keep_streams(&data.join("jetstream"), &keyring.authority.hub(now())?.key)?;
    let nats = Nats::start(NatsOptions {
        data,
        port: options.ports.nats(),
        monitor_port: Some(options.ports.nats_monitor()),
        accounts: Some(accounts),
        durable: options.durable,
    })
    .await?;
    broker::tell(&nats.url(), keyring, keyring.told(keyring.agencies.keys())?).await?;
    Ok(Broker { nats_url: nats.url(), nats: Some(nats), has_accounts: true })
}

/// Streams lie under the name of their account, which was not always a key.
fn keep_streams(store: &Path, account: &str) -> Result<()> {
    let (former, streams) = (store.join("GOV"), store.join(account));
    if former.exists() && !streams.exists() {
        std::fs::rename(former, streams)?;
    }
    Ok(())
}

/// The installation's secrets and its keyring; what agencies signed in with before there was one moves into it.
fn keys(options: &Options) -> Result<(Secrets, Keyring)> {
    let (data, kind) = (&options.data, if options.clock.is_live() { Kind::Live } else { Kind::Sandbox });
    let secrets = Secrets::load_or_make(data)?;
    let nats_url = options.nats_url.clone().unwrap_or_else(|| options.ports.nats_url());
    let keyring = Keyring::load_or_make(data, kind, &options.agencies, &secrets.agencies, &nats_url)?;
    Ok((secrets.hand_over(data)?, keyring))
}

/// Why a life ended before its system had started.
async fn interrupted<T>(life: &Life) -> Result<T> {
    life.ended().await.and_then(|()| bail!("stopped while starting"))
}
