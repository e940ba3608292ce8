//! From a referral to a request of the endpoint, once.

use std::sync::Arc;

use anyhow::bail;
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sdk::{Agency, Desk, News, Outcome, Referral, ReferralId, Refusal, Retry};
use uuid::Uuid;

use crate::book::{Book, Standing};
use crate::config::Updates;
use crate::endpoint::{Endpoint, Filed};

/// How far the endpoint's clock may be behind ours when a request is looked for.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Why an answer came back: a reviewer did not let it pass.
const ANSWER_REJECTED: &str = "answer_rejected";

/// Files what the agency is given.
pub(crate) struct Filing {
    pub endpoint: Arc<Endpoint>,
    pub book: Arc<Book>,
    pub clock: Clock,
    pub updates: Updates,
}

impl Agency for Filing {
    async fn act(&self, referral: Referral, _desk: &Desk) -> Result<Outcome, Retry> {
        let since = match self.book.standing(referral.id) {
            // GeoReport knows no repeats: whether the answer was lost or the request, is seen in its list.
            Some(Standing::Begun(since)) => {
                if self.find(referral.id, since).await?.is_some() {
                    return Ok(Outcome::Later);
                }
                since
            }
            Some(_) => return Ok(Outcome::Later),
            None => {
                let now = self.clock.now();
                self.book.write(referral.id, Standing::Begun(now))?;
                now
            }
        };
        let standing = match self.endpoint.file(&referral).await? {
            Filed::Id(id) => Standing::Filed(id),
            Filed::Token(token) => Standing::Token { token, since },
        };
        self.book.write(referral.id, standing)?;
        Ok(Outcome::Later)
    }

    async fn refused(&self, refusal: Refusal) -> Result<(), Retry> {
        let referral = refusal.referral_id;
        if refusal.code != ANSWER_REJECTED {
            tracing::warn!(%refusal, "Samad did not take an action");
            return Ok(());
        }
        match self.book.standing(referral) {
            Some(ref answered @ Standing::Answered { ref id, ref update, .. }) => {
                if self.updates == Updates::Extension {
                    self.tell(id, referral, "REOPEN", refusal.message_fa).await?;
                } else {
                    tracing::error!(%referral, "an answer came back and the endpoint takes no updates: a person tells it");
                }
                let reopened = Standing::Reopened { id: id.clone(), update: update.clone() };
                self.book.replace(referral, answered, reopened)?;
            }
            Some(_) => {}
            None => {
                tracing::error!(%refusal, "no request of this answer is known: a person answers it at /staff");
            }
        }
        Ok(())
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
        if let Some(id) = self.request_of(referral).await? {
            if self.updates == Updates::Extension {
                self.tell(&id, referral, status, text).await?;
            } else {
                tracing::error!(%referral, status, "there is news and the endpoint takes no updates: a person tells it");
            }
        }
        if status == "CANCELLED" && self.book.standing(referral).is_some() {
            self.book.write(referral, Standing::Ended(self.clock.now()))?;
        }
        Ok(())
    }
}

impl Filing {
    /// The id of the referral's open request; none: there is none.
    async fn request_of(&self, referral: ReferralId) -> anyhow::Result<Option<String>> {
        match self.book.standing(referral) {
            Some(Standing::Filed(id) | Standing::Reopened { id, .. }) => Ok(Some(id)),
            Some(Standing::Begun(since)) => self.find(referral, since).await,
            Some(Standing::Token { .. }) => bail!("the request has no id yet: it is told when it has one"),
            Some(Standing::Answered { .. } | Standing::Ended(_)) | None => Ok(None),
        }
    }

    /// The id of a request that was perhaps filed, if it was.
    async fn find(&self, referral: ReferralId, since: Timestamp) -> anyhow::Result<Option<String>> {
        let id = self.endpoint.find(referral, since - SKEW).await?;
        if let Some(id) = &id {
            self.book.found(referral, &Standing::Begun(since), id.clone(), since)?;
        }
        Ok(id)
    }

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
