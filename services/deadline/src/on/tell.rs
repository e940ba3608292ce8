//! What follows from a clock, as facts.

use contracts::deadline::{
    Charge, DeadlineBreached, DeadlineEscalated, DeadlineMet, DeadlineMoved, DeadlineSet, MoveCause,
    ReminderDue,
};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;

use crate::contract::{charge, level};
use crate::domain::account::{Party, account};
use crate::domain::change::Why;
use crate::domain::clock::{Issue, Kept, Move, Told};
use crate::domain::rules::Rules;

/// States what was told of a clock, at the moment it happened.
pub fn state(tx: &mut Tx, at: Timestamp, kept: &Kept, told: Told, rules: &Rules) {
    // Nothing is told of a clock whose beginning was not heard.
    let Some(issue) = &kept.clock.issue else { return };
    let referral_id = kept.referral_id.to_string();
    let Issue { agency, province, programme, due_at, .. } = issue.clone();
    let (case_id, due_at, stated_at) =
        (issue.case_id.to_string(), due_at.map(timestamp), Some(timestamp(at)));
    match told {
        Told::Set => {
            let (policy, policy_version) =
                issue.policy.as_ref().map(|p| (p.name.clone(), p.version)).unwrap_or_default();
            let starts_at = Some(timestamp(issue.starts_at));
            #[rustfmt::skip]
            let fact = DeadlineSet {
                referral_id, case_id, agency, province, policy, policy_version, starts_at, due_at, programme,
            };
            tx.emit(at, &fact);
        }
        Told::Reminder(days_before) => {
            let reminded_at = stated_at;
            #[rustfmt::skip]
            let fact =
                ReminderDue { referral_id, case_id, agency, province, days_before, due_at, reminded_at, programme };
            tx.emit(at, &fact);
        }
        Told::Breached => {
            let breached_at = stated_at;
            let fact =
                DeadlineBreached { referral_id, case_id, agency, province, due_at, breached_at, programme };
            tx.emit(at, &fact);
        }
        Told::Escalated(step) => {
            let (to, offset_days, escalated_at) = (level(step.to).into(), step.offset_days, stated_at);
            #[rustfmt::skip]
            let fact = DeadlineEscalated {
                referral_id, case_id, agency, province, programme, to, offset_days, due_at, escalated_at,
            };
            tx.emit(at, &fact);
        }
        Told::Moved(moved) => moved_fact(tx, at, kept, issue, *moved),
        Told::Met { on_time, breach_withdrawn } => {
            let charges = charges(kept, rules, at);
            let ended_at = kept.clock.end.map(|end| timestamp(end.at));
            #[rustfmt::skip]
            let fact = DeadlineMet {
                referral_id, case_id, agency, province, due_at, ended_at, on_time, breach_withdrawn, programme, charges,
            };
            tx.emit(at, &fact);
        }
    }
}

/// The account of the clock's time, where any of it is another's than the agency's.
fn charges(kept: &Kept, rules: &Rules, at: Timestamp) -> Vec<Charge> {
    let account = account(&kept.clock, rules, at);
    let others = account.iter().any(|charge| charge.to != Party::Agency);
    if others { account.into_iter().map(charge).collect() } else { Vec::new() }
}

fn moved_fact(tx: &mut Tx, at: Timestamp, kept: &Kept, issue: &Issue, moved: Move) {
    let cause = match moved.cause.why {
        Why::Closure => MoveCause::Closure,
        Why::Calendar => MoveCause::Calendar,
        Why::Extension => MoveCause::Extension,
        Why::Documents => MoveCause::Documents,
        Why::Outage => MoveCause::Outage,
        Why::Review => MoveCause::Review,
    };
    let fact = DeadlineMoved {
        referral_id: kept.referral_id.to_string(),
        case_id: issue.case_id.to_string(),
        agency: issue.agency.clone(),
        province: issue.province.clone(),
        programme: issue.programme.clone(),
        due_before: moved.before.map(timestamp),
        due_at: issue.due_at.map(timestamp),
        cause: cause.into(),
        cause_id: moved.cause.id.map(|id| id.to_string()).unwrap_or_default(),
        reason_fa: moved.cause.fa,
        reason_en: moved.cause.en,
        breach_withdrawn: moved.breach_withdrawn,
        moved_at: Some(timestamp(at)),
        epoch: issue.epoch,
    };
    tx.emit(at, &fact);
}
