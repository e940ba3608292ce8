use std::sync::Arc;

use contracts::CaseId;
use jalali::Tehran;
use jiff::civil::date;
use uuid::Uuid;

use super::super::adjustment::Adjustment;
use super::super::calendar::{DayOff, Span};
use super::super::clock::{End, News};
use super::super::policy::{Escalation, Level};
use super::super::rules::Outage;
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rules() -> Rules {
    let span = Span { added: 4, removed: None };
    let closure = DayOff {
        id: Uuid::nil(),
        kind: Kind::Closure,
        province: "fars".into(),
        first: date(2025, 9, 27),
        last: date(2025, 9, 28),
        reason_fa: "گرد و غبار".into(),
        span,
    };
    let outage = Outage {
        id: Uuid::nil(),
        agency: "water".into(),
        from: at("2025-09-24T08:30:00+03:30"),
        until: at("2025-09-24T13:30:00+03:30"),
        to: Party::System,
        reason_fa: "قطع شبکه".into(),
        span,
    };
    Rules::new(5, &Tehran::new().unwrap(), Vec::new(), vec![closure], Vec::new(), vec![outage])
}

fn issue() -> Issue {
    let policy = Policy {
        version: 3,
        reminder_days_before: vec![1],
        escalations: vec![Escalation { offset_days: 0, to: Level::Province }],
        pause_max_days: 5,
        ..Policy::of_days(15)
    };
    Issue {
        case_id: CaseId(Uuid::nil()),
        agency: "water".into(),
        province: "fars".into(),
        programme: String::new(),
        policy: Some(Arc::new(policy)),
        starts_at: at("2025-09-23T08:30:00+03:30"),
        target_at: None,
        due_at: None,
        rules_version: 0,
        epoch: 0,
    }
}

#[test]
fn every_step_of_the_derivation_is_told_in_both_languages() {
    let (rules, mut clock) = (rules(), Clock::default());
    let now = at("2025-09-23T08:30:00+03:30");
    assert!(explain(&clock, &rules, now).is_empty());
    clock.hear(News::Issued(Box::new(issue())), now, &rules);
    for (n, (moment, what)) in (1_u128..).zip([
        ("2025-09-25T08:30:00+03:30", What::DocumentsAsked),
        ("2025-09-26T08:30:00+03:30", What::DocumentsCame),
        ("2025-10-01T08:30:00+03:30", What::Granted(5)),
    ]) {
        let adjustment = Adjustment { at: at(moment), id: Uuid::from_u128(n), what };
        clock.hear(News::Adjusted(adjustment), at(moment), &rules);
    }
    // 15 + 5 days, 2 of closure, 1 of documents, 5 hours of broken delivery.
    let due = at("2025-10-16T13:30:00+03:30");
    assert_eq!(clock.issue.as_ref().unwrap().due_at, Some(due));
    clock.fire(due + SignedDuration::from_mins(1), SignedDuration::ZERO, &rules);
    let end = End { at: at("2025-10-17T08:30:00+03:30"), how: Ending::Answered };
    clock.hear(News::Ended(end), end.at, &rules);
    let lines = explain(&clock, &rules, now);
    let (fa, en): (Vec<_>, Vec<_>) = lines.iter().map(|l| (l.fa.as_str(), l.en.as_str())).unzip();
    let (fa, en) = (fa.join("\n"), en.join("\n"));
    for wanted in [
        "۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰",
        "نسخهٔ ۳: ۱۵ روز تقویمی",
        "۵ مهر ۱۴۰۴ تا ۶ مهر ۱۴۰۴ («گرد و غبار»، نسخهٔ ۴",
        "تمدید ۵ روزه",
        "(دست‌بالا ۵ روز)؛ به حساب شهروند",
        "پایان مهلت: ۲۴ مهر ۱۴۰۴ ساعت ۱۳:۳۰",
        "به آگاهی مدیریت استان رسید",
        "پس از مهلت",
        "۱ روز به حساب شهروند",
    ] {
        assert!(fa.contains(wanted), "{wanted} is missing in\n{fa}");
    }
    for wanted in [
        "version 3: 15 calendar days",
        "Closure of the province, 5 Mehr 1404 to 6 Mehr 1404",
        "Delivery was broken from 2025-09-24 08:30 to 2025-09-24 13:30, charged to the system",
        "Due on 2025-10-16 13:30",
        "answered on 2025-10-17 08:30: late",
        "Account: 22 d 19 h charged to the agency",
    ] {
        assert!(en.contains(wanted), "{wanted} is missing in\n{en}");
    }
    assert!(!fa.contains(|c: char| c.is_ascii_digit()), "{fa}");
}

#[test]
fn a_review_is_told_while_it_lasts_and_when_it_is_over() {
    let (rules, mut clock) = (rules(), Clock::default());
    let moment = at("2025-09-30T08:30:00+03:30");
    clock.hear(News::Issued(Box::new(issue())), moment, &rules);
    let mut review = |moment: &str, what| {
        let adjustment = Adjustment { at: at(moment), id: Uuid::from_u128(7), what };
        clock.hear(News::Adjusted(adjustment), at(moment), &rules);
        let lines = explain(&clock, &rules, at(moment));
        let (fa, en): (Vec<_>, Vec<_>) = lines.into_iter().map(|line| (line.fa, line.en)).unzip();
        (fa.join("\n"), en.join("\n"))
    };
    let (fa, en) = review("2025-10-01T08:30:00+03:30", What::AnswerHeld);
    assert!(fa.contains("در دست بازبین است"), "{fa}");
    assert!(en.contains("with a reviewer since 2025-10-01 08:30"), "{en}");
    let (fa, en) = review("2025-10-03T08:30:00+03:30", What::AnswerGivenBack);
    assert!(fa.contains("بازبینی پاسخ از ۹ مهر ۱۴۰۴") && fa.contains("۲ روز به حساب مرکز ارتباطات"), "{fa}");
    // 15 days, 2 of closure, 2 of review, 5 hours of broken delivery.
    assert!(en.contains("Due on 2025-10-12 13:30"), "{en}");
    assert!(en.contains("under review from 2025-10-01 08:30 to 2025-10-03 08:30"), "{en}");
}

#[test]
fn without_a_policy_there_is_no_end() {
    let mut clock = Clock::default();
    let issue = Issue { policy: None, ..issue() };
    clock.hear(News::Issued(Box::new(issue)), Timestamp::UNIX_EPOCH, &rules());
    let lines = explain(&clock, &rules(), at("2025-09-23T09:30:00+03:30"));
    let en: Vec<_> = lines.iter().map(|l| l.en.as_str()).collect();
    assert_eq!(en[1], "No deadline policy was valid at that moment.");
    assert!(en.contains(&"No end is set for this referral."), "{en:?}");
}
