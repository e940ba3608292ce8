//! An agency answered.

use anyhow::Result;
use contracts::routing::ReferralAnswered;
use outbox::{Heard, Says};

use super::tell_cases::news;
use crate::domain::referral::{News, ReferralState, answer_text};

/// The referral ends, and the case when it was the last one open (rule 4).
impl Says<News> for ReferralAnswered {
    fn news(Heard { time, fact, .. }: &Heard<Self>) -> Result<News> {
        let mut news = news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Answered, *time)?;
        news.referral.round = fact.round;
        news.referral.answer = answer_text(&fact.text, &fact.legal_reason);
        Ok(news)
    }
}
