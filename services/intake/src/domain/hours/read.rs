//! Rules of hours as they are imported.

use contracts::intake::{HoursKind, HoursRule};
use jiff::civil::Date;

use super::{Kind, MIDNIGHT, Rule};
use crate::domain::contact::Fault;

/// Longest reason, in characters.
const REASON_MAX: usize = 300;

/// A rule as version 1, or what is wrong with it.
///
/// # Errors
/// Its first fault, with its name.
pub fn read(rule: &HoursRule) -> Result<Rule, Fault> {
    let wrong = |reason: &str| Fault { field: "hours", reason: format!("{}: {reason}", rule.rule) };
    if rule.rule.is_empty() || rule.rule.len() > 100 {
        return Err(wrong("rule must have 1 to 100 characters"));
    }
    let kind = match rule.kind() {
        HoursKind::Usual => Kind::Usual,
        HoursKind::Closure => Kind::Closure,
        HoursKind::Trip => Kind::Trip,
        HoursKind::Unspecified => return Err(wrong("kind must be usual, closure or trip")),
    };
    let (opens, closes) = match (kind, minute(&rule.opens_at), minute(&rule.closes_at)) {
        (Kind::Closure, None, None) => (0, 0),
        (Kind::Closure, ..) => return Err(wrong("a closure has no hours")),
        (_, Some(opens), Some(closes)) if opens < closes => (opens, closes),
        _ => return Err(wrong("opens_at and closes_at must be HH:MM, one before the other, within one day")),
    };
    let day = |text: &str| text.parse::<Date>().map_err(|_| wrong("days must be written YYYY-MM-DD"));
    let from = day(&rule.from_day)?;
    let until = if rule.until_day.is_empty() { None } else { Some(day(&rule.until_day)?) };
    if until.is_some_and(|until| until < from) {
        return Err(wrong("until_day lies before from_day"));
    }
    if rule.reason_fa.chars().count() > REASON_MAX || rule.reason_fa.contains('\0') {
        return Err(wrong("reason_fa is too long"));
    }
    let weekdays =
        weekdays(&rule.weekdays).ok_or_else(|| wrong("weekdays must be 1 (Monday) to 7 (Sunday)"))?;
    Ok(Rule {
        rule: rule.rule.clone(),
        version: 1,
        kind,
        province: rule.province.clone(),
        centre: rule.centre.clone(),
        weekdays,
        opens,
        closes,
        from,
        until,
        ends_before: None,
        reason_fa: rule.reason_fa.clone(),
    })
}

fn weekdays(numbers: &[u32]) -> Option<[bool; 7]> {
    let mut week = [numbers.is_empty(); 7];
    for number in numbers {
        *week.get_mut(usize::try_from(number.checked_sub(1)?).ok()?)? = true;
    }
    Some(week)
}

/// Minutes after midnight of `HH:MM`, up to `24:00`.
pub(crate) fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= MIDNIGHT).then_some(minute)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usual() -> HoursRule {
        HoursRule {
            rule: "usual".into(),
            kind: HoursKind::Usual.into(),
            weekdays: vec![6, 7, 1, 2, 3],
            opens_at: "07:30".into(),
            closes_at: "14:30".into(),
            from_day: "2000-01-01".into(),
            ..Default::default()
        }
    }

    #[test]
    fn hours_are_read_as_written() {
        let rule = read(&usual()).unwrap();
        assert_eq!(
            (rule.opens, rule.closes, rule.weekdays),
            (450, 870, [true, true, true, false, false, true, true])
        );
        let round_the_clock = HoursRule {
            kind: HoursKind::Trip.into(),
            opens_at: "0:00".into(),
            closes_at: "24:00".into(),
            ..usual()
        };
        assert_eq!(read(&round_the_clock).unwrap().closes, MIDNIGHT);
        for wrong in [
            HoursRule { closes_at: "07:30".into(), ..usual() },
            HoursRule { closes_at: "24:01".into(), ..usual() },
            HoursRule { kind: HoursKind::Closure.into(), ..usual() },
            HoursRule { from_day: "1404/01/01".into(), ..usual() },
            HoursRule { until_day: "1999-01-01".into(), ..usual() },
            HoursRule { weekdays: vec![0], ..usual() },
            HoursRule { kind: 0, ..usual() },
        ] {
            assert!(read(&wrong).unwrap_err().reason.starts_with("usual: "));
        }
    }

    proptest! {
        #[test]
        fn nothing_written_panics(opens in "\\PC{0,8}", from in "\\PC{0,12}", weekdays in prop::collection::vec(any::<u32>(), 0..4)) {
            let _ = read(&HoursRule { opens_at: opens, from_day: from, weekdays, ..usual() });
        }
    }
}
