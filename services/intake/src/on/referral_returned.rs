//! An agency said that the case is not its own.

use anyhow::Result;
use contracts::routing::ReferralReturned;
use outbox::{Heard, Says};

use super::tell_cases::news;
use crate::domain::referral::{News, ReferralState};

/// The referral ends; the case waits for the next round (rule 4).
impl Says<News> for ReferralReturned {
    fn news(Heard { time, fact, .. }: &Heard<Self>) -> Result<News> {
        let mut news = news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Returned, *time)?;
        news.referral.round = fact.round;
        Ok(news)
    }
}
