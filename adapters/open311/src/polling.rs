//! What the endpoint says happened, as actions on the referrals.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sdk::{Desk, ReferralId, Refusal};

use crate::book::{Book, Standing};
use crate::config::Updates;
use crate::endpoint::Endpoint;
use crate::notation::{Item, field};
use crate::status::{Word, word};

/// Between the beginnings of two rounds.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Between two rounds at least, of the machine's time, however fast a rehearsal's clock runs.
const LEAST: Duration = Duration::from_millis(250);
/// Requests that are asked after at once: their ids stand in the address.
const AT_ONCE: usize = 50;
/// Windows overlap by so much, for an endpoint whose clock is behind ours or that writes updates down late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// A window is no longer: as GeoReport says.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Ids of updates that are remembered: what is handed in once more for a forgotten one is the same action.
const REMEMBERED: usize = 10_000;

/// Asks the endpoint again and again.
pub(crate) struct Polling {
    endpoint: Arc<Endpoint>,
    book: Arc<Book>,
    desk: Desk,
    clock: Clock,
    updates: Updates,
    handed_in: HashSet<String>,
}

impl Polling {
    pub fn new(endpoint: Arc<Endpoint>, book: Arc<Book>, desk: Desk, clock: Clock, updates: Updates) -> Self {
        Polling { endpoint, book, desk, clock, updates, handed_in: HashSet::new() }
    }

    /// Polls until the life ends.
    pub async fn run(mut self, life: Life) -> Result<()> {
        let polling = async {
            loop {
                let begun = self.clock.now();
                if let Err(error) = self.round().await {
                    tracing::warn!(error = format!("{error:#}"), "the endpoint was asked in vain");
                }
                tokio::time::sleep(LEAST).await;
                self.clock.sleep_until(begun + EVERY).await;
            }
        };
        let _: Option<()> = life.token().run_until_cancelled(polling).await;
        Ok(())
    }

    async fn round(&mut self) -> Result<()> {
        for (referral, token) in self.book.tokens() {
            match self.endpoint.id_of(&token).await {
                Ok(Some(id)) => self.book.write(referral, Standing::Filed(id))?,
                Ok(None) => {}
                // One that the endpoint forgot keeps no other waiting.
                Err(error) => {
                    tracing::warn!(%referral, error = format!("{error:#}"), "a token has no id yet");
                }
            }
        }
        match self.updates {
            Updates::Requests => self.ask_after_requests().await,
            Updates::Extension => self.read_updates().await,
        }
    }

    async fn ask_after_requests(&mut self) -> Result<()> {
        let filed = self.book.filed();
        let mut ids: Vec<String> = filed.keys().cloned().collect();
        ids.sort();
        for some in ids.chunks(AT_ONCE) {
            for request in self.endpoint.requests(some).await? {
                let (id, notes) = (field(&request, "service_request_id"), field(&request, "status_notes"));
                // GeoReport gives no id to what happened: the same words are the same.
                let update = format!("{id} {} {notes}", field(&request, "status"));
                self.hear(&filed, id, update, &request, notes).await?;
            }
        }
        Ok(())
    }

    async fn read_updates(&mut self) -> Result<()> {
        let until = self.clock.now();
        let from = self.book.was_read_until().unwrap_or(until);
        let from = from.saturating_sub(OVERLAP)?.max(until.saturating_sub(LONGEST)?);
        // An update may be of a request whose id came with this round.
        let filed = self.book.filed();
        let mut updates = self.endpoint.updates(from, until).await?;
        updates.sort_by_key(|update| field(update, "updated_datetime").parse::<Timestamp>().ok());
        for update in &updates {
            let id = field(update, "service_request_id").to_owned();
            let number = field(update, "update_id").to_owned();
            self.hear(&filed, &id, number, update, field(update, "description")).await?;
        }
        self.book.read_until(until)
    }

    /// Hands in what a status and its words mean for the referral, once for each `update`.
    async fn hear(
        &mut self,
        filed: &HashMap<String, ReferralId>,
        id: &str,
        update: String,
        item: &Item,
        words: &str,
    ) -> Result<()> {
        let Some(referral) = filed.get(id).copied().filter(|_| !self.handed_in.contains(&update)) else {
            return Ok(());
        };
        let (verdict, ends) = match word(field(item, "status"), words) {
            Word::Done(answer) => (self.desk.answer(referral, answer).await, true),
            Word::NotOurs(back) => (self.desk.give_back(referral, back).await, true),
            Word::Progress(said) => (self.desk.progress(referral, said).await, false),
            Word::Nothing => (Ok(()), false),
        };
        if let Err(refusal) = &verdict {
            tracing::warn!(%refusal, "Samad did not take what the endpoint says");
        }
        // What was answered by hand is over, too.
        if ends && verdict.is_ok() || verdict.as_ref().is_err_and(Refusal::is_already_answered) {
            self.book.write(referral, Standing::Ended)?;
        }
        if self.handed_in.len() >= REMEMBERED {
            self.handed_in.clear();
        }
        self.handed_in.insert(update);
        Ok(())
    }
}
