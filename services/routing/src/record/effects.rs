//! What a batch of actions leaves in the tables.

use std::collections::BTreeSet;

use contracts::{ActionId, ReferralId};
use jiff::Timestamp;
use outbox::Tx;

use super::Asked;
use crate::domain::action::{Action, Kind};
use crate::domain::gate::Hold;
use crate::domain::held::Held;
use crate::domain::journal::Journal;
use crate::domain::referral::Referral;
use crate::domain::{documents, extension};
use crate::store;
use crate::store::actions::NewAction;

/// A recorded return: the case needs another round.
pub(super) struct Return<'a> {
    pub referral: Referral,
    pub suggested: &'a str,
    pub at: Timestamp,
}

/// See the module.
#[derive(Default)]
pub(super) struct Effects<'a> {
    pub new: Vec<NewAction<'a>>,
    pub returns: Vec<Return<'a>>,
    touched: BTreeSet<ReferralId>,
    extensions: Vec<extension::Asked>,
    documents: Vec<documents::Asked>,
    held: Vec<Held>,
}

impl<'a> Effects<'a> {
    pub fn recorded(&mut self, asked: &'a Asked, referral: &Referral, action: &'a Action, at: Timestamp) {
        let key = &asked.submission.key;
        self.new.push(NewAction { key, draft: asked.submission.draft.as_ref().ok(), at, refusal: None });
        self.touched.insert(referral.referral_id);
        let Referral { referral_id, case_id, .. } = *referral;
        let (agency, province) = (referral.agency.clone(), referral.province.clone());
        let (action_id, text) = (ActionId(key.action), action.text.clone());
        match action.kind {
            Kind::Returned => {
                let suggested = &action.suggested_agency;
                self.returns.push(Return { referral: referral.clone(), suggested, at });
            }
            Kind::ExtensionAsked => self.extensions.push(extension::Asked {
                referral_id,
                action_id,
                case_id,
                agency,
                province,
                days: action.extension_days,
                reason: text,
                asked_at: at,
            }),
            Kind::DocumentsAsked => self.documents.push(documents::Asked {
                referral_id,
                action_id,
                case_id,
                agency,
                province,
                documents: text,
                asked_at: at,
            }),
            Kind::Accepted | Kind::Progress | Kind::Answer => {}
        }
    }

    /// An answer that is recorded and waits.
    pub fn held(&mut self, asked: &'a Asked, referral: &Referral, holds: &[Hold], at: Timestamp) {
        let key = &asked.submission.key;
        self.new.push(NewAction { key, draft: asked.submission.draft.as_ref().ok(), at, refusal: None });
        self.touched.insert(referral.referral_id);
        self.held.push(Held {
            referral_id: referral.referral_id,
            action_id: ActionId(key.action),
            case_id: referral.case_id,
            agency: referral.agency.clone(),
            province: referral.province.clone(),
            holds: holds.to_vec(),
            held_at: at,
        });
    }

    /// One statement a table; of fingerprints as many are kept as the widest `window` holds.
    pub async fn save(&self, tx: &mut Tx, journal: &Journal, window: u32) -> Result<(), sqlx::Error> {
        let touched: Vec<&Referral> = self.touched.iter().filter_map(|id| journal.referral(*id)).collect();
        if !touched.is_empty() {
            store::referrals::save(tx.connection(), &touched).await?;
        }
        if !self.new.is_empty() {
            store::actions::insert(tx.connection(), &self.new).await?;
        }
        if !self.extensions.is_empty() {
            store::extensions::insert(tx.connection(), &self.extensions).await?;
        }
        if !self.documents.is_empty() {
            store::documents::insert(tx.connection(), &self.documents).await?;
        }
        if !self.held.is_empty() {
            store::held_answers::insert(tx.connection(), &self.held).await?;
        }
        let fingerprints: Vec<_> = journal.gate().new_fingerprints().collect();
        if !fingerprints.is_empty() {
            store::fingerprints::keep(tx.connection(), &fingerprints, window).await?;
        }
        Ok(())
    }
}
