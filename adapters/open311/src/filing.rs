//! From a referral to a request of the endpoint, once.

use std::sync::Arc;

use chassis::clock::Clock;
use jiff::SignedDuration;
use sdk::{Agency, Desk, News, Outcome, Referral, ReferralId, Retry};
use uuid::Uuid;

use crate::book::{Book, Standing};
use crate::config::Updates;
use crate::endpoint::{Endpoint, Filed};

/// How far the endpoint's clock may be behind ours when a request is looked for.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Files what the agency is given.
pub(crate) struct Filing {
    pub endpoint: Arc<Endpoint>,
    pub book: Arc<Book>,
    pub clock: Clock,
    pub updates: Updates,
}

impl Agency for Filing {
    async fn act(&self, referral: Referral, _desk: &Desk) -> Result<Outcome, Retry> {
        match self.book.standing(referral.id) {
            Some(Standing::Token(_) | Standing::Filed(_) | Standing::Ended) => return Ok(Outcome::Later),
            // GeoReport knows no repeats: whether the answer was lost or the request, is seen in its list.
            Some(Standing::Begun(since)) => {
                if let Some(id) = self.endpoint.find(referral.id, since - SKEW).await? {
                    self.book.write(referral.id, Standing::Filed(id))?;
                    // What was said of it meanwhile was said of a stranger's request.
                    self.book.read_until(since)?;
                    return Ok(Outcome::Later);
                }
            }
            None => self.book.write(referral.id, Standing::Begun(self.clock.now()))?,
        }
        let standing = match self.endpoint.file(&referral).await? {
            Filed::Id(id) => Standing::Filed(id),
            Filed::Token(token) => Standing::Token(token),
        };
        self.book.write(referral.id, standing)?;
        Ok(Outcome::Later)
    }

    async fn told(&self, news: News) -> Result<(), Retry> {
        let (referral, status, text) = match news {
            News::Amended { referral_id, statement } => (referral_id, "OPEN", statement),
            News::Withdrawn { referral_id, reason } => (referral_id, "CANCELLED", reason),
            News::Documents { referral_id, note } => (referral_id, "OPEN", note),
            News::Extension { referral_id, days, reason } => {
                (referral_id, "OPEN", format!("تمدید مهلت: {days} روز. {reason}"))
            }
        };
        if let Some(Standing::Filed(id)) = self.book.standing(referral)
            && self.updates == Updates::Extension
        {
            self.tell(&id, referral, status, text).await?;
        }
        if status == "CANCELLED" {
            self.book.write(referral, Standing::Ended)?;
        }
        Ok(())
    }
}

impl Filing {
    /// Tells the endpoint of a request's news; perhaps more than once, under the same id.
    async fn tell(&self, id: &str, referral: ReferralId, status: &str, text: String) -> anyhow::Result<()> {
        let now = self.clock.now();
        let fields = [
            ("service_request_id", id.to_owned()),
            ("update_id", Uuid::new_v5(&referral.0, text.as_bytes()).to_string()),
            ("updated_datetime", now.to_string()),
            ("status", status.to_owned()),
            ("description", text),
        ];
        self.endpoint.update(&fields).await
    }
}
