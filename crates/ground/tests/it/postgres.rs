use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ground::test::Ground;
use ground::{Postgres, PostgresOptions, create_database_on, scratch};
use sqlx::{Connection, PgConnection};

async fn durable(data: &Path) -> anyhow::Result<Postgres> {
    Postgres::start(PostgresOptions { data: data.to_owned(), port: 0, durable: true }).await
}

async fn add(url: &str, number: i32) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query("CREATE TABLE IF NOT EXISTS kept (number int)").execute(&mut connection).await.unwrap();
    sqlx::query("INSERT INTO kept VALUES ($1)").bind(number).execute(&mut connection).await.unwrap();
}

async fn kept(url: &str) -> Vec<i32> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT number FROM kept ORDER BY number").fetch_all(&mut connection).await.unwrap()
}

#[tokio::test]
async fn committed_rows_outlive_restart_crash_and_a_second_start() {
    let folder = scratch("samad-test-ground-").unwrap();
    let data = folder.path().join("postgres");
    let mut postgres = durable(&data).await.unwrap();
    let url = postgres.create_database("intake").await.unwrap();
    add(&url, 1).await;

    let first = postgres.pid();
    postgres.restart().await.unwrap();
    assert_ne!(postgres.pid(), first);
    add(&url, 2).await;

    // A client that stays connected keeps its backend alive for a moment after the crash.
    let _open = PgConnection::connect(&url).await.unwrap();
    postgres.kill().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart().await.unwrap();
    add(&url, 3).await;

    drop(postgres);
    let postgres = durable(&data).await.unwrap();
    let url = postgres.create_database("intake").await.unwrap();
    assert_eq!(kept(&url).await, [1, 2, 3]);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_in_use_is_refused_and_the_one_running_unharmed() {
    let folder = scratch("samad-test-ground-").unwrap();
    let data = folder.path().join("postgres");
    let postgres = durable(&data).await.unwrap();
    let error = durable(&data).await.unwrap_err().to_string();
    assert!(error.contains("in use") && error.contains("--data"), "{error}");
    add(&postgres.create_database("intake").await.unwrap(), 1).await;
}

#[tokio::test]
async fn a_taken_port_is_refused_with_the_remedy() {
    let folder = scratch("samad-test-ground-").unwrap();
    let port = ground::free_port().unwrap();
    let _listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let options = PostgresOptions { data: folder.path().join("postgres"), port, durable: false };
    let error = Postgres::start(options).await.unwrap_err().to_string();
    assert!(error.contains("--port-base"), "{error}");
}

#[tokio::test]
async fn a_broken_cluster_is_named_with_its_log() {
    let folder = scratch("samad-test-ground-").unwrap();
    let data = folder.path().join("postgres");
    let postgres = durable(&data).await.unwrap();
    let data = postgres.data().to_owned();
    postgres.stop().await.unwrap();
    fs::remove_file(data.join("cluster/global/pg_control")).unwrap();
    let error = format!("{:#}", durable(&data).await.unwrap_err());
    assert!(error.contains("pg_control") && error.contains("postgres.log"), "{error}");
    assert!(error.contains("--data"), "{error}");
}

#[tokio::test]
async fn a_durable_server_asks_for_passwords_that_only_its_owner_reads() {
    let folder = scratch("samad-test-ground-").unwrap();
    let postgres = durable(&folder.path().join("postgres")).await.unwrap();
    let intake = postgres.create_database("intake").await.unwrap();
    let routing = postgres.create_database("routing").await.unwrap();
    let address = format!("127.0.0.1:{}", postgres.port());
    for wrong in [
        format!("postgres://samad@{address}/postgres"),
        format!("postgres://intake:wrong@{address}/intake"),
        routing.replace("/routing", "/intake"),
    ] {
        assert!(PgConnection::connect(&wrong).await.is_err(), "{wrong} got in");
    }
    let file = fs::metadata(postgres.data().join("passwords/intake")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let mut connection = PgConnection::connect(&intake).await.unwrap();
    let on: Vec<String> = sqlx::query_scalar(
        "SELECT setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(on, ["on", "on", "on"]);
}

#[tokio::test]
async fn databases_of_tests_are_fresh_and_apart() {
    let ground = Ground::new().await;
    let (one, two) = (ground.database("intake").await, ground.database("intake").await);
    assert_ne!(one, two);
    add(&one, 1).await;
    add(&two, 2).await;
    assert_eq!((kept(&one).await, kept(&two).await), (vec![1], vec![2]));
}

#[tokio::test]
async fn a_database_is_made_once_on_a_server_of_someone_else() {
    let folder = scratch("samad-test-ground-").unwrap();
    let options = PostgresOptions { data: folder.path().join("postgres"), port: 0, durable: true };
    let postgres = Postgres::start(options).await.unwrap();
    let server = postgres.url("postgres");
    let url = create_database_on(&server, "intake").await.unwrap();
    add(&url, 1).await;
    assert_eq!(create_database_on(&server, "intake").await.unwrap(), url);
    assert_eq!(kept(&url).await, [1]);
    create_database_on(&server, "x; DROP DATABASE intake").await.unwrap_err();
}

/// As root, PostgreSQL runs as another user, to whom this folder is closed; as anyone else nothing is in the way.
#[tokio::test]
async fn a_folder_that_the_user_postgres_cannot_reach_is_no_obstacle() {
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let wished = closed.path().join("postgres");
    let postgres = Postgres::start(PostgresOptions { data: wished, port: 0, durable: false }).await.unwrap();
    add(&postgres.create_database("intake").await.unwrap(), 1).await;
    let used = postgres.data().to_owned();
    assert!(used.starts_with(closed.path()) || used.starts_with("/var/lib/samad"), "{}", used.display());
    postgres.stop().await.unwrap();
    fs::remove_dir_all(used).unwrap();
}
