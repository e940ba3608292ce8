//! What follows from a clock, as facts.

use contracts::deadline::{DeadlineBreached, DeadlineMet, DeadlineSet, ReminderDue};
use contracts::timestamp;
use jiff::Timestamp;
use outbox::Tx;

use crate::domain::clock::{Issue, Kept, Told};

/// States what was told of a clock, at the moment it happened.
pub fn state(tx: &mut Tx, at: Timestamp, kept: &Kept, told: Told) {
    // Nothing is told of a clock whose beginning was not heard.
    let Some(issue) = &kept.clock.issue else { return };
    let referral_id = kept.referral_id.to_string();
    let Issue { agency, province, due_at, .. } = issue.clone();
    let (case_id, due_at) = (issue.case_id.to_string(), due_at.map(timestamp));
    match told {
        Told::Set => {
            let (policy, policy_version) =
                issue.policy.as_ref().map(|p| (p.name.clone(), p.version)).unwrap_or_default();
            let starts_at = Some(timestamp(issue.starts_at));
            tx.emit(
                at,
                &DeadlineSet {
                    referral_id,
                    case_id,
                    agency,
                    province,
                    policy,
                    policy_version,
                    starts_at,
                    due_at,
                },
            );
        }
        Told::Reminder(days_before) => {
            let reminded_at = Some(timestamp(at));
            tx.emit(
                at,
                &ReminderDue { referral_id, case_id, agency, province, days_before, due_at, reminded_at },
            );
        }
        Told::Breached => {
            let breached_at = Some(timestamp(at));
            tx.emit(at, &DeadlineBreached { referral_id, case_id, agency, province, due_at, breached_at });
        }
        Told::Met { on_time, breach_withdrawn } => {
            let ended_at = kept.clock.end.map(|end| timestamp(end.at));
            tx.emit(
                at,
                &DeadlineMet {
                    referral_id,
                    case_id,
                    agency,
                    province,
                    due_at,
                    ended_at,
                    on_time,
                    breach_withdrawn,
                },
            );
        }
    }
}
