//! A referral's clock: set when it is issued, moved when what it was derived from changes, ended when the agency
//! answered or returned it; in whichever order these are heard.

use std::sync::Arc;

use contracts::{CaseId, ReferralId};
use jiff::Timestamp;

use super::adjustment::{self, Adjustment, What};
use super::change::{Cause, Why, because};
use super::derive::due;
use super::policy::{Escalation, Policy};
use super::rules::Rules;

mod fire;
#[cfg(test)]
mod tests;

/// A referral as issued, and how its deadline was derived from it: kept, so that it can be explained (rule 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The case it belongs to.
    pub case_id: CaseId,
    /// Who must act.
    pub agency: String,
    /// Where.
    pub province: String,
    /// The case's programme; empty: none.
    pub programme: String,
    /// The version that governs it; none when no policy was valid at issue.
    pub policy: Option<Arc<Policy>>,
    /// When the agency's time began.
    pub starts_at: Timestamp,
    /// A date that the programme itself set.
    pub target_at: Option<Timestamp>,
    /// When the agency's time is over; none when the policy sets no end.
    pub due_at: Option<Timestamp>,
    /// The version of the rules by which `due_at` was derived.
    pub rules_version: u64,
    /// How often `due_at` has moved since it was set.
    pub epoch: u32,
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The agency answered.
    Answered,
    /// The agency returned what is not its own.
    Returned,
    /// The citizen withdrew, or the case went another way.
    Withdrawn,
}

/// The end of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: Ending,
}

/// One referral's clock. Both halves may be missing: the end can be heard before the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock {
    /// The beginning.
    pub issue: Option<Issue>,
    /// The end.
    pub end: Option<End>,
    /// Extensions, documents and reviews, in order.
    pub adjustments: Vec<Adjustment>,
    /// The latest reminder that was stated, as days before the due moment.
    pub reminded_days: Option<u32>,
    /// When the breach was stated.
    pub breached_at: Option<Timestamp>,
    /// Steps of the escalation that are done.
    pub escalated: u32,
}

/// What is heard of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It was issued; its due moment is still to be derived.
    Issued(Box<Issue>),
    /// An extension was decided, documents were asked or came, an answer was held or given back.
    Adjusted(Adjustment),
    /// It was answered, returned or withdrawn.
    Ended(End),
}

/// What follows and must be stated, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The clock was set.
    Set,
    /// A reminder fell due, this many days before the due moment.
    Reminder(u32),
    /// The due moment passed.
    Breached,
    /// A step of the escalation was reached.
    Escalated(Escalation),
    /// The due moment is another.
    Moved(Box<Move>),
    /// The clock ended.
    Met {
        /// Not after the due moment.
        on_time: bool,
        /// A breach had been stated though the end came in time.
        breach_withdrawn: bool,
    },
}

/// A due moment that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// What it was.
    pub before: Option<Timestamp>,
    /// Why it is another.
    pub cause: Cause,
    /// A breach had been stated, but the due moment lies ahead again.
    pub breach_withdrawn: bool,
}

/// One clock's row: its key and what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Whose clock.
    pub referral_id: ReferralId,
    /// The clock.
    pub clock: Clock,
}

impl Clock {
    /// Folds news, heard at `now`, into the clock. What was heard before changes nothing, nor does an adjustment
    /// heard after the end.
    pub fn hear(&mut self, news: News, now: Timestamp, rules: &Rules) -> Vec<Told> {
        let half = self.issue.is_some() || self.end.is_some();
        let mut told = Vec::new();
        match news {
            News::Issued(mut issue) if self.issue.is_none() => {
                issue.due_at = due(&issue, &self.adjustments, rules);
                issue.rules_version = rules.version;
                self.issue = Some(*issue);
                told.push(Told::Set);
                told.extend(if self.end.is_some() { self.met() } else { None });
            }
            News::Ended(end) if self.end.is_none() => {
                self.end = Some(end);
                told.extend(if half { self.met() } else { None });
            }
            News::Adjusted(adjustment) if self.end.is_none() => {
                told.extend(self.adjust(adjustment, now, rules));
            }
            News::Issued(_) | News::Ended(_) | News::Adjusted(_) => {}
        }
        told
    }

    fn adjust(&mut self, new: Adjustment, now: Timestamp, rules: &Rules) -> Option<Told> {
        if !adjustment::add(&mut self.adjustments, new) {
            return None;
        }
        self.derive(rules, now, |_, _| cause(new))
    }

    /// Brings the due moment up to date with `rules`: what changed since it was derived may have moved it.
    pub fn refresh(&mut self, rules: &Rules, now: Timestamp) -> Option<Told> {
        let known = self.issue.as_ref()?.rules_version;
        if self.end.is_some() || known >= rules.version {
            return None;
        }
        let told = self.derive(rules, now, |issue, after| {
            let first = rules.tehran.zoned(issue.starts_at).date();
            let last = rules.tehran.zoned(issue.due_at.max(after).unwrap_or(now)).date();
            let changes = rules.changes_after(known).iter();
            because(&changes.filter(|change| change.touches(issue, first, last)).collect::<Vec<_>>())
        });
        if let Some(issue) = &mut self.issue {
            issue.rules_version = rules.version;
        }
        told
    }

    fn derive(
        &mut self,
        rules: &Rules,
        now: Timestamp,
        cause: impl FnOnce(&Issue, Option<Timestamp>) -> Cause,
    ) -> Option<Told> {
        let issue = self.issue.as_mut()?;
        let after = due(issue, &self.adjustments, rules);
        if after == issue.due_at {
            return None;
        }
        let cause = cause(issue, after);
        let before = std::mem::replace(&mut issue.due_at, after);
        issue.epoch = issue.epoch.saturating_add(1);
        let breach_withdrawn = self.breached_at.is_some() && after.is_none_or(|after| after > now);
        if breach_withdrawn {
            // What was said of the breach does not count either: a later one is a new one.
            self.breached_at = None;
            let ahead =
                issue.policy.iter().flat_map(|p| &p.escalations).take_while(|step| step.offset_days < 0);
            self.escalated = self.escalated.min(u32::try_from(ahead.count()).unwrap_or(u32::MAX));
        }
        self.reminded_days = self.still_reminded(now, rules);
        Some(Told::Moved(Box::new(Move { before, cause, breach_withdrawn })))
    }

    fn met(&self) -> Option<Told> {
        let (issue, end) = (self.issue.as_ref()?, self.end?);
        let on_time = issue.due_at.is_none_or(|due| end.at <= due);
        Some(Told::Met { on_time, breach_withdrawn: on_time && self.breached_at.is_some() })
    }
}

/// Why an adjustment moves a clock.
fn cause(adjustment: Adjustment) -> Cause {
    let (why, fa, en) = match adjustment.what {
        What::Granted(days) => {
            let fa = jalali::digits::persian(&format!("تمدید {days} روزه با موافقت استان"));
            (Why::Extension, fa, format!("extension of {days} day(s) granted by the province"))
        }
        What::Refused => {
            (Why::Extension, "مخالفت استان با تمدید".into(), "extension refused by the province".into())
        }
        What::DocumentsAsked => (
            Why::Documents,
            "توقف مهلت تا رسیدن مدارک شهروند، دست‌بالا تا حد مجاز".into(),
            "the clock stands still for the citizen's documents, at the latest until the policy's maximum"
                .into(),
        ),
        What::DocumentsCame => {
            (Why::Documents, "مدارک شهروند رسید".into(), "the citizen's documents have come".into())
        }
        What::AnswerHeld => {
            (Why::Review, "پاسخ در دست بازبین است".into(), "an answer is with a reviewer".into())
        }
        What::AnswerGivenBack => (
            Why::Review,
            "پاسخ پس از بازبینی برگردانده شد؛ زمان بازبینی به حساب دستگاه نیست".into(),
            "an answer was given back: the time of its review is not the agency's".into(),
        ),
    };
    Cause { why, id: Some(adjustment.id), fa, en }
}
