//! A clock's row: read as a value, written as arrays.

use anyhow::{Context as _, Result};
use contracts::{CaseId, ReferralId};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::types::Json;
use sqlx::{Postgres, Row as _};

use super::{moment, number, signed, sql, unsigned, version};
use crate::domain::adjustment::Adjustment;
use crate::domain::clock::{Clock, End, Ending, Issue, Kept};
use crate::domain::rules::Rules;

/// Binds every column of these clocks, an array each, in the order of [`super::clocks`]' statements.
pub(super) fn bind<'q>(
    statement: &'static str,
    clocks: &'q [Kept],
    rules: &Rules,
) -> Result<Query<'q, Postgres, PgArguments>> {
    let issues = || clocks.iter().map(|kept| kept.clock.issue.as_ref());
    let policies = || issues().map(|issue| issue.and_then(|i| i.policy.as_deref()));
    let ends = || clocks.iter().map(|kept| kept.clock.end);
    let adjustments = clocks.iter().map(|kept| match kept.clock.adjustments.as_slice() {
        [] => Ok(None),
        some => serde_json::to_string(some).map(Some),
    });
    Ok(sqlx::query(statement)
        .bind(clocks.iter().map(|kept| kept.referral_id.0).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.case_id.0)).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.agency.as_str())).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.province.as_str())).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map(|i| i.programme.as_str())).collect::<Vec<_>>())
        .bind(policies().map(|p| p.map(|p| p.name.as_str())).collect::<Vec<_>>())
        .bind(policies().map(|p| p.map(|p| signed(p.version))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.map(|i| i.starts_at))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.and_then(|i| i.target_at))).collect::<Vec<_>>())
        .bind(issues().map(|i| sql(i.and_then(|i| i.due_at))).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map_or(0, |i| number(i.rules_version))).collect::<Vec<_>>())
        .bind(adjustments.collect::<Result<Vec<Option<String>>, _>>()?)
        .bind(clocks.iter().map(|kept| kept.clock.reminded_days.map(signed)).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| sql(kept.clock.breached_at)).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| signed(kept.clock.escalated)).collect::<Vec<_>>())
        .bind(ends().map(|end| sql(end.map(|e| e.at))).collect::<Vec<_>>())
        .bind(ends().map(|end| end.map(|e| ending(e.how))).collect::<Vec<_>>())
        .bind(clocks.iter().map(|kept| sql(kept.clock.next_at(rules))).collect::<Vec<_>>())
        .bind(issues().map(|i| i.map_or(0, |i| signed(i.epoch))).collect::<Vec<_>>()))
}

fn ending(how: Ending) -> i16 {
    match how {
        Ending::Answered => 1,
        Ending::Returned => 2,
        Ending::Withdrawn => 3,
    }
}

/// Reads a row; `rules` hold every policy that a row can name.
pub(super) fn kept(row: &PgRow, rules: &Rules) -> Result<Kept> {
    let clock = Clock {
        issue: issue(row, rules)?,
        end: end(row)?,
        adjustments: row
            .try_get::<Option<Json<Vec<Adjustment>>>, _>("adjustments")?
            .map(|Json(adjustments)| adjustments)
            .unwrap_or_default(),
        reminded_days: row.try_get::<Option<i32>, _>("reminded_days")?.map(unsigned).transpose()?,
        breached_at: moment(row, "breached_at")?,
        escalated: unsigned(row.try_get("escalated")?)?,
    };
    Ok(Kept { referral_id: ReferralId(row.try_get("referral_id")?), clock })
}

fn issue(row: &PgRow, rules: &Rules) -> Result<Option<Issue>> {
    let Some(starts_at) = moment(row, "starts_at")? else { return Ok(None) };
    let policy = match row.try_get::<Option<&str>, _>("policy")? {
        None => None,
        Some(name) => {
            let found = rules.policy(name, unsigned(row.try_get("policy_version")?)?).cloned();
            Some(found.context("a clock refers to a policy that was adopted after the policies were read")?)
        }
    };
    Ok(Some(Issue {
        case_id: CaseId(row.try_get("case_id")?),
        agency: row.try_get("agency")?,
        province: row.try_get("province")?,
        programme: row.try_get("programme")?,
        policy,
        starts_at,
        target_at: moment(row, "target_at")?,
        due_at: moment(row, "due_at")?,
        rules_version: version(row.try_get("rules_version")?)?,
        epoch: unsigned(row.try_get("epoch")?)?,
    }))
}

fn end(row: &PgRow) -> Result<Option<End>> {
    let Some(at) = moment(row, "ended_at")? else { return Ok(None) };
    let how = match row.try_get::<i16, _>("ended_how")? {
        1 => Some(Ending::Answered),
        2 => Some(Ending::Returned),
        3 => Some(Ending::Withdrawn),
        _ => None,
    };
    Ok(Some(End { at, how: how.context("the deadline database holds an unknown end")? }))
}
