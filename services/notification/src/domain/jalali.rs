//! Days as people in Iran read them: Jalali dates, Persian digits.

use icu_calendar::Date;
use icu_calendar::cal::Persian;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

/// The day in that time zone, e.g. `۱ مهر ۱۴۰۴`.
#[must_use]
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone()).date();
    let (month, day) = (local.month().unsigned_abs(), local.day().unsigned_abs());
    let Ok(iso) = Date::try_new_iso(i32::from(local.year()), month, day) else {
        return digits(&local.to_string());
    };
    let date = iso.to_calendar(Persian::new());
    let name = MONTHS.get(usize::from(date.month().number()).saturating_sub(1)).copied().unwrap_or_default();
    digits(&format!("{} {name} {}", date.day_of_month().0, date.year().extended_year()))
}

/// The text with Persian digits.
#[must_use]
pub fn digits(text: &str) -> String {
    let persian = |c: char| c.to_digit(10).and_then(|d| char::from_u32('۰' as u32 + d)).unwrap_or(c);
    text.chars().map(persian).collect()
}
