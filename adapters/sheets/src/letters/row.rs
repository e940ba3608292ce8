//! A row of the table as a contact.

use std::collections::BTreeSet;

use crate::Column;
use crate::table::Row;
use contracts::intake::{Campaign, Channel, Citizen, GuidanceRung, Kind, Outcome, RegisterContactRequest};
use contracts::timestamp;
use jalali::Tehran;

/// The letter's number in the campaign: with it the row is registered once.
pub const NUMBER: Column = ["number", "شماره"];
const DATE: Column = ["date", "تاریخ"];
const NAME: Column = ["name", "نام"];
const NATIONAL_ID: Column = ["national_id", "کد ملی"];
const PHONE: Column = ["phone", "تلفن"];
const COUNTY: Column = ["county", "شهرستان"];
const KIND: Column = ["kind", "نوع"];
const TOPIC: Column = ["topic", "موضوع"];
const TEXT: Column = ["text", "متن"];
const PLACE: Column = ["place", "محل"];
const SCAN: Column = ["scan", "فایل"];
const GUIDANCE: Column = ["guidance", "راهنمایی"];
const CITATION: Column = ["citation", "استناد"];

/// Words for kinds; none: a request, as most letters are.
const KINDS: [(Kind, Column); 6] = [
    (Kind::Request, ["request", "درخواست"]),
    (Kind::Complaint, ["complaint", "شکایت"]),
    (Kind::Suggestion, ["suggestion", "پیشنهاد"]),
    (Kind::Criticism, ["criticism", "انتقاد"]),
    (Kind::Idea, ["idea", "ایده"]),
    (Kind::Report, ["report", "گزارش"]),
];

/// Words for the rungs of advice that ended a letter.
const RUNGS: [(GuidanceRung, Column); 3] = [
    (GuidanceRung::Information, ["information", "اطلاع‌رسانی"]),
    (GuidanceRung::BeyondCapacity, ["beyond_capacity", "خارج از توان"]),
    (GuidanceRung::Unlawful, ["unlawful", "غیرقانونی"]),
];

/// The field that is wrong, and why.
type Fault = (&'static str, String);

/// The contact. What intake reads is left to intake.
///
/// # Errors
/// What only the table can get wrong: the number, the date, words, a scan that is not there.
pub fn request(
    row: &Row<'_>,
    campaign: &Campaign,
    scans: Option<&BTreeSet<String>>,
    tehran: &Tehran,
) -> Result<RegisterContactRequest, Fault> {
    let number = row.get(NUMBER);
    if number.is_empty() {
        return Err((NUMBER[0], "must be given: by its number a letter is registered once".to_owned()));
    }
    let day = jalali::day(row.get(DATE)).map_err(|error| (DATE[0], error.to_string()))?;
    let scan = row.get(SCAN);
    if scans.is_some_and(|scans| !scan.is_empty() && !scans.contains(scan)) {
        return Err((SCAN[0], format!("there is no file {scan} among the scans")));
    }
    let kind = word(row.get(KIND), &KINDS, Kind::Request).ok_or((KIND[0], "is not known".to_owned()))?;
    let rung = word(row.get(GUIDANCE), &RUNGS, GuidanceRung::Unspecified)
        .ok_or((GUIDANCE[0], "is not known".to_owned()))?;
    let outcome = if rung == GuidanceRung::Unspecified { Outcome::Register } else { Outcome::Guidance };
    Ok(RegisterContactRequest {
        request_key: format!("letter:{}:{number}", campaign.campaign),
        channel: Channel::Letter.into(),
        province: campaign.province.clone(),
        county: row.get(COUNTY).to_owned(),
        citizen: Some(citizen(row)),
        kind: kind.into(),
        topic: row.get(TOPIC).to_owned(),
        text: row.get(TEXT).to_owned(),
        place: row.get(PLACE).to_owned(),
        outcome: outcome.into(),
        guidance_rung: rung.into(),
        guidance_citation: row.get(CITATION).to_owned(),
        occurred_at: Some(timestamp(tehran.first_moment(jalali::Date::of(day)))),
        source_reference: number.to_owned(),
        campaign: campaign.campaign.clone(),
        scan_file: scan.to_owned(),
        ..Default::default()
    })
}

fn citizen(row: &Row<'_>) -> Citizen {
    let id = row.get(NATIONAL_ID);
    // Spreadsheets take the id for a number and drop the zeros it begins with; its check digit tells a wrong one.
    let is_short = (8..10).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    Citizen {
        name: row.get(NAME).to_owned(),
        national_id: if is_short { format!("{id:0>10}") } else { id.to_owned() },
        phone: row.get(PHONE).to_owned(),
        email: String::new(),
    }
}

fn word<T: Copy>(typed: &str, words: &[(T, Column)], absent: T) -> Option<T> {
    if typed.is_empty() {
        return Some(absent);
    }
    words.iter().find(|(_, names)| names.contains(&typed.to_lowercase().as_str())).map(|(value, _)| *value)
}
