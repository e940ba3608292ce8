//! intake's facts of the centre's calendar: attendance, trips, public meetings.

use contracts::intake::{
    AttendanceAnnounced, AttendanceCancelled, AttendanceRecorded, CampaignOpened, CommitmentMade,
    CommitmentOutcome, CommitmentSettled, MeetingCalled, MeetingHeld, MeetingInvited, SlotMissed,
};

use super::{AGENCY, CASE, CONTACT, COUNTY, PROVINCE, TOPIC, at};
use crate::sample::Sample;

pub const SLOT: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0020";
pub const OFFICIAL: &str = "fars-deputy-governor";
pub const CAMPAIGN: &str = "trip-fars-1404";
pub const MEETING: &str = "fars-1404-08";
const COMMITMENT: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0021";
const CENTRE: &str = "fars-centre";

pub fn all() -> Vec<Sample> {
    attendance().into_iter().chain(meetings()).collect()
}

fn meetings() -> Vec<Sample> {
    vec![
        Sample::fact(MeetingCalled {
            meeting: MEETING.into(),
            version: 1,
            title_fa: "ملاقات مردمی استاندار".into(),
            province: PROVINCE.into(),
            place_fa: "استانداری".into(),
            starts_at: at(20 * 24 * 60),
            ends_at: at(20 * 24 * 60 + 180),
            turns_until: at(18 * 24 * 60),
            called_at: at(0),
        }),
        Sample::fact(MeetingInvited {
            meeting: MEETING.into(),
            province: PROVINCE.into(),
            agency: AGENCY.into(),
            title_fa: "ملاقات مردمی استاندار".into(),
            place_fa: "استانداری".into(),
            starts_at: at(20 * 24 * 60),
            topics: vec![TOPIC.into(), "water.wells".into()],
            turns: 3,
            invited_at: at(18 * 24 * 60),
        }),
        Sample::fact(MeetingHeld {
            meeting: MEETING.into(),
            province: PROVINCE.into(),
            turns: 38,
            invited: vec![AGENCY.into(), "fars-bank".into()],
            attended: vec![AGENCY.into()],
            held_at: at(20 * 24 * 60 + 180),
        }),
        Sample::fact(CommitmentMade {
            commitment_id: COMMITMENT.into(),
            meeting: MEETING.into(),
            contact_id: CONTACT.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            person: "مدیرعامل".into(),
            province: PROVINCE.into(),
            text: "لوله‌کشی کوچه انجام شود.".into(),
            made_at: at(20 * 24 * 60 + 180),
            due_at: at(50 * 24 * 60),
        }),
        Sample::fact(CommitmentSettled {
            commitment_id: COMMITMENT.into(),
            meeting: MEETING.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            outcome: CommitmentOutcome::Broken.into(),
            text: "اعتبار تأمین نشد.".into(),
            settled_at: at(51 * 24 * 60),
        }),
    ]
}

fn attendance() -> Vec<Sample> {
    vec![
        Sample::fact(AttendanceAnnounced {
            slot_id: SLOT.into(),
            official: OFFICIAL.into(),
            name_fa: "نام نمونه".into(),
            title_fa: "معاون استاندار".into(),
            province: PROVINCE.into(),
            centre: CENTRE.into(),
            starts_at: at(7 * 24 * 60),
            ends_at: at(7 * 24 * 60 + 120),
            sequence: 1,
            announced_at: at(0),
        }),
        Sample::fact(AttendanceCancelled {
            slot_id: SLOT.into(),
            official: OFFICIAL.into(),
            province: PROVINCE.into(),
            centre: CENTRE.into(),
            starts_at: at(7 * 24 * 60),
            sequence: 2,
            reason_fa: "مأموریت".into(),
            uncovered: true,
            cancelled_at: at(60),
        }),
        Sample::fact(AttendanceRecorded {
            slot_id: SLOT.into(),
            official: OFFICIAL.into(),
            province: PROVINCE.into(),
            centre: CENTRE.into(),
            arrived_at: at(7 * 24 * 60 + 5),
            recorded_at: at(7 * 24 * 60 + 6),
        }),
        Sample::fact(SlotMissed {
            slot_id: SLOT.into(),
            official: OFFICIAL.into(),
            province: PROVINCE.into(),
            centre: CENTRE.into(),
            starts_at: at(7 * 24 * 60),
            ends_at: at(7 * 24 * 60 + 120),
            missed_at: at(8 * 24 * 60 + 120),
        }),
        Sample::fact(CampaignOpened {
            campaign: CAMPAIGN.into(),
            version: 2,
            name_fa: "سفر استانی فارس".into(),
            province: PROVINCE.into(),
            counties: vec![COUNTY.into(), "kazerun".into()],
            from_day: "2025-10-01".into(),
            until_day: "2025-10-03".into(),
            lines: 120,
            programme: CAMPAIGN.into(),
            opened_at: at(0),
        }),
    ]
}
