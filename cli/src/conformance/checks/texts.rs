//! What citizens write.

use anyhow::{Context as _, Result};
use contracts::intake::Kind;

use super::{Check, RULES, SDK};
use crate::conformance::scene::Scene;
use crate::sandbox::Draft;

/// As much as intake takes.
const LONGEST: usize = 4_000;
/// A half-space, Arabic and Persian letters for one sound, digits of three scripts, marks of direction, an emoji.
const MIXED: &str =
    "آب كوچه‌ي ما «قطع» است؛ شمارهٔ ۱۲، ١٢ و 12. \u{200f}(تلفن همسایه)\u{200e} نمی‌دانم چه کنم 🙏";
/// What a careless program takes for its own.
const MARKUP: &str = "گفتند: \"فردا\"\n<script>alert('x')</script>\t%s {0} '; DROP TABLE referral; -- \\u0000 &amp; ${HOME} \\";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "persian-text",
        does: "refers a text with half-spaces, letters and digits of several scripts, marks of direction and an emoji",
        expects: "it is answered like any other",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(answered(scene, MIXED.to_owned())),
    },
    Check {
        name: "longest-text",
        does: "refers a text of 4,000 Persian letters, as long as they get",
        expects: "it is answered like any other",
        rule: SDK,
        restarts: false,
        run: |scene| {
            Box::pin(answered(scene, "آب قطع است. ".chars().cycle().take(LONGEST - 1).chain(['.']).collect()))
        },
    },
    Check {
        name: "markup-and-quotes",
        does: "refers a text with quotes, line ends, markup and what looks like SQL",
        expects: "it is answered like any other",
        rule: SDK,
        restarts: false,
        run: |scene| Box::pin(answered(scene, MARKUP.to_owned())),
    },
    Check {
        name: "every-kind",
        does: "refers a complaint, a suggestion, a criticism and an idea, without a place",
        expects: "each is answered or returned",
        rule: RULES,
        restarts: false,
        run: |scene| Box::pin(every_kind(scene)),
    },
];

async fn answered(scene: &Scene, text: String) -> Result<()> {
    let given = scene.issue(&Draft { text, ..Draft::default() }).await?;
    scene.ended(&given).await?;
    scene.acknowledged(given.sequence, "the referral").await
}

async fn every_kind(scene: &Scene) -> Result<()> {
    for kind in [Kind::Complaint, Kind::Suggestion, Kind::Criticism, Kind::Idea] {
        let draft = Draft { kind, place: String::new(), ..Draft::default() };
        let given = scene.issue(&draft).await?;
        scene.ended(&given).await.with_context(|| format!("kind {}", kind.as_str_name()))?;
    }
    Ok(())
}
