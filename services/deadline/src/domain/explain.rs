//! How a deadline was computed, step by step, for people (rule 7).

use jalali::digits;
use jiff::{SignedDuration, Timestamp};

use super::account::{Party, Reason, account};
use super::adjustment::{What, pauses, reviews};
use super::calendar::Kind;
use super::change::days;
use super::clock::{Clock, Ending, Issue};
use super::policy::Policy;
use super::rules::Rules;

#[cfg(test)]
mod tests;
mod words;

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

/// Lines of closures, at most: the rest is counted.
const MAX_CLOSURES: usize = 20;

/// The clock's derivation: the rules, what was added, the due moment, what was stated, and the account of the time
/// until `now`. `rules` are those by which it was derived. Empty when only its end was heard.
#[must_use]
pub fn explain(clock: &Clock, rules: &Rules, now: Timestamp) -> Vec<Line> {
    let Some(issue) = &clock.issue else { return Vec::new() };
    let mut story = Story { rules, lines: Vec::new() };
    let (fa, en) = story.show(issue.starts_at);
    story.say(
        issue.starts_at,
        format!("ارجاع در {fa} صادر شد؛ مهلت دستگاه از همین لحظه آغاز می‌شود."),
        format!("The referral was issued on {en} (Tehran): the agency's time begins."),
    );
    story.policy(issue);
    story.calendar(issue);
    story.adjustments(issue, clock);
    story.reviews(clock);
    story.outages(issue);
    story.due(issue);
    story.stated(issue, clock);
    story.end(issue, clock);
    story.account(clock, now);
    story.lines
}

struct Story<'a> {
    rules: &'a Rules,
    lines: Vec<Line>,
}

impl Story<'_> {
    fn say(&mut self, at: Timestamp, fa: impl AsRef<str>, en: String) {
        self.lines.push(Line { at, fa: digits::persian(fa.as_ref()), en });
    }

    fn show(&self, at: Timestamp) -> (String, String) {
        let tehran = &self.rules.tehran;
        (tehran.moment_fa(at), tehran.zoned(at).strftime("%Y-%m-%d %H:%M").to_string())
    }

    /// Which policy governs, and what it says.
    fn policy(&mut self, issue: &Issue) {
        let at = issue.starts_at;
        let Some(policy) = &issue.policy else {
            let en = "No deadline policy was valid at that moment.".to_owned();
            return self.say(at, "در زمان صدور هیچ سیاست مهلتی معتبر نبود.", en);
        };
        let (name, version) = (&policy.name, policy.version);
        let (fa, en) = words::length(policy);
        self.say(
            at,
            format!("سیاست «{name}» نسخهٔ {version}: {fa}."),
            format!("Policy `{name}`, version {version}: {en}."),
        );
    }

    /// Which days on the way did not count.
    fn calendar(&mut self, issue: &Issue) {
        let (Some(policy), Some(due)) = (&issue.policy, issue.due_at) else { return };
        let tehran = &self.rules.tehran;
        let (first, last) = (tehran.zoned(issue.starts_at).date(), tehran.zoned(due).date());
        let version = issue.rules_version;
        if policy.working_days {
            let calendar = self.rules.calendar().days(&issue.province);
            let on_the_way = std::iter::successors(first.tomorrow().ok(), |day| day.tomorrow().ok());
            let off = on_the_way.take_while(|day| *day <= last).filter(|day| calendar.is_off(*day)).count();
            self.say(
                issue.starts_at,
                format!("تقویم استان، نسخهٔ {version}: {off} روز تعطیل در این میان شمرده نمی‌شود."),
                format!(
                    "Calendar of the province, version {version}: {off} day(s) off on the way do not count."
                ),
            );
        }
        if policy.ignores_closures && !policy.working_days {
            return;
        }
        let here = |province: &str| province.is_empty() || province == issue.province;
        let closures = self.rules.days_off().iter().filter(|d| {
            d.kind == Kind::Closure
                && d.span.holds(self.rules.version)
                && here(&d.province)
                && first <= d.last
                && d.first <= last
        });
        let mut closures: Vec<_> = closures.collect();
        closures.sort_by_key(|d| (d.first, d.last));
        for closure in closures.into_iter().take(MAX_CLOSURES) {
            let (fa, en) = days(closure.first, closure.last);
            let at = tehran.first_moment(jalali::Date::of(closure.first));
            let (fa_where, en_where) = if closure.province.is_empty() {
                ("سراسر کشور", "the whole country")
            } else {
                ("استان", "the province")
            };
            let (reason, version) = (&closure.reason_fa, closure.span.added);
            self.say(
                at,
                format!(
                    "تعطیلی {fa_where}، {fa} («{reason}»، نسخهٔ {version} تقویم): این روزها شمرده نمی‌شود."
                ),
                format!("Closure of {en_where}, {en} (calendar version {version}): these days do not count."),
            );
        }
    }

    /// Extensions and documents.
    fn adjustments(&mut self, issue: &Issue, clock: &Clock) {
        for adjustment in &clock.adjustments {
            let (fa, en) = self.show(adjustment.at);
            let (fa_what, en_what) = words::adjustment(adjustment.what);
            self.say(adjustment.at, format!("در {fa}: {fa_what}."), format!("On {en}: {en_what}."));
        }
        let Some(policy) = &issue.policy else { return };
        let asked = clock.adjustments.iter().any(|a| a.what == What::DocumentsAsked);
        if asked && policy.pause_max_days == 0 {
            let en =
                "The policy knows no pause: the clock ran on while documents were waited for.".to_owned();
            self.say(issue.starts_at, "این سیاست توقفی نمی‌شناسد: در انتظار مدارک، مهلت ادامه یافت.", en);
        }
        for (from, until) in pauses(&clock.adjustments, policy) {
            let ((fa_from, en_from), (fa_until, en_until)) = (self.show(from), self.show(until));
            let max = policy.pause_max_days;
            self.say(
                from,
                format!("توقف مهلت برای مدارک از {fa_from} تا {fa_until} (دست‌بالا {max} روز)؛ به حساب شهروند."),
                format!("The clock stood still for documents from {en_from} to {en_until} (at most {max} days in all): charged to the citizen's side."),
            );
        }
    }

    /// Answers that a reviewer had: that time is not the agency's.
    fn reviews(&mut self, clock: &Clock) {
        for (from, until) in reviews(&clock.adjustments) {
            let (fa_from, en_from) = self.show(from);
            match until.map(|until| self.show(until)) {
                Some((fa_until, en_until)) => self.say(
                    from,
                    format!("بازبینی پاسخ از {fa_from} تا {fa_until}: به حساب دستگاه نیست، و اگر پیش از پایان مهلت آغاز شده باشد به آن افزوده می‌شود."),
                    format!("An answer was under review from {en_from} to {en_until}: not the agency's time, and added to it where it began before that was over."),
                ),
                // Of an answer that counted, the end is told.
                None if clock.end.is_some() => {}
                None => self.say(
                    from,
                    format!("پاسخ از {fa_from} در دست بازبین است: تا نتیجهٔ بازبینی گذشتن مهلت اعلام نمی‌شود."),
                    format!("An answer is with a reviewer since {en_from}: no breach is stated until it is reviewed."),
                ),
            }
        }
    }

    /// Broken delivery.
    fn outages(&mut self, issue: &Issue) {
        let rules = self.rules;
        let until = issue.due_at.unwrap_or(Timestamp::MAX);
        let touched = rules.outages(&issue.agency).filter(|o| o.from < until && o.until > issue.starts_at);
        for outage in touched.take(MAX_CLOSURES) {
            let ((fa_from, en_from), (fa_until, en_until)) =
                (self.show(outage.from), self.show(outage.until));
            let (fa_party, en_party) = words::party(outage.to);
            let (fa_so, en_so) = if outage.to == Party::Agency {
                ("مهلت ادامه یافت", "the clock ran on")
            } else {
                ("به مهلت افزوده شد", "added to the agency's time")
            };
            self.say(
                outage.from,
                format!("اختلال در تحویل از {fa_from} تا {fa_until} به حساب {fa_party}؛ {fa_so}."),
                format!("Delivery was broken from {en_from} to {en_until}, charged to {en_party}: {en_so}."),
            );
        }
    }

    /// The end of the agency's time.
    fn due(&mut self, issue: &Issue) {
        let Some(at) = issue.due_at else {
            let en = "No end is set for this referral.".to_owned();
            return self.say(issue.starts_at, "برای این ارجاع مهلتی تعیین نشده است.", en);
        };
        let (fa, en) = self.show(at);
        let by_target = issue.target_at.is_some() && issue.policy.as_ref().is_some_and(|p| p.honours_target);
        let (fa_why, en_why) = if by_target {
            ("بر پایهٔ تاریخ هدف پرونده", "from the case's own target")
        } else {
            (
                "همان ساعت روز به وقت تهران، یا نیمه‌شبِ نخستین روزی که شمرده می‌شود، و آنچه افزوده شد",
                "the same time of day in Tehran, or midnight of the first day that counts, and what was added",
            )
        };
        self.say(at, format!("پایان مهلت: {fa} ({fa_why})."), format!("Due on {en}: {en_why}."));
    }

    /// Reminders, the breach and escalations that were stated.
    fn stated(&mut self, issue: &Issue, clock: &Clock) {
        let Some(due) = issue.due_at else { return };
        if let Some(days) = clock.reminded_days {
            self.say(
                self.rules.tehran.add_days(due, -i64::from(days)),
                format!("یادآوری {days} روز مانده به پایان مهلت اعلام شد."),
                format!("The reminder {days} day(s) before the end was stated."),
            );
        }
        if let Some(at) = clock.breached_at {
            let (fa, en) = self.show(at);
            self.say(at, format!("در {fa} گذشتن مهلت اعلام شد."), format!("The breach was stated on {en}."));
        }
        let steps = issue.policy.iter().flat_map(|policy| &policy.escalations);
        for step in steps.take(usize::try_from(clock.escalated).unwrap_or(usize::MAX)) {
            let at = self.rules.tehran.add_days(due, i64::from(step.offset_days));
            if at > issue.starts_at {
                let ((fa, en), (fa_to, en_to)) = (self.show(at), words::level(step.to));
                self.say(
                    at,
                    format!("از {fa} به آگاهی {fa_to} رسید."),
                    format!("Escalated to {en_to}, as of {en}."),
                );
            }
        }
    }

    fn end(&mut self, issue: &Issue, clock: &Clock) {
        let Some(end) = clock.end else { return };
        let (fa, en) = self.show(end.at);
        let (fa_how, en_how) = match end.how {
            Ending::Answered => ("پاسخ داده شد", "answered"),
            Ending::Returned => ("برگشت داده شد", "returned"),
            Ending::Withdrawn => ("پس گرفته شد", "withdrawn"),
        };
        let late = issue.due_at.is_some_and(|due| end.at > due);
        let (fa_when, en_when) =
            if late { ("پس از مهلت", "late") } else { ("در مهلت", "in time") };
        self.say(
            end.at,
            format!("ارجاع در {fa} {fa_how}؛ {fa_when}."),
            format!("The referral was {en_how} on {en}: {en_when}."),
        );
    }

    /// Whose the time was.
    fn account(&mut self, clock: &Clock, now: Timestamp) {
        let at = clock.end.map_or(now, |end| end.at);
        for charge in account(clock, self.rules, now) {
            let ((fa_to, en_to), (fa_for, en_for)) = (words::party(charge.to), words::reason(charge.reason));
            let (fa, en) = words::span(charge.lasted);
            self.say(
                at,
                format!("حساب زمان: {fa} به حساب {fa_to} ({fa_for})."),
                format!("Account: {en} charged to {en_to} ({en_for})."),
            );
        }
    }
}
