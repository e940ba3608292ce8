//! The words of a derivation, in Persian and in English.

use super::{Party, Policy, Reason, SignedDuration, What};
use crate::domain::policy::Level;

/// What a policy grants.
pub(super) fn length(policy: &Policy) -> (String, String) {
    let days = policy.length_days;
    let (fa_days, en_days) = match (policy.working_days, policy.ignores_closures) {
        (true, _) => (format!("{days} روز کاری"), format!("{days} working days")),
        (false, true) => (format!("{days} روز تقویمی"), format!("{days} calendar days")),
        (false, false) => (
            format!("{days} روز تقویمی، بدون روزهای تعطیلی اعلام‌شده"),
            format!("{days} calendar days, days of closure left out"),
        ),
    };
    let (mut fa, mut en) = match (days, policy.honours_target) {
        (0, _) => ("فقط تاریخ هدف خود پرونده".to_owned(), "only a case's own target".to_owned()),
        (_, false) => (fa_days, en_days),
        (_, true) => (
            format!("تاریخ هدف پرونده، و اگر نباشد {fa_days}"),
            format!("a case's own target, else {en_days}"),
        ),
    };
    if policy.ends_on_working_day {
        fa.push_str("؛ پایان در روز تعطیل به نخستین روز کاری می‌افتد");
        en.push_str("; an end on a day off goes to the next working day");
    }
    (fa, en)
}

/// What happened to the clock.
pub(super) fn adjustment(what: What) -> (String, String) {
    match what {
        What::Granted(days) => (
            format!("استان با تمدید {days} روزه موافقت کرد"),
            format!("the province granted an extension of {days} day(s)"),
        ),
        What::Refused => {
            ("استان با تمدید مخالفت کرد".to_owned(), "the province refused an extension".to_owned())
        }
        What::DocumentsAsked => (
            "دستگاه از شهروند مدرک خواست".to_owned(),
            "the agency asked for the citizen's documents".to_owned(),
        ),
        What::DocumentsCame => ("مدارک شهروند رسید".to_owned(), "the citizen's documents came".to_owned()),
        What::AnswerHeld => (
            "پاسخ دستگاه برای بازبینی نگه داشته شد".to_owned(),
            "the agency's answer was held for a reviewer".to_owned(),
        ),
        What::AnswerGivenBack => (
            "بازبین پاسخ را به دستگاه برگرداند".to_owned(),
            "the reviewer gave the answer back to the agency".to_owned(),
        ),
    }
}

/// Who.
pub(super) fn party(party: Party) -> (&'static str, &'static str) {
    match party {
        Party::Agency => ("دستگاه", "the agency"),
        Party::Citizen => ("شهروند", "the citizen's side"),
        Party::Centre => ("مرکز ارتباطات", "the contact centre"),
        Party::System => ("سامانه", "the system"),
    }
}

/// What for.
pub(super) fn reason(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Held => ("در دست دستگاه", "in its hands"),
        Reason::DocumentsAsked => ("در انتظار مدارک", "documents waited for"),
        Reason::WrongReferral => ("ارجاع نادرست", "referred to the wrong agency"),
        Reason::BrokenDelivery => ("اختلال در تحویل", "broken delivery"),
        Reason::Review => ("بازبینی پاسخ", "an answer under review"),
    }
}

/// Who heard.
pub(super) fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::AgencyHead => ("رئیس دستگاه", "the agency's head"),
        Level::Province => ("مدیریت استان", "the province"),
        Level::National => ("نهاد ریاست جمهوری", "the national monitor"),
    }
}

/// Days, hours and minutes.
pub(super) fn span(span: SignedDuration) -> (String, String) {
    let (days, hours, minutes) = (span.as_hours() / 24, span.as_hours() % 24, span.as_mins() % 60);
    match (days, hours) {
        (0, 0) => (format!("{minutes} دقیقه"), format!("{minutes} min")),
        (0, _) => (format!("{hours} ساعت و {minutes} دقیقه"), format!("{hours} h {minutes} min")),
        (_, 0) => (format!("{days} روز"), format!("{days} d")),
        (..) => (format!("{days} روز و {hours} ساعت"), format!("{days} d {hours} h")),
    }
}
