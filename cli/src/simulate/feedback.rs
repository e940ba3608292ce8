//! Whether answers solved the matter (rule 8): some citizens say so, some say the contrary, which opens the case again, and
//! some say nothing.

use anyhow::Result;
use contracts::intake::{FeedbackOutcome, FeedbackVerdict, GiveFeedbackRequest, Kind};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;

use super::diary::Diary;
use super::news::Event;
use super::scene::{AT_ONCE, Scene};
use super::temper::later;

/// What citizens say of answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Answers of which the citizen says anything.
    said_percent: u64,
    /// Of these, those that solved the matter.
    solved_percent: u64,
    /// Days after the answer: first and last.
    days: [u64; 2],
    not_solved: String,
}

/// A word on an answer of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    number: u64,
    answer: u32,
    case_id: String,
    solved: bool,
}

/// Who will say what.
#[derive(Default)]
pub struct Voices(Diary<Word>);

impl Voices {
    /// Hears that a case is answered; the book has heard it before.
    pub fn hear(&mut self, scene: &Scene, event: &Event) {
        let Event::Closed { case_id, at } = event else { return };
        let Some(case) = scene.book.case(case_id).filter(|case| case.contact.kind() != Kind::Report) else {
            return;
        };
        let (number, answer, numbers) = (case.number, case.answers, &scene.life.feedback);
        let mut chance = scene.chance(&["feedback", &number.to_string(), &answer.to_string()]);
        if chance.percent(numbers.said_percent) {
            let solved = chance.percent(numbers.solved_percent);
            let word = Word { number, answer, case_id: case_id.clone(), solved };
            self.0.note(later(&mut chance, *at, numbers.days), word);
        }
    }

    /// Says what is to be said by now; whether a case was opened again.
    ///
    /// # Errors
    /// When intake refuses it or does not answer.
    pub async fn turn(&mut self, scene: &mut Scene, now: Timestamp) -> Result<bool> {
        let due = self.0.due(now);
        let not_solved = scene.life.feedback.not_solved.clone();
        let doors = &scene.doors;
        let heard: Vec<(Word, FeedbackOutcome)> = stream::iter(due)
            .map(async |word| {
                let (verdict, statement) = if word.solved {
                    (FeedbackVerdict::Solved, String::new())
                } else {
                    (FeedbackVerdict::NotSolved, not_solved.clone())
                };
                let (case, answer) = (word.case_id.clone(), word.answer);
                let request = GiveFeedbackRequest { case, verdict: verdict.into(), statement, answer };
                let outcome = doors.cases().give_feedback(request).await?.into_inner().outcome();
                anyhow::Ok((word, outcome))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let before = scene.played.reopened;
        for (word, outcome) in heard {
            let said = if word.solved { &mut scene.played.solved } else { &mut scene.played.not_solved };
            *said += 1;
            let reopened = matches!(outcome, FeedbackOutcome::Reopened | FeedbackOutcome::Arbiter);
            scene.played.reopened += u64::from(reopened);
            if let Some(case) = scene.book.case_mut(&word.case_id).filter(|_| reopened) {
                case.open = true;
            }
        }
        Ok(scene.played.reopened > before)
    }
}
