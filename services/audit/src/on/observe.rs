//! What a stored fact says to reports and evaluations.

use contracts::{
    Fact,
    audit::{EvaluationPolicyAdopted, ManagerAppointed, PointsDeducted, PointsRestored},
    deadline::{DeadlineMoved, DeadlineSet},
    intake::{
        CaseClosed, CaseRegistered, CaseReopened, Channel, ContactRecorded, FeedbackGiven, FeedbackVerdict,
        GuidanceGiven, GuidanceRung, Kind,
    },
    json, optional_instant,
    routing::{
        AgencyChanged, AgencyRegistered, NamedTopic, ReferralAnswered, ReferralIssued, ReferralReturned,
        ReferralWithdrawn, TopicsNamed,
    },
};
use jiff::Timestamp;
use prost_types::Timestamp as WireTimestamp;
use uuid::Uuid;

use super::read::{Unreadable, content_type};
use crate::contract::{read_evaluation_policy, read_term};
use crate::domain::days::read_day;
use crate::domain::report::observation::{Deducted, Holder, Observation, Topic};
use crate::store::stretch::Entry;

/// A fact that reports and evaluations count.
trait Observe: Fact {
    /// None when it says nothing to them.
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable>;
}

macro_rules! observes {
    ($($fact:ident),* $(,)?) => {
        /// The names of the facts that are counted: `intake.v1.contact_recorded`, ….
        #[must_use]
        pub fn observed() -> Vec<String> {
            vec![$(format!("{}.v1.{}", $fact::NAME.owner, $fact::NAME.name)),*]
        }

        /// Reads a stored fact; none when it says nothing, or was erased.
        ///
        /// # Errors
        /// [`Unreadable`]: the ledger was damaged, or holds what was never readable.
        pub fn observe(stored: &Entry) -> Result<Option<Observation>, Unreadable> {
            let Some(payload) = &stored.payload else { return Ok(None) };
            let name = stored.fact.rsplit('.').next().unwrap_or_default();
            $(if name == $fact::NAME.name {
                let fact = json::read::<$fact>($fact::NAME.message, content_type(payload), payload)?;
                return fact.observe(stored.at);
            })*
            Ok(None)
        }
    };
}

observes!(
    ContactRecorded,
    GuidanceGiven,
    CaseRegistered,
    CaseClosed,
    CaseReopened,
    FeedbackGiven,
    ReferralIssued,
    ReferralAnswered,
    ReferralReturned,
    ReferralWithdrawn,
    DeadlineSet,
    DeadlineMoved,
    AgencyRegistered,
    AgencyChanged,
    TopicsNamed,
    PointsDeducted,
    PointsRestored,
    ManagerAppointed,
    EvaluationPolicyAdopted,
);

fn moment(field: Option<&WireTimestamp>, stated_at: Timestamp) -> Result<Timestamp, Unreadable> {
    Ok(optional_instant(field)?.unwrap_or(stated_at))
}

fn id(text: &str, field: &'static str) -> Result<Uuid, Unreadable> {
    Uuid::try_parse(text).map_err(|_| Unreadable::Id(field))
}

fn holder(referral_id: &str, agency: String, province: String) -> Result<Holder, Unreadable> {
    Ok(Holder { referral_id: id(referral_id, "referral_id")?, agency, province })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Unspecified => "unknown",
        Kind::Request => "request",
        Kind::Complaint => "complaint",
        Kind::Suggestion => "suggestion",
        Kind::Criticism => "criticism",
        Kind::Idea => "idea",
        Kind::Report => "report",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Unspecified => "unknown",
        Channel::Phone => "phone",
        Channel::Voicemail => "voicemail",
        Channel::Letter => "letter",
        Channel::Web => "web",
        Channel::Sms => "sms",
        Channel::InPerson => "in_person",
    }
}

impl Observe for ContactRecorded {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.recorded_at.as_ref(), stated_at)?;
        let (channel, kind) = (channel(self.channel()), kind(self.kind()));
        let outcome = if self.case_id.is_empty() { "guidance" } else { "case" };
        let Self { province, county, topic, .. } = self;
        Ok(Some(Observation::Contact { province, county, channel, kind, topic, outcome, at }))
    }
}

impl Observe for GuidanceGiven {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.given_at.as_ref(), stated_at)?;
        let rung = match self.rung() {
            GuidanceRung::Unspecified => "unknown",
            GuidanceRung::Information => "information",
            GuidanceRung::BeyondCapacity => "beyond_capacity",
            GuidanceRung::Unlawful => "unlawful",
        };
        Ok(Some(Observation::Guidance { province: self.province, rung, at }))
    }
}

impl Observe for CaseRegistered {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.registered_at.as_ref(), stated_at)?;
        Ok(Some(Observation::Registered { province: self.province, at }))
    }
}

impl Observe for CaseClosed {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.closed_at.as_ref(), stated_at)?;
        let registered_at = moment(self.registered_at.as_ref(), at)?;
        Ok(Some(Observation::Closed { province: self.province, registered_at, at }))
    }
}

impl Observe for ReferralIssued {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.issued_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Issued { referral, at }))
    }
}

impl Observe for ReferralAnswered {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.answered_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Answered { referral, at }))
    }
}

impl Observe for ReferralReturned {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.returned_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Ended { referral, at }))
    }
}

impl Observe for ReferralWithdrawn {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.withdrawn_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Ended { referral, at }))
    }
}

impl Observe for CaseReopened {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.reopened_at.as_ref(), stated_at)?;
        let referrals = self.referral_ids.iter().map(|referral| id(referral, "referral_ids"));
        let referrals = referrals.collect::<Result<_, _>>()?;
        Ok(Some(Observation::Reopened { province: self.province, referrals, at }))
    }
}

impl Observe for FeedbackGiven {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.given_at.as_ref(), stated_at)?;
        let solved = self.verdict() == FeedbackVerdict::Solved;
        Ok(Some(Observation::Feedback { province: self.province, solved, at }))
    }
}

/// Whether a clock is an agency's over a referral: an arbiter's and a commitment's are not reported on here.
fn is_a_referrals(agency: &str, programme: &str) -> bool {
    !agency.is_empty() && programme != "commitment"
}

impl Observe for DeadlineSet {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        if !is_a_referrals(&self.agency, &self.programme) {
            return Ok(None);
        }
        let Some(due_at) = optional_instant(self.due_at.as_ref())? else { return Ok(None) };
        let since = moment(self.starts_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Due { referral, due_at, since, epoch: 0 }))
    }
}

impl Observe for DeadlineMoved {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        if !is_a_referrals(&self.agency, &self.programme) {
            return Ok(None);
        }
        let Some(due_at) = optional_instant(self.due_at.as_ref())? else { return Ok(None) };
        let since = moment(self.moved_at.as_ref(), stated_at)?;
        let referral = holder(&self.referral_id, self.agency, self.province)?;
        Ok(Some(Observation::Due { referral, due_at, since, epoch: self.epoch }))
    }
}

impl Observe for AgencyRegistered {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.registered_at.as_ref(), stated_at)?;
        Ok(Some(Observation::Named { agency: self.agency, name_fa: self.name_fa, at }))
    }
}

impl Observe for AgencyChanged {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.changed_at.as_ref(), stated_at)?;
        Ok(Some(Observation::Named { agency: self.agency, name_fa: self.name_fa, at }))
    }
}

impl Observe for TopicsNamed {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.named_at.as_ref(), stated_at)?;
        let topic =
            |topic: NamedTopic| Topic { code: topic.code, parent: topic.parent, name_fa: topic.name_fa };
        Ok(Some(Observation::TopicsNamed { topics: self.topics.into_iter().map(topic).collect(), at }))
    }
}

impl Observe for PointsDeducted {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.deducted_at.as_ref(), stated_at)?;
        let deduction_id = id(&self.deduction_id, "deduction_id")?;
        let breach_day = read_day(&self.breach_day).ok_or(Unreadable::Value("breach_day"))?;
        let Self { agency, province, manager, points, .. } = self;
        let deducted = Deducted { agency, province, manager, points, breach_day };
        Ok(Some(Observation::Deducted { deduction_id, deducted, at }))
    }
}

impl Observe for PointsRestored {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.restored_at.as_ref(), stated_at)?;
        Ok(Some(Observation::Restored { deduction_id: id(&self.deduction_id, "deduction_id")?, at }))
    }
}

impl Observe for ManagerAppointed {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.recorded_at.as_ref(), stated_at)?;
        let term = self.term.unwrap_or_default();
        let version = term.version;
        let mut term = read_term(term).map_err(|_| Unreadable::Value("term"))?;
        term.version = version;
        Ok(Some(Observation::Appointed { term, at }))
    }
}

impl Observe for EvaluationPolicyAdopted {
    fn observe(self, stated_at: Timestamp) -> Result<Option<Observation>, Unreadable> {
        let at = moment(self.adopted_at.as_ref(), stated_at)?;
        let policy = self.policy.unwrap_or_default();
        let version = policy.version;
        let mut policy = read_evaluation_policy(policy).map_err(|_| Unreadable::Value("policy"))?;
        policy.validity.version = version;
        Ok(Some(Observation::Adopted { policy, at }))
    }
}
