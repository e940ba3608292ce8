//! Clocks fired a second while a million are armed, and moved a second by a closure that touches them all.

use std::time::Duration;

use anyhow::{Result, ensure};
use chassis::clock::Clock;
use contracts::deadline::{AnnounceClosureRequest, ListClosuresRequest};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use crate::doors::Doors;

/// Longer than any machine that this is worth measuring on.
const PATIENCE: Duration = Duration::from_secs(300);

/// Arms `armed` clocks that are due in a year and lets `fired` more fall due at once.
pub async fn fired_per_s(url: &str, armed: i64, fired: i64) -> Result<f64> {
    let mut connection = PgConnection::connect(url).await?;
    arm(&mut connection, armed, "365 days").await?;
    sqlx::query("ANALYZE clock").execute(&mut connection).await?;
    let before = breached(&mut connection).await?;
    let started = Instant::now();
    arm(&mut connection, fired, "-1 hour").await?;
    // From the first clock that fires: the service looks every 200 ms.
    let mut first = None;
    loop {
        let done = breached(&mut connection).await? - before;
        if done > 0 {
            first.get_or_insert((done, Instant::now()));
        }
        if done >= fired {
            break;
        }
        ensure!(
            started.elapsed() < PATIENCE,
            "only {done} of {fired} clocks fired in {} s",
            PATIENCE.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (seen, since) = first.unwrap_or((0, started));
    let rate = (fired - seen).max(1) as f64 / since.elapsed().as_secs_f64();
    let moved: i64 =
        sqlx::query_scalar("SELECT count(*) FROM clock WHERE agency = 'bench-one' AND epoch > 0")
            .fetch_one(&mut connection)
            .await?;
    ensure!(moved == 0, "{moved} clocks were moved instead of fired");
    Ok(rate)
}

/// Announces a closure of the whole country within the time of every armed clock, and waits until all are moved.
pub async fn moved_per_s(doors: &Doors, url: &str) -> Result<f64> {
    let mut connection = PgConnection::connect(url).await?;
    let day: String = sqlx::query_scalar("SELECT to_char(now() + interval '355 days', 'YYYY-MM-DD')")
        .fetch_one(&mut connection)
        .await?;
    let closure = AnnounceClosureRequest {
        closure_id: Clock::live().new_id().to_string(),
        first_day: day.clone(),
        last_day: day,
        reason_fa: "سنجش سرعت".to_owned(),
        ..Default::default()
    };
    let mut door = doors.deadline();
    let started = Instant::now();
    door.announce_closure(closure).await?;
    loop {
        let listed = door.list_closures(ListClosuresRequest::default()).await?.into_inner().closures;
        match listed.first() {
            Some(closure) if closure.parts_left == 0 => {
                return Ok(closure.moved as f64 / started.elapsed().as_secs_f64());
            }
            _ => {
                ensure!(
                    started.elapsed() < PATIENCE,
                    "the clocks were not moved in {} s",
                    PATIENCE.as_secs()
                );
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn arm(connection: &mut PgConnection, count: i64, due_in: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO clock (referral_id, case_id, agency, province, programme, policy, policy_version, starts_at, due_at, next_at,
                            rules_version)
         SELECT gen_random_uuid(), gen_random_uuid(), 'bench-one', 'east-azerbaijan', '', p.policy, p.version,
                now() + $2::interval - interval '15 days', now() + $2::interval, now() + $2::interval, r.version
         FROM generate_series(1, $1), rules r, (SELECT policy, version FROM policy WHERE programme = '' LIMIT 1) p",
    )
    .bind(count)
    .bind(due_in.to_owned())
    .execute(connection)
    .await?;
    Ok(())
}

async fn breached(connection: &mut PgConnection) -> Result<i64> {
    let sql = "SELECT count(*) FROM clock WHERE breached_at IS NOT NULL AND agency = 'bench-one' AND ended_at IS NULL";
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}
