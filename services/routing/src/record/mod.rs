//! Group commit of agencies' actions, from the bus and by hand.

mod facts;
mod read;

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::{CaseId, ReferralId};
use jiff::Timestamp;
use outbox::{Commit, Tx};

use crate::domain::action::Kind;
use crate::domain::confidential::past_manager;
use crate::domain::journal::{Journal, Key, Submission, Taken, Verdict};
use crate::domain::next_round::{Question, decide};
use crate::domain::referral::Referral;
use crate::domain::refusal::Code;
use crate::place::{Placement, place};
use crate::store;
use crate::store::actions::NewAction;
use crate::store::catalogue::{Catalogues, Edition};

pub use facts::verdict;
pub use read::{from_message, unreadable};

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

/// A recorded return: the case needs another round.
struct Return<'a> {
    referral: Referral,
    suggested: &'a str,
    at: Timestamp,
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
        let cases: HashMap<_, _> = store::cases::load(tx.connection(), &ids).await?.into_iter().collect();
        let mut placements = Vec::with_capacity(returns.len());
        for returned in returns {
            let case_id = returned.referral.case_id;
            let Some(known) = cases.get(&case_id) else { continue };
            let case = &known.registered;
            let round = returned.referral.round + 1;
            let (topic, province, county) = (&case.topic, &case.province, &case.county);
            let tried = &known.tried;
            let question = Question { topic, province, county, round, tried, suggested: returned.suggested };
            placements.push(Placement {
                case_id,
                case: case.clone(),
                round,
                decision: if case.about_manager_agency.is_empty() {
                    decide(&edition.catalogue, &question)
                } else {
                    past_manager(&edition.catalogue, &case.about_manager_agency, tried)
                },
                at: returned.at,
                referral_id: ReferralId(self.clock.new_id()),
            });
        }
        place(tx, edition, &placements).await
    }
}

impl Commit for Record {
    type Request = Asked;
    type Answer = Verdict;

    async fn commit(&self, tx: &mut Tx, requests: &[Asked]) -> Result<Vec<Verdict>> {
        let edition = self.catalogues.current(tx.connection()).await?;
        let mut journal = journal(tx, requests).await?;
        // What is stored borrows from what was taken.
        let taken: Vec<Option<Taken>> = requests
            .iter()
            .map(|asked| known(&edition, &asked.submission.key).then(|| journal.take(&asked.submission)))
            .collect();
        let (mut verdicts, mut new, mut returns) = (Vec::new(), Vec::new(), Vec::new());
        let mut touched = BTreeSet::new();
        for (asked, taken) in requests.iter().zip(&taken) {
            let at = self.moment(asked);
            let key = &asked.submission.key;
            verdicts.push(match taken {
                None => Err(Code::NotYours.into()),
                Some(Taken::Before(verdict)) => verdict.clone(),
                Some(Taken::Recorded(referral, action)) => {
                    touched.insert(referral.referral_id);
                    facts::recorded(tx, asked, referral, action, at);
                    if action.kind == Kind::Returned {
                        returns.push(Return {
                            referral: referral.clone(),
                            suggested: &action.suggested_agency,
                            at,
                        });
                    }
                    new.push(NewAction {
                        key,
                        draft: asked.submission.draft.as_ref().ok(),
                        at,
                        refusal: None,
                    });
                    Ok(())
                }
                Some(Taken::Refused(own, refusal)) => {
                    facts::refused(tx, &edition, asked, own.as_ref(), refusal, at)?;
                    // Of a refused action only the verdict is kept: its content is not bounded by any check.
                    new.push(NewAction { key, draft: None, at, refusal: Some(refusal) });
                    Err(refusal.clone())
                }
            });
        }
        save(tx, &journal, touched, &new).await?;
        if !returns.is_empty() {
            self.next_rounds(tx, &edition, &returns).await?;
        }
        Ok(verdicts)
    }
}

/// Whether the sender is an agency that we know: others leave no trace.
fn known(edition: &Edition, key: &Key) -> bool {
    edition.catalogue.agencies.contains_key(&key.agency)
}

/// Loads what the actions touch: two statements, the referrals locked first, so that verdicts that another
/// replica commits meanwhile are seen.
async fn journal(tx: &mut Tx, requests: &[Asked]) -> Result<Journal> {
    let keys: Vec<&Key> = requests.iter().map(|asked| &asked.submission.key).collect();
    let ids: Vec<_> = keys.iter().map(|key| key.referral).collect();
    let referrals = store::referrals::lock(tx.connection(), &ids).await?;
    let verdicts = store::actions::verdicts(tx.connection(), &keys).await?;
    Ok(Journal::new(referrals, verdicts))
}

async fn save(
    tx: &mut Tx,
    journal: &Journal,
    touched: BTreeSet<ReferralId>,
    new: &[NewAction<'_>],
) -> Result<()> {
    let states: Vec<_> =
        touched.into_iter().filter_map(|id| journal.referral(id).map(|r| (id, r.state))).collect();
    if !states.is_empty() {
        store::referrals::save_states(tx.connection(), &states).await?;
    }
    if !new.is_empty() {
        store::actions::insert(tx.connection(), new).await?;
    }
    Ok(())
}
