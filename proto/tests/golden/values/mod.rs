//! The values: every field written out, so that a new field does not compile until it has one.

mod agency;
mod audit;
mod deadline;
mod intake;
mod notification;
mod outreach;
mod routing;
mod ruling;

use prost_types::Timestamp;

use crate::sample::Sample;

const CONTACT: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
const CASE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0002";
const REFERRAL: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0003";
const ACTION: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0004";
const NOTICE: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0005";
const FACT: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0006";

const PROVINCE: &str = "fars";
const COUNTY: &str = "shiraz";
const AGENCY: &str = "fars-water";
const TOPIC: &str = "water.outage";
const STATEMENT: &str = "آب کوچهٔ ۱۲ از دیروز قطع است و تماس‌ها بی‌پاسخ مانده است.";
const ANSWER: &str = "شکستگی لوله ترمیم شد و آب از ساعت ۱۶ وصل است.";

/// 1 Mehr 1404, 11:00 in Tehran, and `minutes` more; a fraction of a second too.
fn at(minutes: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds: 1_758_612_600 + minutes * 60, nanos: 123_456_000 })
}

/// Every sample.
pub fn all() -> Vec<Sample> {
    let owners = [
        agency::all(),
        audit::all(),
        deadline::all(),
        intake::all(),
        notification::all(),
        outreach::all(),
        routing::all(),
        ruling::all(),
    ];
    owners.into_iter().flatten().collect()
}
