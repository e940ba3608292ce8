//! Moments as people in Iran read them: Jalali dates, Persian digits.

use icu_calendar::Date;
use icu_calendar::cal::Persian;
use jiff::Timestamp;

use super::tehran::Tehran;

const MONTHS: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

/// Day, month, year and time of day in Tehran, e.g. `۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰`.
#[must_use]
pub fn moment(at: Timestamp, tehran: &Tehran) -> String {
    let local = tehran.zoned(at);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    let month = u8::try_from(local.month()).unwrap_or_default();
    let day = u8::try_from(local.day()).unwrap_or_default();
    let Ok(iso) = Date::try_new_iso(i32::from(local.year()), month, day) else {
        return digits(&format!("{} {time}", local.date()));
    };
    let date = iso.to_calendar(Persian::new());
    let name = MONTHS.get(usize::from(date.month().number()).saturating_sub(1)).copied().unwrap_or_default();
    digits(&format!("{} {name} {} ساعت {time}", date.day_of_month().0, date.year().extended_year()))
}

/// The text with Persian digits.
#[must_use]
pub fn digits(text: &str) -> String {
    let persian = |c: char| c.to_digit(10).and_then(|d| char::from_u32('۰' as u32 + d)).unwrap_or(c);
    text.chars().map(persian).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_read_as_the_calendar_says() {
        let tehran = Tehran::new().unwrap();
        let read = |at: &str| moment(at.parse().unwrap(), &tehran);
        assert_eq!(read("2025-03-21T00:00:00+03:30"), "۱ فروردین ۱۴۰۴ ساعت ۰۰:۰۰");
        // The leap day of 1403.
        assert_eq!(read("2025-03-20T23:59:00+03:30"), "۳۰ اسفند ۱۴۰۳ ساعت ۲۳:۵۹");
        assert_eq!(read("2025-09-23T08:30:00+03:30"), "۱ مهر ۱۴۰۴ ساعت ۰۸:۳۰");
    }
}
