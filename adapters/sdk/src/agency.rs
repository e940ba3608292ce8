//! The one trait an agency's developer implements.

use std::future::Future;

use crate::{Desk, News, Outcome, Referral, Refusal, Retry};

/// An agency's side of Samad.
pub trait Agency: Send + Sync + 'static {
    /// Acts on one referral and says what came of it. `?` gives any error back as [`Retry`].
    ///
    /// It may be called again for a referral it acted on: after an error, a crash or a restored broker. What it does
    /// in the agency's own systems should bear `referral.id`, so that it is done once.
    fn act(&self, referral: Referral, desk: &Desk) -> impl Future<Output = Result<Outcome, Retry>> + Send;

    /// Hears that an action of this agency was not taken, whoever sent it; perhaps more than once. Logs it by default.
    fn refused(&self, refusal: Refusal) -> impl Future<Output = Result<(), Retry>> + Send {
        async move {
            tracing::warn!(%refusal, "Samad did not take an action");
            Ok(())
        }
    }

    /// Hears what people decided on a referral of this agency, or that the citizen added to it; perhaps more than once.
    /// Notes in the log that it came, by default.
    fn told(&self, news: News) -> impl Future<Output = Result<(), Retry>> + Send {
        async move {
            tracing::info!(?news, "a referral has news");
            Ok(())
        }
    }
}
