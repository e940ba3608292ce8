//! deadline's facts.

use contracts::deadline::{
    CalendarAdopted, Charge, ChargeReason, ChargedTo, ClosureAnnounced, ClosureRevoked, DeadlineBreached,
    DeadlineEscalated, DeadlineMet, DeadlineMoved, DeadlineSet, Escalation, EscalationLevel, MoveCause,
    OutageCharged, OutageRevoked, PolicyAdopted, ReminderDue, WeekAdopted,
};

use super::{ACTION, AGENCY, CASE, PROVINCE, REFERRAL, at};
use crate::sample::Sample;

const DUE_MINUTES: i64 = 15 * 24 * 60;
const PROGRAMME: &str = "inaction";

pub fn all() -> Vec<Sample> {
    clocks().into_iter().chain(changes()).chain(calendar()).collect()
}

fn clocks() -> Vec<Sample> {
    vec![
        Sample::fact(DeadlineSet {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            policy: "general".into(),
            policy_version: 3,
            starts_at: at(2),
            due_at: at(DUE_MINUTES),
            programme: PROGRAMME.into(),
        }),
        Sample::fact(ReminderDue {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            days_before: 3,
            due_at: at(DUE_MINUTES),
            reminded_at: at(DUE_MINUTES - 3 * 24 * 60),
            programme: PROGRAMME.into(),
        }),
        Sample::fact(DeadlineBreached {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            due_at: at(DUE_MINUTES),
            breached_at: at(DUE_MINUTES + 1),
            programme: PROGRAMME.into(),
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
            programme: PROGRAMME.into(),
            charges: vec![Charge {
                to: ChargedTo::Citizen.into(),
                reason: ChargeReason::DocumentsAsked.into(),
                seconds: 3_600,
            }],
        }),
    ]
}

/// What makes a clock another, and who hears of it.
fn changes() -> Vec<Sample> {
    vec![
        Sample::fact(PolicyAdopted {
            policy: "general".into(),
            version: 3,
            programme: "national-trip".into(),
            length_days: 15,
            honours_target: true,
            reminder_days_before: vec![3, 1],
            valid_from: at(0),
            working_days: true,
            ignores_closures: true,
            ends_on_working_day: true,
            escalations: vec![Escalation { offset_days: -1, to: EscalationLevel::AgencyHead.into() }],
            pause_max_days: 5,
            return_within_days: 2,
            valid_until: at(400 * 24 * 60),
        }),
        Sample::fact(DeadlineEscalated {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            programme: PROGRAMME.into(),
            to: EscalationLevel::National.into(),
            offset_days: 7,
            due_at: at(DUE_MINUTES),
            escalated_at: at(DUE_MINUTES + 7 * 24 * 60),
        }),
        Sample::fact(DeadlineMoved {
            referral_id: REFERRAL.into(),
            case_id: CASE.into(),
            agency: AGENCY.into(),
            province: PROVINCE.into(),
            programme: PROGRAMME.into(),
            due_before: at(DUE_MINUTES),
            due_at: at(DUE_MINUTES + 24 * 60),
            cause: MoveCause::Closure.into(),
            cause_id: ACTION.into(),
            reason_fa: "تعطیلی ۵ مهر ۱۴۰۴".into(),
            reason_en: "closure of 5 Mehr 1404".into(),
            breach_withdrawn: true,
            moved_at: at(DUE_MINUTES + 5),
            epoch: 2,
        }),
    ]
}

fn calendar() -> Vec<Sample> {
    let (first_day, last_day) = ("2025-09-27", "2025-09-28");
    vec![
        Sample::fact(ClosureAnnounced {
            closure_id: ACTION.into(),
            province: PROVINCE.into(),
            first_day: first_day.into(),
            last_day: last_day.into(),
            reason_fa: "گرد و غبار".into(),
            announced_at: at(3),
            version: 7,
        }),
        Sample::fact(ClosureRevoked {
            closure_id: ACTION.into(),
            province: PROVINCE.into(),
            first_day: first_day.into(),
            last_day: last_day.into(),
            reason_fa: "اشتباه در ثبت".into(),
            revoked_at: at(4),
            version: 8,
        }),
        Sample::fact(CalendarAdopted {
            version: 9,
            first_day: "2025-03-21".into(),
            last_day: "2026-03-20".into(),
            holidays_added: 26,
            holidays_removed: 1,
            weeks_added: 2,
            adopted_at: at(5),
            holidays: vec!["2025-03-21".into(), "2025-03-31".into()],
            weeks: vec![WeekAdopted {
                province: PROVINCE.into(),
                first_day: "2025-03-21".into(),
                days_off: vec![4, 5],
            }],
        }),
        Sample::fact(OutageCharged {
            outage_id: ACTION.into(),
            agency: AGENCY.into(),
            from_at: at(10),
            until_at: at(70),
            to: ChargedTo::System.into(),
            reason_fa: "قطع ارتباط با سامانه".into(),
            charged_at: at(90),
            version: 10,
        }),
        Sample::fact(OutageRevoked {
            outage_id: ACTION.into(),
            agency: AGENCY.into(),
            reason_fa: "اشتباه در ثبت".into(),
            revoked_at: at(95),
            version: 11,
        }),
    ]
}
