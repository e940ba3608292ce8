//! deadline's facts.

use contracts::deadline::{DeadlineBreached, DeadlineMet, DeadlineSet, PolicyAdopted, ReminderDue};

use super::{AGENCY, CASE, PROVINCE, REFERRAL, at};
use crate::sample::Sample;

const DUE_MINUTES: i64 = 15 * 24 * 60;

pub fn all() -> Vec<Sample> {
    vec![
        Sample::fact(PolicyAdopted {
            policy: "general".into(),
            version: 3,
            programme: "national-trip".into(),
            length_days: 15,
            honours_target: true,
            reminder_days_before: vec![3, 1],
            valid_from: at(0),
        }),
        Sample::fact(DeadlineSet {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            policy: "general".into(),
            policy_version: 3,
            starts_at: at(2),
            due_at: at(DUE_MINUTES),
        }),
        Sample::fact(ReminderDue {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            days_before: 3,
            due_at: at(DUE_MINUTES),
            reminded_at: at(DUE_MINUTES - 3 * 24 * 60),
        }),
        Sample::fact(DeadlineBreached {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            due_at: at(DUE_MINUTES),
            breached_at: at(DUE_MINUTES + 1),
        }),
        Sample::fact(DeadlineMet {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            due_at: at(DUE_MINUTES),
            ended_at: at(90),
            on_time: true,
            breach_withdrawn: true,
        }),
    ]
}
