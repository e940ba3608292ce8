//! A case was sent to an agency.

use anyhow::Result;
use contracts::optional_instant;
use contracts::routing::ReferralIssued;
use outbox::{Heard, Says, refuse};

use super::tell_cases::news;
use crate::domain::referral::{News, ReferralState};

/// The case is referred, and who holds it.
impl Says<News> for ReferralIssued {
    fn news(Heard { time, fact, .. }: &Heard<Self>) -> Result<News> {
        let mut news = news(&fact.case_id, &fact.referral_id, &fact.agency, ReferralState::Issued, *time)?;
        let issued_at =
            optional_instant(fact.issued_at.as_ref()).map_err(|error| refuse(error.to_string()))?;
        news.referral.name_fa.clone_from(&fact.agency_name_fa);
        news.referral.round = fact.round;
        news.referral.agencies = fact.agencies;
        news.referral.since = Some(issued_at.unwrap_or(*time));
        Ok(news)
    }
}
