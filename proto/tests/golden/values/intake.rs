//! intake's facts, and the contact point that travels sealed in one of them.

use contracts::intake::{
    CaseClosed, CaseRegistered, Channel, ContactPoint, ContactRecorded, GuidanceGiven, GuidanceRung, Kind,
};

use super::{ANSWER, CASE, CONTACT, COUNTY, PROVINCE, STATEMENT, TOPIC, at};
use crate::sample::Sample;

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

pub fn all() -> Vec<Sample> {
    vec![
        Sample::fact(ContactRecorded {
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
        }),
        Sample::fact(GuidanceGiven {
            contact_id: CONTACT.into(),
            province: PROVINCE.into(),
            county: COUNTY.into(),
            topic: TOPIC.into(),
            kind: Kind::Request.into(),
            rung: GuidanceRung::BeyondCapacity.into(),
            citation: "بخشنامهٔ ۱۴۰۴/۲۱".into(),
            given_at: at(1),
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
        }),
        Sample::message("contact_point", "samad.intake.v1.ContactPoint", contact_point()),
    ]
}
