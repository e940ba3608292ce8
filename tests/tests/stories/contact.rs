//! What somebody in Tabriz brings.

use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest};

/// A complaint of a leak, perhaps about a case that is there.
pub fn contact(key: &str, outcome: Outcome, about_case: &str) -> RegisterContactRequest {
    RegisterContactRequest {
        request_key: key.into(),
        channel: Channel::Phone.into(),
        province: "east-azerbaijan".into(),
        county: "tabriz".into(),
        citizen: Some(Citizen {
            name: "آزمون آزمونی".into(),
            national_id: "0084575948".into(),
            phone: "09120000000".into(),
            email: String::new(),
        }),
        kind: Kind::Complaint.into(),
        topic: "water.leak".into(),
        text: "آب از زیر آسفالت کوچه بیرون می‌زند و کسی نیامده است.".into(),
        place: "تبریز، چهارراه آبرسان".into(),
        outcome: outcome.into(),
        about_case: about_case.into(),
        ..Default::default()
    }
}
