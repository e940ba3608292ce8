//! What facts of referrals mean for their cases.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chassis::clock::Clock;
use contracts::intake::{CaseClosed, GroupAnswered};
use contracts::{CaseId, IdError, ReferralId, timestamp};
use jiff::Timestamp;
use outbox::{Fold, Tx, refuse};

use crate::domain::case_file::CaseFile;
use crate::domain::desk::governing;
use crate::domain::group::answer_with;
use crate::domain::referral::{News, Referral, ReferralState};
use crate::domain::rules::Rules;
use crate::store;
use crate::store::rules::RuleBook;

/// Members of a group that one fact names: a message has a limit, a group has none.
const MEMBERS_OF_A_FACT: usize = 1_000;

/// Folds facts of referrals into their cases, saves what changed, and states which cases are answered now. All facts of
/// a batch are folded together: their cases are locked once, in one order, so that two replicas never wait crosswise.
pub struct TellCases {
    /// The deployment's clock.
    pub clock: Clock,
    /// What is decided by.
    pub book: RuleBook,
}

impl Fold for TellCases {
    type News = News;

    async fn fold(&self, tx: &mut Tx, news: Vec<News>) -> Result<()> {
        tell(tx, &self.clock, &self.book, &news).await
    }
}

async fn tell(tx: &mut Tx, clock: &Clock, book: &RuleBook, news: &[News]) -> Result<()> {
    let mut latest: BTreeMap<CaseId, Timestamp> = BTreeMap::new();
    for fact in news {
        let time = latest.entry(fact.case_id).or_insert(fact.time);
        *time = fact.time.max(*time);
    }
    let ids: Vec<_> = latest.keys().map(|id| id.0).collect();
    let mut cases = store::case_files::load(tx.connection(), &ids).await?;
    let mut changed = BTreeSet::new();
    for fact in news {
        // A case is stored before its registration is stated: a stranger means a lost or foreign database.
        let case = cases.get_mut(&fact.case_id).ok_or_else(|| refuse("its case is not in this database"))?;
        if case.hear(fact) {
            changed.insert((fact.referral.id, fact.case_id));
        }
    }
    name_agencies(tx, &mut cases).await?;
    let settled = latest
        .iter()
        .filter(|(id, time)| cases.get_mut(id).is_some_and(|case| case.settle(clock.at(**time))));
    let mut moved: Vec<CaseId> = settled.map(|(id, _)| *id).collect();
    moved.extend(answer_members(tx, clock, &latest, &mut cases));
    let referral = |(id, case): &(ReferralId, CaseId)| Some((*case, cases.get(case)?.referrals.get(id)?));
    let changed: Vec<(CaseId, &Referral)> = changed.iter().filter_map(referral).collect();
    if !changed.is_empty() {
        store::case_files::save_referrals(tx.connection(), &changed).await?;
    }
    let mut moved: Vec<CaseFile> = moved.iter().filter_map(|id| cases.remove(id)).collect();
    if moved.iter().any(|case| case.closing.is_some()) {
        let rules = book.current(tx.connection()).await?;
        ask(&rules, &mut moved);
    }
    if !moved.is_empty() {
        store::case_files::save(tx.connection(), &moved.iter().collect::<Vec<_>>()).await?;
    }
    for case in &moved {
        state_closed(tx, case);
    }
    Ok(())
}

/// Gives the answers of leads that are closed now to their open members; those members.
fn answer_members(
    tx: &mut Tx,
    clock: &Clock,
    latest: &BTreeMap<CaseId, Timestamp>,
    cases: &mut BTreeMap<CaseId, CaseFile>,
) -> Vec<CaseId> {
    let leads: BTreeSet<CaseId> = cases.values().filter_map(|case| case.lead).collect();
    let mut answered = Vec::new();
    for lead in leads {
        let (Some(time), Some(lead)) = (latest.get(&lead), cases.get(&lead).cloned()) else { continue };
        let at = clock.at(*time);
        let members = cases.values_mut().filter_map(|case| answer_with(case, &lead, at).then_some(case.id));
        let members: Vec<CaseId> = members.collect();
        for told in members.chunks(MEMBERS_OF_A_FACT) {
            let fact = GroupAnswered {
                lead_case_id: lead.id.to_string(),
                province: lead.province.clone(),
                member_case_ids: told.iter().map(CaseId::to_string).collect(),
                answer: lead.closing.as_ref().map(|closing| closing.answer.clone()).unwrap_or_default(),
                answered_at: Some(timestamp(at)),
            };
            tx.emit(at, &fact);
        }
        answered.extend(members);
    }
    answered
}

/// Asks the citizens of the cases that are closed now whether the answer solved the matter (rule 8).
fn ask(rules: &Rules, moved: &mut [CaseFile]) {
    for case in moved {
        let closed_at = case.closing.as_ref().map(|closing| closing.at);
        case.feedback_until =
            closed_at.and_then(|at| governing(&rules.desk, &case.province, at).feedback_until(at));
    }
}

/// Names the agencies of referrals whose issuing fact, which names them, is still on its way.
async fn name_agencies(tx: &mut Tx, cases: &mut BTreeMap<CaseId, CaseFile>) -> Result<()> {
    let nameless = |r: &&mut Referral| r.name_fa.is_empty();
    let mut referrals: Vec<&mut Referral> =
        cases.values_mut().flat_map(|case| case.referrals.values_mut()).filter(nameless).collect();
    if referrals.is_empty() {
        return Ok(());
    }
    let agencies = referrals.iter().map(|r| r.agency.clone()).collect();
    let names = store::agencies::names(tx.connection(), &agencies).await?;
    for referral in &mut referrals {
        if let Some(name) = names.get(&referral.agency) {
            referral.name_fa.clone_from(name);
        }
    }
    Ok(())
}

/// A case that moved and is closed has closed just now: it moves no more.
fn state_closed(tx: &mut Tx, case: &CaseFile) {
    if let Some(closing) = &case.closing {
        let closed = CaseClosed {
            case_id: case.id.to_string(),
            province: case.province.clone(),
            county: case.county.clone(),
            topic: case.topic.clone(),
            answer: closing.answer.clone(),
            registered_at: Some(timestamp(case.registered_at)),
            closed_at: Some(timestamp(closing.at)),
            feedback_until: case.feedback_until.map(timestamp),
        };
        tx.emit(closing.at, &closed);
    }
}

/// The part that every fact of a referral has; ids that are none are refused.
pub(super) fn news(
    case_id: &str,
    referral_id: &str,
    agency: &str,
    state: ReferralState,
    time: Timestamp,
) -> Result<News> {
    let unreadable = |error: IdError| refuse(error.to_string());
    let referral = Referral {
        id: referral_id.parse().map_err(unreadable)?,
        agency: agency.to_owned(),
        name_fa: String::new(),
        round: 0,
        agencies: 0,
        state,
        since: None,
        answer: String::new(),
    };
    Ok(News { case_id: case_id.parse().map_err(unreadable)?, time, referral })
}
