//! Patterns and policies of attendance as they now are, and the slots that follow from them at once.

use std::collections::BTreeMap;

use contracts::intake::{ImportAttendanceRequest, ImportAttendanceResponse, RefusedSlot};
use jiff::Timestamp;
use jiff::civil::Date;
use outbox::Tx;
use tonic::Status;

use crate::api::desk::Desk;
use crate::api::{bad_field, bad_request, unavailable};
use crate::domain::attendance::{
    Changes, Pattern, Policy, Refused, Rhythm, State, read_pattern, read_policy,
};
use crate::domain::contact::Fault;
use crate::store::attendance;
use crate::sweep::announce_slots::announce;

/// Most patterns and policies of one import.
const MOST: usize = 2_000;

pub(crate) async fn import_attendance(
    desk: &Desk,
    request: ImportAttendanceRequest,
    now: Timestamp,
) -> Result<ImportAttendanceResponse, Status> {
    if request.patterns.len() + request.policies.len() > MOST {
        return Err(bad_field("patterns", format!("are more than {MOST}: import the rest in another call")));
    }
    let mut faults = Vec::new();
    let patterns = read_all(request.patterns.iter().map(read_pattern), |p| &p.pattern, &mut faults);
    let policies = read_all(request.policies.iter().map(read_policy), |p| &p.policy, &mut faults);
    if !faults.is_empty() {
        return Err(bad_request(&faults));
    }
    let asked = patterns.len() + policies.len();
    let mut tx = desk.store.begin().await.map_err(unavailable)?;
    let today = desk.tehran.zoned(now).date();
    let book = attendance::locked_book(tx.connection(), today).await.map_err(unavailable)?;
    let standing = book.patterns.iter().map(|p| (p.pattern.as_str(), p)).collect();
    let patterns = changed(patterns, &standing, |p| &p.pattern, |p| &mut p.version);
    let standing = book.policies.iter().map(|p| (p.policy.as_str(), p)).collect();
    let policies = changed(policies, &standing, |p| &p.policy, |p| &mut p.version);
    let adopted = patterns.len() + policies.len();
    let changes = adopt(desk, &mut tx, &patterns, &policies, now).await.map_err(unavailable)?;
    let late = patterns.iter().filter_map(|pattern| too_late(pattern, &changes.refused, today));
    let late: Vec<Fault> = late.collect();
    if !late.is_empty() {
        // Nothing of the import is kept: the transaction ends here.
        return Err(bad_request(&late));
    }
    tx.commit().await.map_err(unavailable)?;
    Ok(answer(adopted, asked, &changes))
}

async fn adopt(
    desk: &Desk,
    tx: &mut Tx,
    patterns: &[Pattern],
    policies: &[Policy],
    now: Timestamp,
) -> anyhow::Result<Changes> {
    if !patterns.is_empty() {
        attendance::keep_patterns(tx.connection(), patterns, desk.tehran.zoned(now).date()).await?;
    }
    if !policies.is_empty() {
        attendance::keep_policies(tx.connection(), policies).await?;
    }
    announce(tx, &desk.clock, &desk.tehran, now).await
}

/// What can be read, each name once; the rest are faults.
fn read_all<T>(
    read: impl Iterator<Item = Result<T, Fault>>,
    name: fn(&T) -> &str,
    faults: &mut Vec<Fault>,
) -> Vec<T> {
    let mut good: Vec<T> = Vec::new();
    for one in read {
        match one {
            Ok(one) if good.iter().any(|other| name(other) == name(&one)) => {
                faults
                    .push(Fault { field: "patterns", reason: format!("{} stands there twice", name(&one)) });
            }
            Ok(one) => good.push(one),
            Err(fault) => faults.push(fault),
        }
    }
    good
}

/// Those that differ from what stands, each as the next version.
fn changed<T: Clone + PartialEq>(
    asked: Vec<T>,
    standing: &BTreeMap<&str, &T>,
    name: fn(&T) -> &str,
    version: fn(&mut T) -> &mut u32,
) -> Vec<T> {
    let next = asked.into_iter().filter_map(|mut one| {
        let Some(before) = standing.get(name(&one)) else { return Some(one) };
        let number = *version(&mut (*before).clone());
        *version(&mut one) = number;
        let differs = one != **before;
        *version(&mut one) = number + 1;
        differs.then_some(one)
    });
    next.collect()
}

/// A single day that comes too late can never be: the pattern is refused.
fn too_late(pattern: &Pattern, refused: &[Refused], today: Date) -> Option<Fault> {
    let refused = refused.iter().find(|refused| refused.pattern == pattern.pattern);
    let is_late = pattern.rhythm == Rhythm::Once && (pattern.from < today || refused.is_some());
    let days = refused.map_or_else(|| "some".to_owned(), |refused| refused.lead_days.to_string());
    is_late.then(|| Fault {
        field: "patterns",
        reason: format!("{}: must be announced {days} days before its day", pattern.pattern),
    })
}

fn answer(adopted: usize, asked: usize, changes: &Changes) -> ImportAttendanceResponse {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let cancelled = changes.slots.iter().filter(|slot| slot.state == State::Cancelled).count();
    ImportAttendanceResponse {
        adopted: number(adopted),
        unchanged: number(asked - adopted),
        announced: number(changes.slots.len() - cancelled),
        cancelled: number(cancelled),
        refused: changes
            .refused
            .iter()
            .map(|refused| RefusedSlot {
                pattern: refused.pattern.clone(),
                day: refused.day.to_string(),
                reason: format!("must be announced {} days before", refused.lead_days),
            })
            .collect(),
    }
}
