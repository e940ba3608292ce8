//! What the endpoint says happened, as actions on the referrals.

use std::collections::{HashMap, HashSet};
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chassis::Life;
use chassis::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use sdk::{Desk, ReferralId};

use crate::book::{Book, Standing};
use crate::config::Updates;
use crate::endpoint::{Endpoint, Faulty};
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
/// How long an answer may be under review: far longer than any reviewer takes.
const REVIEWED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What endpoints answer when one of several ids is not known to them.
const OF_ONE: [u16; 4] = [400, 404, 410, 422];
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
        self.book.let_go(self.clock.now().saturating_sub(REVIEWED)?)?;
        for (referral, (token, since)) in self.book.tokens() {
            match self.endpoint.id_of(&token).await {
                Ok(Some(id)) => self.book.found(referral, &Standing::Token { token, since }, id, since)?,
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
            for request in self.requests(some).await {
                let (id, notes) = (field(&request, "service_request_id"), field(&request, "status_notes"));
                // GeoReport gives no id to what happened: the same words are the same.
                let update = format!("{id} {} {notes}", field(&request, "status"));
                self.hear(&filed, id, update, &request, notes).await?;
            }
        }
        Ok(())
    }

    /// These requests as they now are: as many of them as the endpoint gives.
    async fn requests(&self, ids: &[String]) -> Vec<Item> {
        match self.endpoint.requests(ids).await {
            Ok(requests) => requests,
            // One that it does not know spoils the answer on all.
            Err(error) if ids.len() > 1 && is_of_one(&error) => {
                let mut requests = Vec::with_capacity(ids.len());
                for id in ids {
                    match self.endpoint.requests(slice::from_ref(id)).await {
                        Ok(request) => requests.extend(request),
                        Err(error) => {
                            tracing::warn!(
                                id,
                                error = format!("{error:#}"),
                                "the endpoint does not know a request"
                            );
                        }
                    }
                }
                requests
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "requests were asked after in vain");
                Vec::new()
            }
        }
    }

    async fn read_updates(&mut self) -> Result<()> {
        let until = self.clock.now();
        let reading = self.book.reading();
        let from = reading.until.unwrap_or(until);
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
        self.book.read_until(reading, until)
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
        let Some(standing) = self.book.standing(referral) else { return Ok(()) };
        if matches!(&standing, Standing::Reopened { update: given_back, .. } if *given_back == update) {
            return Ok(());
        }
        let answered =
            || Standing::Answered { id: id.to_owned(), update: update.clone(), at: self.clock.now() };
        let (verdict, becomes) = match word(field(item, "status"), words) {
            Word::Done(answer) => (self.desk.answer(referral, answer).await, Some(answered())),
            Word::NotOurs(back) => {
                (self.desk.give_back(referral, back).await, Some(Standing::Ended(self.clock.now())))
            }
            Word::Progress(said) => (self.desk.progress(referral, said).await, None),
            Word::Nothing => (Ok(()), None),
        };
        // What was answered by hand is answered, too.
        let becomes = match &verdict {
            Ok(()) => becomes,
            Err(refusal) => refusal.is_already_answered().then(answered),
        };
        if let Err(refusal) = &verdict {
            tracing::warn!(%refusal, "Samad did not take what the endpoint says");
        }
        if let Some(becomes) = becomes {
            self.book.replace(referral, &standing, becomes)?;
        }
        if self.handed_in.len() >= REMEMBERED {
            self.handed_in.clear();
        }
        self.handed_in.insert(update);
        Ok(())
    }
}

/// Whether the endpoint refused an id, and not who asks.
fn is_of_one(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Faulty>().is_some_and(|faulty| OF_ONE.contains(&faulty.status))
}
