//! Folds actions into referrals: each action once, however often it comes.

use std::collections::{BTreeMap, HashMap};

use contracts::ReferralId;
use jiff::Timestamp;
use uuid::Uuid;

use super::action::{Action, Draft, Kind};
use super::gate::{Gate, Hold};
use super::policy::Policies;
use super::referral::{Referral, State};
use super::refusal::{Code, Refusal};

/// What makes an action itself: the same key is the same action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// As the agency wrote it; all zeros when it was no id.
    pub referral: Uuid,
    /// As the agency chose it, or derived from the message where it chose none.
    pub action: Uuid,
    /// As the broker stamped it.
    pub agency: String,
}

/// An action with who sent it, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// See [`Key`].
    pub key: Key,
    /// What it says, or why it says nothing.
    pub draft: Result<Draft, Refusal>,
}

impl Submission {
    /// Whether it means to answer.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.draft.as_ref().is_ok_and(|draft| draft.kind == Kind::Answer as i32)
    }
}

/// What became of an action: the action itself when recorded.
pub type Verdict = Result<(), Refusal>;

/// The referrals and earlier verdicts that a batch of actions touches.
#[derive(Debug, Default)]
pub struct Journal {
    referrals: BTreeMap<Uuid, Referral>,
    verdicts: HashMap<Key, Verdict>,
    gate: Gate,
}

/// What an action does.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It came before: nothing, but the same verdict.
    Before(Verdict),
    /// It is new: recorded on the referral as it now is.
    Recorded(Referral, Action),
    /// It is new: an answer that is recorded, and waits for a reviewer for these reasons.
    Held(Referral, Action, Vec<Hold>),
    /// It is new and refused; the referral if it is the sender's.
    Refused(Option<Referral>, Refusal),
}

impl Journal {
    /// A journal of what was loaded.
    #[must_use]
    pub fn new(
        referrals: impl IntoIterator<Item = Referral>,
        verdicts: HashMap<Key, Verdict>,
        gate: Gate,
    ) -> Self {
        Journal { referrals: referrals.into_iter().map(|r| (r.referral_id.0, r)).collect(), verdicts, gate }
    }

    /// Takes one action at `at`, as the policies then allow.
    pub fn take(&mut self, submission: &Submission, policies: &Policies, at: Timestamp) -> Taken {
        if let Some(verdict) = self.verdicts.get(&submission.key) {
            return Taken::Before(verdict.clone());
        }
        let taken = match self.decide(submission, policies, at) {
            Ok((referral, action, holds)) if holds.is_empty() => Taken::Recorded(referral, action),
            Ok((referral, action, holds)) => Taken::Held(referral, action, holds),
            Err(refusal) => {
                let own = self.referrals.get(&submission.key.referral);
                Taken::Refused(own.filter(|r| r.agency == submission.key.agency).cloned(), refusal)
            }
        };
        let verdict = match &taken {
            Taken::Refused(_, refusal) => Err(refusal.clone()),
            Taken::Before(_) | Taken::Recorded(..) | Taken::Held(..) => Ok(()),
        };
        self.verdicts.insert(submission.key.clone(), verdict);
        taken
    }

    fn decide(
        &mut self,
        submission: &Submission,
        policies: &Policies,
        at: Timestamp,
    ) -> Result<(Referral, Action, Vec<Hold>), Refusal> {
        let draft = submission.draft.as_ref().map_err(Clone::clone)?;
        let referral = self.referrals.get_mut(&submission.key.referral).ok_or(Code::UnknownReferral)?;
        if referral.agency != submission.key.agency {
            return Err(Code::NotYours.into());
        }
        if let Some(code) = referral.state.refuses().filter(|_| Kind::from_number(draft.kind).is_some()) {
            // What has ended stays so, whatever else is wrong with the action.
            return Err(code.into());
        }
        let action = draft.check()?;
        let policy = policies.governing(&referral.programme, at);
        referral.take(&action, policy)?;
        let mut holds = Vec::new();
        if action.kind == Kind::Answer {
            holds = self.gate.examine(&referral.agency, &action.text, policy);
        }
        if !holds.is_empty() {
            referral.state = State::Held;
        }
        Ok((referral.clone(), action, holds))
    }

    /// What answers were compared with.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The referral as it now is.
    #[must_use]
    pub fn referral(&self, id: ReferralId) -> Option<&Referral> {
        self.referrals.get(&id.0)
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
