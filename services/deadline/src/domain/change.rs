//! What a version of the calendar changed, in words: the reason that a moved clock gives.

use jalali::Tehran;
use jiff::civil::Date;
use uuid::Uuid;

use super::calendar::{DayOff, Kind, Week};
use super::clock::Issue;
use super::rules::Outage;

/// Why a due moment is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A closure, announced or revoked.
    Closure,
    /// Holidays or weekly days off, put right.
    Calendar,
    /// An extension, granted.
    Extension,
    /// The citizen's documents, asked or come.
    Documents,
    /// Hours of broken delivery, charged or no longer.
    Outage,
    /// The review of an answer.
    Review,
}

/// The reason of a move, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Of what kind.
    pub why: Why,
    /// The closure, outage or action.
    pub id: Option<Uuid>,
    /// In Persian.
    pub fa: String,
    /// In English.
    pub en: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Province(String),
    Agency(String),
}

/// One change of the rules, with the days and the place it concerns.
#[derive(Debug, Clone)]
pub struct Change {
    /// The version that made it.
    pub version: u64,
    place: Place,
    first: Date,
    last: Date,
    cause: Cause,
}

impl Change {
    /// Whether it concerns an agency's time from `issue`'s beginning until `last`.
    #[must_use]
    pub fn touches(&self, issue: &Issue, first: Date, last: Date) -> bool {
        let here = match &self.place {
            Place::Province(province) => province.is_empty() || *province == issue.province,
            Place::Agency(agency) => *agency == issue.agency,
        };
        here && self.first <= last && first <= self.last
    }
}

/// The reason that these changes give together: the kind and id of the last, the words of the last three.
#[must_use]
pub fn because(changes: &[&Change]) -> Cause {
    let Some(last) = changes.last() else {
        let (fa, en) = ("بازنگری در تقویم".to_owned(), "the calendar was revised".to_owned());
        return Cause { why: Why::Calendar, id: None, fa, en };
    };
    let told = &changes[changes.len().saturating_sub(3)..];
    let join = |of: fn(&Cause) -> &str, between: &str| {
        told.iter().map(|change| of(&change.cause)).collect::<Vec<_>>().join(between)
    };
    Cause { fa: join(|cause| &cause.fa, "؛ "), en: join(|cause| &cause.en, "; "), ..last.cause.clone() }
}

/// Every change up to `version`, in order.
pub(super) fn changes(
    version: u64,
    days_off: &[DayOff],
    weeks: &[Week],
    outages: &[Outage],
    tehran: &Tehran,
) -> Vec<Change> {
    let both = |span: super::calendar::Span| {
        [Some((span.added, true)), span.removed.map(|removed| (removed, false))].into_iter().flatten()
    };
    let days_off = days_off.iter().flat_map(|d| both(d.span).map(move |(at, added)| of_days(d, at, added)));
    let outages =
        outages.iter().flat_map(|o| both(o.span).map(move |(at, added)| of_outage(o, at, added, tehran)));
    let mut all: Vec<Change> = days_off.chain(outages).chain(weeks.iter().map(of_week)).collect();
    all.retain(|change| change.version <= version);
    all.sort_by_key(|change| change.version);
    all
}

fn of_days(day_off: &DayOff, version: u64, added: bool) -> Change {
    let DayOff { id, kind, province, first, last, reason_fa, .. } = day_off;
    let (fa_days, en_days) = days(*first, *last);
    let fa_reason = if reason_fa.is_empty() { String::new() } else { format!(" («{reason_fa}»)") };
    let (why, fa_kind, en_kind) = match kind {
        Kind::Closure => (Why::Closure, "تعطیلی", "closure of"),
        Kind::Holiday => (Why::Calendar, "تعطیل رسمی", "holiday of"),
    };
    let (fa_done, en_done) = if added { ("", "") } else { ("لغو ", "revoked: ") };
    let cause = Cause {
        why,
        id: (*kind == Kind::Closure).then_some(*id),
        fa: format!("{fa_done}{fa_kind} {fa_days}{fa_reason}"),
        en: format!("{en_done}{en_kind} {en_days}"),
    };
    Change { version, place: Place::Province(province.clone()), first: *first, last: *last, cause }
}

fn of_week(week: &Week) -> Change {
    let (fa, en) = days(week.first, week.first);
    let cause = Cause {
        why: Why::Calendar,
        id: None,
        fa: format!("روزهای تعطیل هفته از {fa}"),
        en: format!("weekly days off from {en}"),
    };
    let place = Place::Province(week.province.clone());
    Change { version: week.added, place, first: week.first, last: Date::MAX, cause }
}

fn of_outage(outage: &Outage, version: u64, added: bool, tehran: &Tehran) -> Change {
    let (first, last) = (tehran.zoned(outage.from).date(), tehran.zoned(outage.until).date());
    let (fa_days, en_days) = days(first, last);
    let (fa_done, en_done) = if added { ("", "") } else { ("لغو ", "revoked: ") };
    let cause = Cause {
        why: Why::Outage,
        id: Some(outage.id),
        fa: format!("{fa_done}اختلال در تحویل به دستگاه، {fa_days} («{}»)", outage.reason_fa),
        en: format!("{en_done}broken delivery to the agency, {en_days}"),
    };
    Change { version, place: Place::Agency(outage.agency.clone()), first, last, cause }
}

/// `۵ مهر ۱۴۰۴ تا ۶ مهر ۱۴۰۴`, and the same in English.
pub(super) fn days(first: Date, last: Date) -> (String, String) {
    let [from, to] = [first, last].map(jalali::Date::of);
    if first == last {
        return (from.fa(), from.en());
    }
    (format!("{} تا {}", from.fa(), to.fa()), format!("{} to {}", from.en(), to.en()))
}
