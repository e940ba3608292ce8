//! Clears away what came of recordings whose upload broke off.

use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use jiff::SignedDuration;
use sqlx::PgPool;

use crate::out::recording_files::RecordingFiles;
use crate::store::recordings;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(600);
/// An upload that began so long ago goes on no more.
const AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Recordings of one round.
const BATCH: i64 = 100;

/// Starts the sweep.
pub fn spawn(db: &PgPool, clock: &Clock, files: &RecordingFiles, life: &Life) {
    let (db, clock, files, ending) = (db.clone(), clock.clone(), files.clone(), life.clone());
    life.spawn("abandoned recordings", async move {
        while !ending.is_stopping() {
            if let Err(error) = sweep(&db, &clock, &files).await {
                tracing::debug!(
                    error = format!("{error:#}"),
                    "abandoned recordings will be cleared away later"
                );
            }
            tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = ending.stopping() => {} }
        }
        Ok(())
    });
}

async fn sweep(db: &PgPool, clock: &Clock, files: &RecordingFiles) -> Result<()> {
    let abandoned = recordings::abandoned(db, clock.now().saturating_sub(AGE)?, BATCH).await?;
    for id in &abandoned {
        files.remove(*id).await?;
    }
    if !abandoned.is_empty() {
        recordings::forget(db, &abandoned).await?;
    }
    Ok(())
}
