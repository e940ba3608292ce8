//! intake's facts, and the contact point that travels sealed in one of them.

use contracts::intake::{
    CallbackMade, CaseAmended, CaseClosed, CaseRegistered, CaseReopened, CaseWithdrawn, CasesGrouped,
    Channel, ContactPoint, ContactRecorded, FeedbackGiven, FeedbackLapsed, FeedbackVerdict, GroupAnswered,
    GuidanceAdopted, GuidanceGiven, GuidanceKind, GuidanceRung, InactionComplained, Kind, RecordingPlayed,
    RecordingStored, ReopenedTo, VoicemailFollowedUp, VoicemailReason, VoicemailRecorded,
};

use super::outreach::{CAMPAIGN, MEETING, OFFICIAL, SLOT};
use super::{AGENCY, ANSWER, CASE, CONTACT, COUNTY, PROVINCE, REFERRAL, STATEMENT, TOPIC, at};
use crate::sample::Sample;

/// An earlier case, an item, a recording.
const EARLIER: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0007";
const ITEM: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0008";
const RECORDING: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0009";
const CALL: &str = "pbx-1404-07-01-0042";

fn case_registered() -> CaseRegistered {
    CaseRegistered {
        case_id: CASE.into(),
        contact_id: CONTACT.into(),
        province: PROVINCE.into(),
        county: COUNTY.into(),
        topic: TOPIC.into(),
        kind: Kind::Complaint.into(),
        channel: Channel::Letter.into(),
        statement: STATEMENT.into(),
        place: "شیراز، خیابان زند، کوچهٔ ۱۲".into(),
        sealed_contact_point: vec![0x00, 0x7f, 0x80, 0xff],
        programme: "national-trip".into(),
        target_at: at(30 * 24 * 60),
        promised_at: at(15 * 24 * 60),
        registered_at: at(1),
        source_reference: "۱۱۱/ش/۴۲۷".into(),
        about_case_id: EARLIER.into(),
        about_referral_id: REFERRAL.into(),
        about_agency: AGENCY.into(),
        about_manager_agency: AGENCY.into(),
        confidential: true,
    }
}

fn contact_recorded() -> ContactRecorded {
    ContactRecorded {
        contact_id: CONTACT.into(),
        case_id: CASE.into(),
        province: PROVINCE.into(),
        county: COUNTY.into(),
        centre: "fars-centre".into(),
        channel: Channel::InPerson.into(),
        kind: Kind::Report.into(),
        topic: TOPIC.into(),
        occurred_at: at(0),
        recorded_at: at(1),
        slot_id: SLOT.into(),
        official: OFFICIAL.into(),
        campaign: CAMPAIGN.into(),
        meeting: MEETING.into(),
    }
}

fn contact_point() -> ContactPoint {
    ContactPoint {
        name: "نام نمونه".into(),
        phone: "+989000000000".into(),
        email: "citizen@example.org".into(),
        language: "fa".into(),
        tracking_code: "1234567897".into(),
    }
}

fn guidance_adopted() -> GuidanceAdopted {
    GuidanceAdopted {
        entry: "well-permit".into(),
        version: 3,
        kind: GuidanceKind::Circular.into(),
        province: PROVINCE.into(),
        agency: AGENCY.into(),
        topics: vec![TOPIC.into(), "water.wells".into()],
        title: "حفر چاه بدون پروانه".into(),
        text: "حفر چاه جز با پروانه مجاز نیست.".into(),
        lawful_way: "از آب منطقه‌ای پروانه بگیرید.".into(),
        source: "قانون توزیع عادلانهٔ آب".into(),
        adopted_at: at(0),
        withdrawn: true,
    }
}

fn recording_stored() -> RecordingStored {
    RecordingStored {
        recording_id: RECORDING.into(),
        call_id: CALL.into(),
        province: PROVINCE.into(),
        centre: "fars-centre".into(),
        sha256: vec![0x5a; 32],
        size_bytes: 960_044,
        content_type: "audio/wav".into(),
        started_at: at(0),
        ended_at: at(1),
        stored_at: at(2),
    }
}

pub fn all() -> Vec<Sample> {
    cases().into_iter().chain(after_registration()).chain(groups()).chain(calls()).collect()
}

fn cases() -> Vec<Sample> {
    vec![
        Sample::fact(contact_recorded()),
        Sample::fact(GuidanceGiven {
            contact_id: CONTACT.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            kind: Kind::Request.into(),
            rung: GuidanceRung::BeyondCapacity.into(),
            citation: "بخشنامهٔ ۱۴۰۴/۲۱".into(),
            given_at: at(1),
            entry: "well-permit".into(),
            entry_version: 3,
            lawful_way: "از آب منطقه‌ای پروانه بگیرید.".into(),
        }),
        Sample::fact(case_registered()),
        Sample::fact(CaseClosed {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            answer: ANSWER.into(),
            registered_at: at(1),
            closed_at: at(91),
            feedback_until: at(10 * 24 * 60),
        }),
        Sample::fact(guidance_adopted()),
        Sample::fact(InactionComplained {
            case_id: CASE.into(),
            contact_id: CONTACT.into(),
            about_case_id: EARLIER.into(),
            about_referral_id: REFERRAL.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            was_due_at: at(-10),
            complained_at: at(1),
        }),
        Sample::message("contact_point", "samad.intake.v1.ContactPoint", contact_point()),
    ]
}

/// What citizens do with a case later.
fn after_registration() -> Vec<Sample> {
    vec![
        Sample::fact(CaseAmended {
            case_id: CASE.into(),
            contact_id: CONTACT.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            statement: STATEMENT.into(),
            amended_at: at(30),
        }),
        Sample::fact(CaseWithdrawn {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            reason: "مشکل خودبه‌خود حل شد".into(),
            withdrawn_at: at(40),
        }),
        Sample::fact(FeedbackGiven {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            answer: 1,
            verdict: FeedbackVerdict::NotSolved.into(),
            statement: STATEMENT.into(),
            given_at: at(92),
        }),
        Sample::fact(FeedbackLapsed {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            answer: 2,
            lapsed_at: at(20 * 24 * 60),
        }),
        Sample::fact(CaseReopened {
            case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            reopening: 1,
            to: ReopenedTo::SameAgencies.into(),
            referral_ids: vec![REFERRAL.into(), EARLIER.into()],
            statement: STATEMENT.into(),
            reopened_at: at(92),
        }),
    ]
}

/// Cases of many people on one thing.
fn groups() -> Vec<Sample> {
    vec![
        Sample::fact(CasesGrouped {
            lead_case_id: CASE.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            member_case_ids: vec![EARLIER.into()],
            reason: "قطعی آب یک کوچه".into(),
            grouped_at: at(50),
        }),
        Sample::fact(GroupAnswered {
            lead_case_id: CASE.into(),
            province: PROVINCE.into(),
            member_case_ids: vec![EARLIER.into()],
            answer: ANSWER.into(),
            answered_at: at(91),
        }),
    ]
}

/// Calls that were recorded, and who heard them.
fn calls() -> Vec<Sample> {
    vec![
        Sample::fact(VoicemailRecorded {
            item_id: ITEM.into(),
            call_id: CALL.into(),
            province: PROVINCE.into(),
            centre: "fars-centre".into(),
            reason: VoicemailReason::AfterHours.into(),
            received_at: at(600),
            opens_at: at(1230),
        }),
        Sample::fact(VoicemailFollowedUp {
            item_id: ITEM.into(),
            province: PROVINCE.into(),
            centre: "fars-centre".into(),
            contact_id: CONTACT.into(),
            no_contact_reason: "سکوت".into(),
            received_at: at(600),
            followed_up_at: at(1240),
        }),
        Sample::fact(CallbackMade {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            centre: "fars-centre".into(),
            reached: true,
            verdict: FeedbackVerdict::NotSolved.into(),
            drawn_at: at(92),
            made_at: at(1500),
        }),
        Sample::fact(recording_stored()),
        Sample::fact(RecordingPlayed {
            recording_id: RECORDING.into(),
            call_id: CALL.into(),
            province: PROVINCE.into(),
            listener: "national.monitor".into(),
            reason: "کنترل کیفیت".into(),
            first_byte: 65_536,
            last_byte: 131_071,
            played_at: at(2000),
        }),
    ]
}
