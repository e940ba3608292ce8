//! With one service's database role: its own database, and no other.

use cli::ports::SERVICES;
use ground::{Postgres, PostgresOptions};
use sqlx::{Connection as _, PgConnection};

#[tokio::test]
async fn a_role_enters_its_own_database_only() {
    let folder = ground::scratch("samad-walls-").unwrap();
    let data = folder.path().join("postgres");
    let postgres = Postgres::start(PostgresOptions { data, port: 0, durable: true }).await.unwrap();
    let mut urls = Vec::new();
    for service in SERVICES {
        urls.push((service, postgres.create_database(service).await.unwrap()));
    }
    for (service, url) in &urls {
        let mut own = PgConnection::connect(url).await.unwrap();
        sqlx::query("CREATE TABLE mine (id int)").execute(&mut own).await.unwrap();
        for forbidden in ["CREATE ROLE more", "CREATE DATABASE more", "SELECT * FROM pg_authid"] {
            assert!(sqlx::query(forbidden).execute(&mut own).await.is_err(), "{service}: {forbidden}");
        }
        for other in SERVICES.iter().filter(|other| *other != service) {
            let (door, _) = url.rsplit_once('/').unwrap();
            let refused = PgConnection::connect(&format!("{door}/{other}")).await.unwrap_err().to_string();
            assert!(refused.contains("permission denied for database"), "{service} in {other}: {refused}");
            let become_other = format!("SET ROLE {other}");
            assert!(sqlx::query(sqlx::AssertSqlSafe(become_other)).execute(&mut own).await.is_err());
        }
        assert!(
            PgConnection::connect(&url.replacen(&format!("//{service}:"), "//postgres:", 1)).await.is_err()
        );
    }
    postgres.stop().await.unwrap();
}
