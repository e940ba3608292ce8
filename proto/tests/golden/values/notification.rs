//! notification's facts.

use contracts::notification::{NoticeFailed, NoticeSent, Transport};

use super::{CASE, FACT, NOTICE, PROVINCE, at};
use crate::sample::Sample;

const RECIPIENT: &str = "fars-governor";

pub fn all() -> Vec<Sample> {
    vec![
        Sample::fact(NoticeSent {
            notice_id: NOTICE.into(),
            case_id: CASE.into(),
            province: PROVINCE.into(),
            cause_fact_id: FACT.into(),
            template: "case_registered".into(),
            transport: Transport::Sms.into(),
            attempts: 2,
            sent_at: at(3),
            recipient: RECIPIENT.into(),
        }),
        Sample::fact(NoticeFailed {
            notice_id: NOTICE.into(),
            case_id: CASE.into(),
            province: PROVINCE.into(),
            cause_fact_id: FACT.into(),
            template: "case_closed".into(),
            transport: Transport::Email.into(),
            attempts: 8,
            reason: "550 mailbox unavailable".into(),
            failed_at: at(240),
            recipient: RECIPIENT.into(),
        }),
    ]
}
