//! What an agency is given.

use anyhow::{Context, Result};
use contracts::intake::Kind;
use contracts::{CaseId, ReferralId, routing};
use jiff::Timestamp;

/// A case sent to this agency, which must act on it (ارجاع). It never says who the citizen is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// This case with this agency in this round; every action names it.
    pub id: ReferralId,
    /// The case, for the eye: the same in every round.
    pub case_id: CaseId,
    /// 1 for the first agency of the case, one more after each return.
    pub round: u32,
    /// The code of the agency it is for.
    pub agency: String,
    /// The province's code.
    pub province: String,
    /// The county, empty when unknown.
    pub county: String,
    /// The topic's code, e.g. `water.outage`.
    pub topic: String,
    /// What the citizen brings (نوع); unspecified: a kind younger than this adapter.
    pub kind: Kind,
    /// What the citizen said, as it was taken down.
    pub statement: String,
    /// Where it is, in words; empty when it has no place.
    pub place: String,
    /// Stands for the citizen: the same for one case and agency, another for every other agency.
    pub pseudonym: String,
    /// The programme it belongs to, empty for everyday work.
    pub programme: String,
    /// The number it came with from another system; empty when it came from none.
    pub source_reference: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When the citizen was promised an answer.
    pub promised_at: Option<Timestamp>,
    /// By when the programme wants it, where it wants it sooner than promised.
    pub target_at: Option<Timestamp>,
}

impl Referral {
    pub(crate) fn read(fact: routing::ReferralIssued) -> Result<Self> {
        Ok(Referral {
            id: fact.referral_id.parse().context("referral_id")?,
            case_id: fact.case_id.parse().context("case_id")?,
            issued_at: contracts::required_instant(fact.issued_at.as_ref()).context("issued_at")?,
            promised_at: contracts::optional_instant(fact.promised_at.as_ref()).context("promised_at")?,
            target_at: contracts::optional_instant(fact.target_at.as_ref()).context("target_at")?,
            kind: fact.kind(),
            round: fact.round,
            agency: fact.agency,
            province: fact.province,
            county: fact.county,
            topic: fact.topic,
            statement: fact.statement,
            place: fact.place,
            pseudonym: fact.pseudonym,
            programme: fact.programme,
            source_reference: fact.source_reference,
        })
    }
}
