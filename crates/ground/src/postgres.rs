//! A PostgreSQL server as a child process.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use crate::cluster::{Cluster, SUPERUSER, check_name};
use crate::find::POSTGRES_AT_LEAST;
use crate::lock::lock_folder;
use crate::ports;
use crate::process::Process;
use crate::user::{User, data_folder};

/// Recovery after a crash reads up to `max_wal_size` of log.
const START_PATIENCE: Duration = Duration::from_secs(180);
/// First a fast shutdown with a checkpoint; then, lest Ctrl-C take longer than 10 s together with the services'
/// own stop, an immediate one, from which the next start recovers.
const STOP: [(&str, Duration); 2] = [("INT", Duration::from_secs(3)), ("QUIT", Duration::from_secs(1))];
/// On drop, or when the owner dies: end now, but remove shared memory.
const DEATH_SIGNAL: &str = "QUIT";
/// How often a start on any free port is tried again when another program was quicker to take the port.
const PORT_TRIES: usize = 5;

/// How to start a [`Postgres`].
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The folder for everything this server keeps; made when missing.
    pub data: PathBuf,
    /// The port on loopback; 0 for any free one.
    pub port: u16,
    /// Whether a confirmed commit survives a crash. `false` is for tests: no fsync, no passwords on loopback.
    pub durable: bool,
}

/// A running PostgreSQL on loopback. Dropping it ends it.
#[derive(Debug)]
pub struct Postgres {
    cluster: Cluster,
    port: u16,
    process: Process,
}

impl Postgres {
    /// Starts PostgreSQL on the folder, making the cluster the first time, and waits until it answers.
    ///
    /// # Errors
    /// In one sentence with the remedy: not installed, port taken, folder in use, unusable or broken.
    pub async fn start(options: PostgresOptions) -> Result<Self> {
        let cluster = Cluster::at(&options.data, options.durable)?;
        let mut tries = 1;
        loop {
            let port = ports::pick(options.port)?;
            match launch(&cluster, port).await {
                Ok(process) => return Ok(Self { cluster, port, process }),
                Err(_) if options.port == 0 && tries < PORT_TRIES && !ports::is_free(port) => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a cluster was made for the folder `data`; it may be served or not.
    ///
    /// # Errors
    /// When we are root and there is no user `postgres`.
    pub fn exists_at(data: &Path) -> Result<bool> {
        Ok(data_folder(data, User::for_postgres()?)?.join("cluster").exists())
    }

    /// The URL of a database that [`Self::create_database`] made, for its owner; of `postgres`, for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let role = if database == "postgres" { SUPERUSER } else { database };
        let password = self.cluster.password(role).map(|password| format!(":{password}")).unwrap_or_default();
        format!("postgres://{role}{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database and a role of the same name that owns it, unless they exist, and returns its URL. No other
    /// role but the superuser may connect to it.
    ///
    /// # Errors
    /// When the name is not plain (small letters, digits, `_`) or the server refuses.
    pub async fn create_database(&self, name: &str) -> Result<String> {
        check_name(name)?;
        self.cluster.make_password(name)?;
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        let verb = if exists { "ALTER" } else { "CREATE" };
        let secret = self.cluster.password(name).map(|password| format!(" PASSWORD '{password}'"));
        run(&mut connection, format!("{verb} ROLE \"{name}\" LOGIN{}", secret.unwrap_or_default())).await?;
        if create_if_missing(&mut connection, name, &format!(" OWNER \"{name}\"")).await? {
            run(&mut connection, format!("REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC")).await?;
        }
        connection.close().await?;
        Ok(self.url(name))
    }

    /// Stops in order and starts again on the same folder and port; after [`Self::kill`], only starts.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn restart(&mut self) -> Result<()> {
        self.process.stop(&STOP).await?;
        self.process = launch(&self.cluster, self.port).await?;
        Ok(())
    }

    /// Ends the server at once, as a crash of the machine's software would (SIGKILL).
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Stops in order, with a checkpoint if there is time for one, within 5 s.
    ///
    /// # Errors
    /// When the server cannot be stopped.
    pub async fn stop(mut self) -> Result<()> {
        self.process.stop(&STOP).await
    }

    /// The server's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder really used: the wished one, or one below `/var/lib/samad` when we are root and the user
    /// `postgres` cannot reach the wished one.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.cluster.data
    }
}

/// Makes a database on a server of someone else, reached by `server_url` (of any database there, with the right to
/// create more), unless it exists, and returns its URL with the same user.
///
/// # Errors
/// When the name is not plain, or the server cannot be reached, is older than 15 or refuses.
pub async fn create_database_on(server_url: &str, name: &str) -> Result<String> {
    check_name(name)?;
    let server =
        PgConnectOptions::from_str(server_url).context("the given URL of PostgreSQL cannot be read")?;
    let mut connection = server
        .connect()
        .await
        .context("the given PostgreSQL cannot be used: is its URL right, does it run?")?;
    let version = connection.server_version_num().unwrap_or(u32::MAX) / 10_000;
    ensure!(version >= POSTGRES_AT_LEAST.0, "the given PostgreSQL is version {version}, 15 is needed");
    create_if_missing(&mut connection, name, "").await.with_context(|| {
        format!(
            "the database {name} cannot be made: make it yourself, or give the URL's user the right CREATEDB"
        )
    })?;
    connection.close().await?;
    Ok(server.database(name).to_url_lossy().to_string())
}

/// Whether the database was made now.
async fn create_if_missing(connection: &mut PgConnection, name: &str, clause: &str) -> Result<bool> {
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        run(connection, format!("CREATE DATABASE \"{name}\"{clause}")).await?;
    }
    Ok(!exists)
}

/// Runs a statement that takes no parameters. Names in it passed [`check_name`]; passwords are hexadecimal.
async fn run(connection: &mut PgConnection, statement: String) -> Result<()> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}

async fn launch(cluster: &Cluster, port: u16) -> Result<Process> {
    let lock = lock_folder(&cluster.data).await?;
    ports::require_free(port)?;
    let command = cluster.prepare(port).await?;
    let mut process =
        Process::spawn("PostgreSQL", command, DEATH_SIGNAL, cluster.user, &cluster.log(), lock)?;
    let password = cluster.password(SUPERUSER);
    let options = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username(SUPERUSER)
        .database("postgres");
    let options = password.iter().fold(options, |options, password| options.password(password));
    let answers = async || match options.connect().await {
        Ok(connection) => connection.close().await.is_ok(),
        Err(_) => false,
    };
    process.wait_until_ready(START_PATIENCE, answers).await.with_context(|| {
        format!(
            "the database in {} does not start: restore it from your backup, or choose another folder with --data",
            cluster.data.display()
        )
    })?;
    compress_cheaply(&options).await.context("PostgreSQL's settings cannot be changed")?;
    Ok(process)
}

/// After a checkpoint each page that is touched goes into the log whole: packing it by lz4 costs a tenth of what the
/// built-in way does. Not every build of PostgreSQL knows it, so the server is asked.
async fn compress_cheaply(options: &PgConnectOptions) -> Result<()> {
    let mut connection = options.connect().await?;
    let better: bool = sqlx::query_scalar(
        "SELECT setting = 'pglz' AND 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'wal_compression'",
    )
    .fetch_one(&mut connection)
    .await?;
    if better {
        run(&mut connection, "ALTER SYSTEM SET wal_compression = 'lz4'".to_owned()).await?;
        run(&mut connection, "SELECT pg_reload_conf()".to_owned()).await?;
    }
    Ok(connection.close().await?)
}
