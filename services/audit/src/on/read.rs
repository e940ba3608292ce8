//! Reads a fact by its type. One that is not listed here is kept in the ledger and counted nowhere.

use contracts::{
    Fact, TimeError,
    audit::{ManagerAppointed, PointsDeducted, PointsRestored, RebuttalFiled, RebuttalRuled},
    deadline::{DeadlineBreached, DeadlineEscalated, DeadlineMet, DeadlineMoved, DeadlineSet, ReminderDue},
    intake::{
        AttendanceAnnounced, AttendanceCancelled, AttendanceRecorded, CallbackMade, CaseAmended, CaseClosed,
        CaseRegistered, CaseReopened, CaseWithdrawn, CasesGrouped, CommitmentMade, CommitmentSettled,
        ContactRecorded, FeedbackGiven, FeedbackLapsed, GroupAnswered, GuidanceGiven, InactionComplained,
        MeetingInvited, SlotMissed,
    },
    json::{self, ReadError},
    notification::{NoticeFailed, NoticeSent},
    routing::{
        ActionRecorded, ActionRefused, DeskItemOpened, ReferralAnswered, ReferralIssued, ReferralReturned,
    },
    routing::{AnswerHeld, AnswerRejected, CallbackDrawn},
    routing::{
        ArbitrationAsked, ArbitrationRuled, ArbitrationWithdrawn, DocumentsAsked, DocumentsReceived,
        ExtensionAsked, ExtensionRuled, ReferralAdded, ReferralAmended, ReferralWithdrawn,
    },
};
use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

use crate::domain::figures::Happening;
use crate::domain::points::News;

/// What was read from a fact.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The case; the contact or referral of a fact without a case; nil for facts about nobody.
    pub about: Uuid,
    /// The agency concerned, empty when none is.
    pub agency: String,
    /// What it says to the figures.
    pub happenings: Vec<Happening>,
    /// What it says of the clock of an inaction complaint (rule 6).
    pub inaction: Option<News>,
}

/// Why a fact cannot be read; trying again would not help.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The payload is not the message that its type says.
    #[error(transparent)]
    Payload(#[from] ReadError),
    /// An id is not a UUID.
    #[error("{0} is not a UUID")]
    Id(&'static str),
    /// A value is none of its kind.
    #[error("{0} cannot be read")]
    Value(&'static str),
    /// A time is out of range.
    #[error(transparent)]
    Time(#[from] TimeError),
}

/// How a stored payload is written. Facts for agencies that asked for JSON are kept as they were published. No protobuf
/// message of ours begins with this byte: it would open a group, which proto3 does not have.
#[must_use]
pub fn content_type(payload: &[u8]) -> &'static str {
    if payload.first() == Some(&b'{') { json::JSON } else { json::PROTOBUF }
}

/// A fact that audit understands (`tell.rs` says how).
pub(super) trait Tell: Fact {
    /// `stated_at` stands in for a time that the fact does not carry.
    fn tell(self, stated_at: Timestamp) -> Result<Told, Unreadable>;
}

macro_rules! reads {
    ($($message:ident),* $(,)?) => {
        /// Reads a fact by its message's name (`ce-type`).
        ///
        /// # Errors
        /// [`Unreadable`], for ever the same for the same bytes.
        pub fn read(message: &str, content_type: &str, data: &[u8], stated_at: Timestamp) -> Result<Told, Unreadable> {
            $(if message == $message::NAME.message {
                return json::read::<$message>(message, content_type, data)?.tell(stated_at);
            })*
            Ok(Told::default())
        }
    };
}

reads!(
    ContactRecorded,
    GuidanceGiven,
    CaseRegistered,
    CaseAmended,
    InactionComplained,
    CaseClosed,
    CaseWithdrawn,
    CaseReopened,
    FeedbackGiven,
    FeedbackLapsed,
    CasesGrouped,
    GroupAnswered,
    ReferralIssued,
    ReferralAmended,
    DeskItemOpened,
    ActionRecorded,
    ActionRefused,
    ReferralReturned,
    ReferralAnswered,
    ReferralWithdrawn,
    ExtensionAsked,
    ExtensionRuled,
    DocumentsAsked,
    DocumentsReceived,
    ArbitrationAsked,
    ArbitrationRuled,
    ArbitrationWithdrawn,
    ReferralAdded,
    AnswerHeld,
    AnswerRejected,
    CallbackDrawn,
    CallbackMade,
    DeadlineSet,
    DeadlineMoved,
    ReminderDue,
    DeadlineBreached,
    DeadlineEscalated,
    DeadlineMet,
    NoticeSent,
    NoticeFailed,
    ManagerAppointed,
    PointsDeducted,
    PointsRestored,
    RebuttalFiled,
    RebuttalRuled,
    AttendanceAnnounced,
    AttendanceCancelled,
    AttendanceRecorded,
    SlotMissed,
    MeetingInvited,
    CommitmentMade,
    CommitmentSettled,
);

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::timestamp;

    const CASE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002";

    fn at() -> Timestamp {
        "2025-09-23T07:30:00Z".parse().unwrap()
    }

    fn read_as<F: Fact>(fact: &F) -> Result<Told, Unreadable> {
        read(F::NAME.message, json::PROTOBUF, &fact.encode_to_vec(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_answer_is_an_action_and_ends_the_clock() {
        let fact = ReferralAnswered {
            case_id: CASE.into(),
            province: "fars".into(),
            agency: "water".into(),
            answered_at: Some(timestamp(at())),
            ..Default::default()
        };
        let told = read_as(&fact).unwrap();
        let case_id = CASE.parse().unwrap();
        assert_eq!((told.about, told.agency.as_str()), (case_id, "water"));
        let action = Happening::Action { province: "fars".into(), at: at() };
        assert_eq!(told.happenings, vec![action, Happening::Answered { case_id, at: at() }]);
    }

    #[test]
    fn a_contact_without_a_case_is_about_itself() {
        let fact = ContactRecorded { contact_id: CASE.into(), province: "fars".into(), ..Default::default() };
        let told = read_as(&fact).unwrap();
        assert_eq!(told.about.to_string(), CASE);
        let stated = Happening::Contact { province: "fars".into(), at: Timestamp::UNIX_EPOCH };
        assert_eq!(told.happenings, vec![stated], "without a time of its own, the fact's");
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_what_is_unknown_is_kept() {
        assert!(matches!(read_as(&CaseRegistered::default()), Err(Unreadable::Id("case_id"))));
        let name = CaseRegistered::NAME.message;
        assert!(matches!(read(name, json::PROTOBUF, b"\xff\xff", at()), Err(Unreadable::Payload(_))));
        assert_eq!(
            read("samad.intake.v1.OfTomorrow", json::PROTOBUF, b"\xff", at()).unwrap(),
            Told::default()
        );
    }
}
