//! The catalogue of facts: who states each, its name on the bus and the tokens of its subject.

use prost::Message;

use crate::{audit, deadline, intake, notification, routing};

/// Stands in a subject where a fact concerns no single agency or province.
pub const NOBODY: &str = "_";

/// A statement of something that happened, published by its owner and by nobody else.
///
/// Subject: `<owner>.v1.<name>.<province>.<agency>.<shard>`, six tokens for every fact, so that
/// permissions, shards and leaf nodes can select on any of them.
pub trait Fact: Message + Default + Clone + 'static {
    /// The owner and the name, e.g. `routing` and `referral_issued`.
    const NAME: FactName;

    /// Province, agency and key (an opaque id), from which this fact's subject is made; empty stands for nobody.
    fn tokens(&self) -> [&str; 3];

    /// The id of what it is about; empty where that is nothing single.
    fn key(&self) -> &str {
        self.tokens()[2]
    }

    /// The subject this fact is published on.
    fn subject(&self) -> String {
        let [province, agency, key] = self.tokens();
        let FactName { owner, name, .. } = Self::NAME;
        format!("{owner}.v1.{name}.{}.{}.{}", token(province), token(agency), shard(key))
    }
}

fn token(text: &str) -> &str {
    if text.is_empty() { NOBODY } else { text }
}

/// The last token of a subject: one of four, the same for all facts of one key (FNV-1a, its two highest bits). The key
/// itself would make a subject of every fact, and the broker keeps a record of each subject in memory
/// (`docs/decisions/0011-subjects-do-not-grow.md`).
#[must_use]
pub fn shard(key: &str) -> char {
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = key.bytes().fold(0x811c_9dc5, fold);
    char::from_digit(hash >> 30, 4).unwrap_or('0')
}

/// A fact's owner, its name on the bus, and its message's full name (`ce-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FactName {
    /// The service that states it; its stream is the owner in capitals.
    pub owner: &'static str,
    /// Noun and past participle.
    pub name: &'static str,
    /// The protobuf message, e.g. `samad.routing.v1.ReferralIssued`.
    pub message: &'static str,
}

/// The subject filter that selects every fact of one name.
#[must_use]
pub fn subject_filter(fact: FactName) -> String {
    format!("{}.v1.{}.>", fact.owner, fact.name)
}

/// What an agency hears: its referrals, and what became of what it said of them.
pub const AGENCY_HEARS: [FactName; 6] = [
    routing::ReferralIssued::NAME,
    routing::ReferralAmended::NAME,
    routing::ActionRefused::NAME,
    routing::ReferralWithdrawn::NAME,
    routing::ExtensionRuled::NAME,
    routing::DocumentsReceived::NAME,
];

macro_rules! facts {
    ($($owner:ident :: $message:ident => $name:literal, |$fact:ident| [$province:expr, $agency:expr, $key:expr];)*) => {
        $(impl Fact for $owner::$message {
            const NAME: FactName = FactName {
                owner: stringify!($owner),
                name: $name,
                message: concat!("samad.", stringify!($owner), ".v1.", stringify!($message)),
            };

            fn tokens(&self) -> [&str; 3] {
                let $fact = self;
                [$province, $agency, $key]
            }
        })*

        /// Every fact of the river.
        pub const CATALOGUE: &[FactName] = &[$(<$owner::$message as Fact>::NAME),*];
    };
}

facts! {
    intake::ContactRecorded => "contact_recorded", |f| [&f.province, "", &f.contact_id];
    intake::GuidanceGiven => "guidance_given", |f| [&f.province, "", &f.contact_id];
    intake::CaseRegistered => "case_registered", |f| [&f.province, "", &f.case_id];
    intake::CaseClosed => "case_closed", |f| [&f.province, "", &f.case_id];
    intake::GuidanceAdopted => "guidance_adopted", |f| [&f.province, &f.agency, &f.entry];
    intake::InactionComplained => "inaction_complained", |f| [&f.province, &f.agency, &f.case_id];
    intake::VoicemailRecorded => "voicemail_recorded", |f| [&f.province, "", &f.item_id];
    intake::VoicemailFollowedUp => "voicemail_followed_up", |f| [&f.province, "", &f.item_id];
    intake::RecordingStored => "recording_stored", |f| [&f.province, "", &f.recording_id];
    intake::RecordingPlayed => "recording_played", |f| [&f.province, "", &f.recording_id];
    intake::CaseAmended => "case_amended", |f| [&f.province, "", &f.case_id];
    intake::CaseWithdrawn => "case_withdrawn", |f| [&f.province, "", &f.case_id];
    intake::FeedbackGiven => "feedback_given", |f| [&f.province, "", &f.case_id];
    intake::FeedbackLapsed => "feedback_lapsed", |f| [&f.province, "", &f.case_id];
    intake::CaseReopened => "case_reopened", |f| [&f.province, "", &f.case_id];
    intake::CasesGrouped => "cases_grouped", |f| [&f.province, "", &f.lead_case_id];
    intake::GroupAnswered => "group_answered", |f| [&f.province, "", &f.lead_case_id];
    intake::AttendanceAnnounced => "attendance_announced", |f| [&f.province, "", &f.slot_id];
    intake::AttendanceCancelled => "attendance_cancelled", |f| [&f.province, "", &f.slot_id];
    intake::AttendanceRecorded => "attendance_recorded", |f| [&f.province, "", &f.slot_id];
    intake::SlotMissed => "slot_missed", |f| [&f.province, "", &f.slot_id];
    intake::CampaignOpened => "campaign_opened", |f| [&f.province, "", &f.campaign];
    intake::MeetingCalled => "meeting_called", |f| [&f.province, "", &f.meeting];
    intake::MeetingInvited => "meeting_invited", |f| [&f.province, &f.agency, &f.meeting];
    intake::MeetingHeld => "meeting_held", |f| [&f.province, "", &f.meeting];
    intake::CommitmentMade => "commitment_made", |f| [&f.province, &f.agency, &f.commitment_id];
    intake::CommitmentSettled => "commitment_settled", |f| [&f.province, &f.agency, &f.commitment_id];
    intake::CallbackMade => "callback_made", |f| [&f.province, &f.agency, &f.referral_id];
    routing::AgencyRegistered => "agency_registered", |f| [&f.province, &f.agency, &f.agency];
    routing::AgencyChanged => "agency_changed", |f| [&f.province, &f.agency, &f.agency];
    routing::TopicsNamed => "topics_named", |_f| ["", "", ""];
    routing::ReferralIssued => "referral_issued", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ReferralAmended => "referral_amended", |f| [&f.province, &f.agency, &f.referral_id];
    routing::DeskItemOpened => "desk_item_opened", |f| [&f.province, "", &f.case_id];
    routing::ActionRecorded => "action_recorded", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ActionRefused => "action_refused", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ReferralReturned => "referral_returned", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ReferralAnswered => "referral_answered", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ReferralWithdrawn => "referral_withdrawn", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ExtensionAsked => "extension_asked", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ExtensionRuled => "extension_ruled", |f| [&f.province, &f.agency, &f.referral_id];
    routing::DocumentsAsked => "documents_asked", |f| [&f.province, &f.agency, &f.referral_id];
    routing::DocumentsReceived => "documents_received", |f| [&f.province, &f.agency, &f.referral_id];
    routing::ArbitrationAsked => "arbitration_asked", |f| [&f.province, "", &f.arbitration_id];
    routing::ArbitrationRuled => "arbitration_ruled", |f| [&f.province, &f.agency, &f.arbitration_id];
    routing::ArbitrationWithdrawn => "arbitration_withdrawn", |f| [&f.province, "", &f.arbitration_id];
    routing::ReferralAdded => "referral_added", |f| [&f.province, &f.agency, &f.referral_id];
    routing::AnswerHeld => "answer_held", |f| [&f.province, &f.agency, &f.referral_id];
    routing::AnswerRejected => "answer_rejected", |f| [&f.province, &f.agency, &f.referral_id];
    routing::CallbackDrawn => "callback_drawn", |f| [&f.province, &f.agency, &f.referral_id];
    routing::RulingPolicyAdopted => "ruling_policy_adopted", |f| ["", "", f.policy.as_ref().map_or("", |p| &p.programme)];
    deadline::PolicyAdopted => "policy_adopted", |f| ["", "", &f.policy];
    deadline::DeadlineSet => "deadline_set", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::ReminderDue => "reminder_due", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::DeadlineBreached => "deadline_breached", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::DeadlineMet => "deadline_met", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::DeadlineMoved => "deadline_moved", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::DeadlineEscalated => "deadline_escalated", |f| [&f.province, &f.agency, &f.referral_id];
    deadline::ClosureAnnounced => "closure_announced", |f| [&f.province, "", &f.closure_id];
    deadline::ClosureRevoked => "closure_revoked", |f| [&f.province, "", &f.closure_id];
    deadline::CalendarAdopted => "calendar_adopted", |_f| ["", "", ""];
    deadline::OutageCharged => "outage_charged", |f| ["", &f.agency, &f.outage_id];
    deadline::OutageRevoked => "outage_revoked", |f| ["", &f.agency, &f.outage_id];
    notification::NoticeSent => "notice_sent", |f| [&f.province, "", &f.case_id];
    notification::NoticeFailed => "notice_failed", |f| [&f.province, "", &f.case_id];
    audit::CheckpointSigned => "checkpoint_signed", |_f| ["", "", ""];
    audit::ManagerAppointed => "manager_appointed", |f| [
        f.term.as_ref().map_or("", |t| &t.province),
        f.term.as_ref().map_or("", |t| &t.agency),
        f.term.as_ref().map_or("", |t| &t.manager)
    ];
    audit::EvaluationPolicyAdopted => "evaluation_policy_adopted", |f| ["", "", f.policy.as_ref().map_or("", |p| &p.policy)];
    audit::ReportPolicyAdopted => "report_policy_adopted", |f| ["", "", f.policy.as_ref().map_or("", |p| &p.policy)];
    audit::PointsDeducted => "points_deducted", |f| [&f.province, &f.agency, &f.deduction_id];
    audit::PointsRestored => "points_restored", |f| [&f.province, &f.agency, &f.deduction_id];
    audit::RebuttalFiled => "rebuttal_filed", |f| [&f.province, &f.agency, &f.deduction_id];
    audit::RebuttalRuled => "rebuttal_ruled", |f| [&f.province, &f.agency, &f.deduction_id];
    audit::ReportIssued => "report_issued", |f| [&f.province, "", &f.period];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_match_their_message() {
        for (place, fact) in CATALOGUE.iter().enumerate() {
            let camel: String = fact.name.split('_').map(|w| w[..1].to_uppercase() + &w[1..]).collect();
            assert_eq!(fact.message, format!("samad.{}.v1.{camel}", fact.owner));
            assert!(CATALOGUE[..place].iter().all(|f| f.name != fact.name), "{} twice", fact.name);
        }
    }

    #[test]
    fn an_absent_token_is_nobody() {
        let fact =
            intake::CaseRegistered { province: "fars".into(), case_id: "c1".into(), ..Default::default() };
        assert!(fact.subject().starts_with("intake.v1.case_registered.fars._."), "{}", fact.subject());
    }

    #[test]
    fn facts_of_one_key_have_one_of_four_shards() {
        let mut of: std::collections::BTreeMap<char, u32> = std::collections::BTreeMap::new();
        for number in 0..4_000 {
            let key = format!("0192f0c1-0000-7000-8000-{number:012x}");
            assert_eq!(shard(&key), shard(&key));
            *of.entry(shard(&key)).or_default() += 1;
        }
        assert_eq!(of.keys().collect::<String>(), "0123");
        assert!(of.values().all(|facts| (700..1300).contains(facts)), "evenly: {of:?}");
        assert_eq!(shard(""), '2', "the offset basis of FNV-1a");
    }
}
