//! `samad answers held|pass|fail`

use anyhow::Result;
use clap::{Args, Subcommand};
use contracts::routing::{HeldAnswer, ListHeldAnswersRequest, ReviewAnswerRequest};

use super::Context;
use crate::show::instant;

#[derive(Subcommand)]
pub enum Answers {
    /// Answers that wait for a reviewer, oldest first, with the reason.
    Held {
        /// Province code; all if absent.
        #[arg(long, default_value = "")]
        province: String,
    },
    /// Let an answer count, as of when it was given.
    Pass {
        #[command(flatten)]
        answer: Answer,
    },
    /// Give an answer back to the agency.
    Fail {
        #[command(flatten)]
        answer: Answer,
        /// Why: the agency reads it.
        #[arg(long)]
        reason: String,
    },
}

/// Which answer, and who reviews it.
#[derive(Args)]
pub struct Answer {
    /// The referral's id.
    referral_id: String,
    /// The id of the action that answered.
    action_id: String,
    /// Who reviews.
    #[arg(long)]
    by: String,
}

impl Answers {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Answers::Held { province } => held(context, province).await,
            Answers::Pass { answer } => review(context, answer, true, String::new()).await,
            Answers::Fail { answer, reason } => review(context, answer, false, reason).await,
        }
    }
}

async fn held(context: &Context, province: String) -> Result<u8> {
    let request = ListHeldAnswersRequest { province, page_size: 500, ..Default::default() };
    let answer = context.doors.rulings().list_held_answers(request).await?.into_inner();
    context.show.message("samad.routing.v1.ListHeldAnswersResponse", &answer, |answer| {
        let line = |held: &HeldAnswer| {
            let held_at = instant(held.held_at.as_ref());
            let HeldAnswer { referral_id, action_id, agency, why_fa, text, .. } = held;
            format!("{referral_id} {action_id}  {held_at}  {agency}\n  {why_fa}\n  {text}")
        };
        answer.answers.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(0)
}

async fn review(context: &Context, answer: Answer, pass: bool, reason: String) -> Result<u8> {
    let Answer { referral_id, action_id, by } = answer;
    let request = ReviewAnswerRequest { referral_id, action_id, pass, reason, reviewed_by: by };
    let answer = context.doors.rulings().review_answer(request).await?.into_inner();
    context.show.message("samad.routing.v1.ReviewAnswerResponse", &answer, |answer| {
        if answer.passed { "it counts".to_owned() } else { "given back to the agency".to_owned() }
    })?;
    Ok(0)
}
