//! Group commit of agencies' actions, from the bus and by hand.

mod effects;
mod entrance;
mod facts;
mod read;

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::CaseId;
use jiff::Timestamp;
use outbox::{Commit, Tx};

use crate::domain::confidential::past_manager;
use crate::domain::gate::Gate;
use crate::domain::journal::{Journal, Key, Submission, Taken, Verdict};
use crate::domain::next_round::{Decision, Question, decide};
use crate::domain::refusal::Code;
use crate::place::{Placement, place};
use crate::record::effects::{Effects, Return};
use crate::store;
use crate::store::actions::NewAction;
use crate::store::catalogue::{Catalogues, Edition};

pub use entrance::{Entrance, Place};
pub use facts::{refusal_of, verdict};
pub use read::{from_message, unreadable};

/// The contract's name of an action.
pub const ACTION: &str = "samad.agency.v1.ActionPublished";

/// One action as it came.
#[derive(Debug)]
pub struct Asked {
    /// The action.
    pub submission: Submission,
    /// The action's id as the agency wrote it; empty when it could not be read.
    pub action_id: String,
    /// The action's own moment, for a clock that follows a recorded past.
    pub cause: Option<Timestamp>,
}

/// Records batches of actions.
pub struct Record {
    catalogues: Catalogues,
    clock: Clock,
}

impl Record {
    /// Decides by these catalogues and this clock.
    #[must_use]
    pub fn new(catalogues: Catalogues, clock: Clock) -> Self {
        Record { catalogues, clock }
    }

    fn moment(&self, asked: &Asked) -> Timestamp {
        asked.cause.map_or_else(|| self.clock.now(), |cause| self.clock.at(cause))
    }

    /// Sends returned cases on.
    async fn next_rounds(&self, tx: &mut Tx, edition: &Edition, returns: &[Return<'_>]) -> Result<()> {
        let ids: Vec<CaseId> = returns.iter().map(|r| r.referral.case_id).collect();
        let mut cases: HashMap<_, _> = store::cases::load(tx.connection(), &ids).await?.into_iter().collect();
        // What was loaded counts every return of the batch; each is decided by those up to it.
        for id in &ids {
            if let Some(known) = cases.get_mut(id) {
                known.returns = known.returns.saturating_sub(1);
            }
        }
        let mut placements = Vec::with_capacity(returns.len());
        for returned in returns {
            let case_id = returned.referral.case_id;
            let Some(known) = cases.get_mut(&case_id) else { continue };
            known.returns += 1;
            known.rounds += 1;
            let case = &known.registered;
            let policy = edition.policies.governing(&case.programme, returned.at);
            let question = Question {
                topic: &case.topic,
                province: &case.province,
                county: &case.county,
                returns: known.returns,
                returns_before_arbitration: policy.returns_before_arbitration,
                tried: &known.tried,
                suggested: returned.suggested,
            };
            let decision = match case.about_manager_agency.as_str() {
                "" => decide(&edition.catalogue, &question),
                about => past_manager(&edition.catalogue, about, &known.tried),
            };
            let (case, round, tried) = (case.clone(), known.rounds, known.tried.clone());
            if let Decision::Refer(agencies) = &decision {
                known.tried.extend_from_slice(agencies);
            }
            placements.push(Placement {
                case_id,
                case,
                round,
                tried,
                decision,
                at: returned.at,
                is_ruled: false,
            });
        }
        place(tx, edition, &self.clock, &placements).await.map(drop)
    }
}

impl Commit for Record {
    type Request = Asked;
    type Answer = Verdict;

    async fn commit(&self, tx: &mut Tx, requests: &[Asked]) -> Result<Vec<Verdict>> {
        let edition = self.catalogues.current(tx.connection()).await?;
        let mut journal = journal(tx, &edition, requests).await?;
        // What is stored borrows from what was taken.
        let taken: Vec<Option<Taken>> = requests
            .iter()
            .map(|asked| {
                let submission = &asked.submission;
                known(&edition, &submission.key)
                    .then(|| journal.take(submission, &edition.policies, self.moment(asked)))
            })
            .collect();
        let (mut verdicts, mut effects) = (Vec::new(), Effects::default());
        for (asked, taken) in requests.iter().zip(&taken) {
            let at = self.moment(asked);
            let key = &asked.submission.key;
            verdicts.push(match taken {
                None => Err(Code::UnknownAgency.into()),
                Some(Taken::Before(verdict)) => verdict.clone(),
                Some(Taken::Recorded(referral, action)) => {
                    facts::recorded(tx, &edition, asked, referral, action, at);
                    effects.recorded(asked, referral, action, at);
                    Ok(())
                }
                Some(Taken::Held(referral, _, holds)) => {
                    facts::held(tx, asked, referral, holds, at);
                    effects.held(asked, referral, holds, at);
                    Ok(())
                }
                Some(Taken::Refused(own, refusal)) => {
                    facts::refused(tx, &edition, asked, own.as_ref(), refusal, at)?;
                    // Of a refused action only the verdict is kept: its content is not bounded by any check.
                    effects.new.push(NewAction { key, draft: None, at, refusal: Some(refusal) });
                    Err(refusal.clone())
                }
            });
        }
        effects.save(tx, &journal, edition.policies.widest_window()).await?;
        if !effects.returns.is_empty() {
            self.next_rounds(tx, &edition, &effects.returns).await?;
        }
        Ok(verdicts)
    }
}

/// Whether the sender is an agency that we know: others leave no trace.
fn known(edition: &Edition, key: &Key) -> bool {
    edition.catalogue.agencies.contains_key(&key.agency)
}

/// Loads what the actions touch: two statements, the referrals locked first, so that verdicts that another replica
/// commits meanwhile are seen; and a third where a policy compares answers.
async fn journal(tx: &mut Tx, edition: &Edition, requests: &[Asked]) -> Result<Journal> {
    let keys: Vec<&Key> = requests.iter().map(|asked| &asked.submission.key).collect();
    let ids: Vec<_> = keys.iter().map(|key| key.referral).collect();
    let referrals = store::referrals::lock(tx.connection(), &ids).await?;
    let verdicts = store::actions::verdicts(tx.connection(), &keys).await?;
    let window = edition.policies.widest_window();
    let answers = requests.iter().filter(|asked| asked.submission.is_answer());
    let agencies: BTreeSet<&str> = answers.map(|asked| asked.submission.key.agency.as_str()).collect();
    if window == 0 || agencies.is_empty() {
        return Ok(Journal::new(referrals, verdicts, Gate::default()));
    }
    let agencies: Vec<&str> = agencies.into_iter().collect();
    let latest = store::fingerprints::latest(tx.connection(), &agencies, window).await?;
    Ok(Journal::new(referrals, verdicts, Gate::new(latest)))
}
