//! How a deadline was computed, step by step, for people (rule 7).

use jiff::Timestamp;

use super::clock::{Clock, Issue};
use super::jalali::{digits, moment};
use super::tehran::Tehran;

/// One line of a derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The moment it speaks of.
    pub at: Timestamp,
    /// In Persian, with Jalali dates.
    pub fa: String,
    /// In English.
    pub en: String,
}

/// The clock's derivation in order; empty when only its end was heard.
#[must_use]
pub fn explain(clock: &Clock, tehran: &Tehran) -> Vec<Line> {
    let Some(issue) = &clock.issue else { return Vec::new() };
    let show = |at| (moment(at, tehran), tehran.zoned(at).strftime("%Y-%m-%d %H:%M").to_string());
    let line = |at, fa: String, en: String| Line { at, fa, en };
    let (fa, en) = show(issue.starts_at);
    let mut lines = vec![line(
        issue.starts_at,
        format!("ارجاع در {fa} صادر شد؛ مهلت دستگاه از همین لحظه آغاز می‌شود."),
        format!("The referral was issued on {en} (Tehran): the agency's time begins."),
    )];
    lines.push(rule(issue));
    lines.push(due(issue, show));
    if let (Some(days), Some(due_at)) = (clock.reminded_days, issue.due_at) {
        let at = tehran.add_days(due_at, -i64::from(days));
        let (fa, en) = show(at);
        let fa_days = digits(&days.to_string());
        lines.push(line(
            at,
            format!("یادآوری {fa_days} روز مانده به پایان مهلت، در {fa}، اعلام شد."),
            format!("The reminder {days} day(s) before the end fell due on {en} and was stated."),
        ));
    }
    if let Some(at) = clock.breached_at {
        let (fa, en) = show(at);
        lines.push(line(
            at,
            format!("در {fa} گذشتن مهلت اعلام شد."),
            format!("The breach was stated on {en}."),
        ));
    }
    lines.extend(clock.end.map(|end| {
        let (fa, en) = show(end.at);
        let late = issue.due_at.is_some_and(|due| end.at > due);
        let (fa_how, en_how) = if end.returned {
            ("برگشت داده شد", "returned")
        } else {
            ("پاسخ داده شد", "answered")
        };
        let (fa_when, en_when) =
            if late { ("پس از مهلت", "late") } else { ("در مهلت", "in time") };
        line(
            end.at,
            format!("ارجاع در {fa} {fa_how}؛ {fa_when}."),
            format!("The referral was {en_how} on {en}: {en_when}."),
        )
    }));
    lines
}

/// Which policy governs, and what it says.
fn rule(issue: &Issue) -> Line {
    let at = issue.starts_at;
    let Some(policy) = &issue.policy else {
        let fa = "در زمان صدور هیچ سیاست مهلتی معتبر نبود.".to_owned();
        return Line { at, fa, en: "No deadline policy was valid at that moment.".to_owned() };
    };
    let (name, version) = (&policy.name, policy.version);
    let (fa_says, en_says) = match (policy.length_days, policy.honours_target) {
        (0, _) => ("فقط تاریخ هدف خود پرونده".to_owned(), "only a case's own target".to_owned()),
        (days, false) => (format!("{days} روز تقویمی"), format!("{days} calendar days")),
        (days, true) => (
            format!("تاریخ هدف پرونده، و اگر نباشد {days} روز تقویمی"),
            format!("a case's own target, else {days} calendar days"),
        ),
    };
    Line {
        at,
        fa: format!("سیاست «{name}» نسخهٔ {}: {}.", digits(&version.to_string()), digits(&fa_says)),
        en: format!("Policy `{name}`, version {version}: {en_says}."),
    }
}

/// The end of the agency's time, and where it comes from.
fn due(issue: &Issue, show: impl Fn(Timestamp) -> (String, String)) -> Line {
    let Some(at) = issue.due_at else {
        let fa = "برای این ارجاع مهلتی تعیین نشده است.".to_owned();
        return Line { at: issue.starts_at, fa, en: "No end is set for this referral.".to_owned() };
    };
    let (fa, en) = show(at);
    let by_target = issue.target_at == Some(at) && issue.policy.as_ref().is_some_and(|p| p.honours_target);
    let (fa_why, en_why) = if by_target {
        ("تاریخ هدف پرونده", "the case's own target")
    } else {
        ("همان ساعت روز، به وقت تهران", "the same time of day in Tehran")
    };
    Line { at, fa: format!("پایان مهلت: {fa} ({fa_why})."), en: format!("Due on {en}: {en_why}.") }
}

#[cfg(test)]
mod tests {
    use contracts::CaseId;

    use super::super::clock::{End, News};
    use super::super::policy::Policy;
    use super::*;

    #[test]
    fn a_breached_and_answered_clock_tells_its_story_in_both_languages() {
        let tehran = Tehran::new().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let starts_at = at("2025-09-23T08:30:00+03:30");
        let policy = Policy {
            name: "general".into(),
            version: 3,
            programme: String::new(),
            length_days: 15,
            honours_target: false,
            reminder_days_before: vec![1],
            valid_from: starts_at,
        };
        let due_at = Issue::due(Some(&policy), starts_at, None, &tehran);
        let issue = Issue {
            case_id: CaseId(uuid::Uuid::nil()),
            agency: "water".into(),
            province: "fars".into(),
            programme: String::new(),
            policy: Some(policy),
            starts_at,
            target_at: None,
            due_at,
        };
        let mut clock = Clock::default();
        assert!(explain(&clock, &tehran).is_empty());
        clock.hear(News::Issued(Box::new(issue)));
        clock.fire(at("2025-10-08T08:31:00+03:30"), jiff::SignedDuration::ZERO, &tehran);
        clock.hear(News::Ended(End { at: at("2025-10-09T09:00:00+03:30"), returned: false }));
        let lines = explain(&clock, &tehran);
        let fa: Vec<_> = lines.iter().map(|l| l.fa.as_str()).collect();
        assert!(fa[0].contains("۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰"), "{fa:?}");
        assert!(fa[1].contains("نسخهٔ ۳") && fa[1].contains("۱۵ روز تقویمی"), "{fa:?}");
        assert!(fa[2].contains("۱۶ مهر ۱۴۰۴ ساعت ۰۸:۳۰"), "{fa:?}");
        assert!(fa[4].contains("پس از مهلت"), "{fa:?}");
        assert_eq!(lines[4].en, "The referral was answered on 2025-10-09 09:00: late.");
    }
}
