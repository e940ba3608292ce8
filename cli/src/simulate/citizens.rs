//! What citizens do about their cases after they brought them.

use anyhow::Result;
use jiff::Timestamp;

use super::complaints::Plaintiffs;
use super::feedback::Voices;
use super::news::News;
use super::scene::Scene;
use super::withdrawals::Repenting;
use crate::system::System;

/// The citizens of a province.
pub struct Citizens {
    news: News,
    repenting: Repenting,
    voices: Voices,
    plaintiffs: Plaintiffs,
}

impl Citizens {
    /// They listen to that system.
    ///
    /// # Errors
    /// When its broker is away.
    pub async fn of(system: &System) -> Result<Self> {
        let (repenting, voices, plaintiffs) = Default::default();
        Ok(Citizens { news: News::of(system).await?, repenting, voices, plaintiffs })
    }

    /// They learn what happened since the last time.
    ///
    /// # Errors
    /// When the broker is away or a fact cannot be read.
    pub async fn learn(&mut self, scene: &mut Scene) -> Result<()> {
        for event in self.news.read().await? {
            scene.book.hear(&event);
            self.repenting.hear(scene, &event);
            self.voices.hear(scene, &event);
            self.plaintiffs.hear(scene, &event);
        }
        Ok(())
    }

    /// They take back, judge and complain; whether anything follows from it.
    ///
    /// # Errors
    /// When intake refuses it or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, now: Timestamp) -> Result<bool> {
        let withdrawn = self.repenting.turn(scene, now).await?;
        let reopened = self.voices.turn(scene, now).await?;
        let complained = self.plaintiffs.turn(scene, now).await?;
        Ok(withdrawn || reopened || complained)
    }
}
