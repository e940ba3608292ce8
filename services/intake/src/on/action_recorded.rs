//! An agency accepted a referral or made progress.

use anyhow::Result;
use contracts::routing::ActionRecorded;
use outbox::{Heard, Says};

use super::tell_cases::news;
use crate::domain::referral::{News, ReferralState};

/// The case is accepted: progress without acceptance is acceptance too.
impl Says<News> for ActionRecorded {
    fn news(Heard { time, fact, .. }: &Heard<Self>) -> Result<News> {
        news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Accepted, *time)
    }
}
