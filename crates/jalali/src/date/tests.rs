use proptest::prelude::*;

use super::*;

/// The leap years of the official calendar (Institute of Geophysics, University of Tehran).
const LEAP_YEARS: [u16; 12] = [1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420];

/// Remainders by 33 of the leap years of 1178 to 1633, an old rule for them that needs no astronomy.
const LEAP_REMAINDERS: [u16; 8] = [1, 5, 9, 13, 17, 22, 26, 30];

/// Days of 1300 to 1500.
fn some_date() -> impl Strategy<Value = Date> {
    (0..73_000_i64).prop_map(|days| Year::new(1300).unwrap().nowruz().plus_days(days))
}

#[test]
fn known_days_of_the_official_calendar() {
    for (gregorian, expected) in [
        (civil::date(1979, 2, 11), (1357, 11, 22)),
        (civil::date(2020, 3, 20), (1399, 1, 1)),
        (civil::date(2021, 3, 21), (1400, 1, 1)),
        (civil::date(2024, 3, 20), (1403, 1, 1)),
        (civil::date(2025, 3, 20), (1403, 12, 30)),
        (civil::date(2025, 3, 21), (1404, 1, 1)),
        (civil::date(2025, 11, 24), (1404, 9, 3)),
        (civil::date(2026, 3, 21), (1405, 1, 1)),
    ] {
        let (year, month, day) = expected;
        assert_eq!(Date::of(gregorian), Date::new(year, month, day).unwrap());
    }
}

#[test]
fn leap_years_are_those_of_the_official_calendar() {
    let leap = |number: &u16| Year::new(*number).unwrap().is_leap();
    assert_eq!((1375..=1420).filter(leap).collect::<Vec<_>>(), LEAP_YEARS);
    let by_rule = (1300..=1500).filter(|number| LEAP_REMAINDERS.contains(&(number % 33)));
    assert_eq!((1300..=1500).filter(leap).collect::<Vec<_>>(), by_rule.collect::<Vec<_>>());
}

#[test]
fn the_edges_are_days_of_the_calendar() {
    for edge in [Date::FIRST, Date::LAST] {
        assert_eq!(Date::of(edge.civil()), edge);
        assert_eq!(Date::new(edge.year, edge.month, edge.day), Ok(edge));
    }
    assert_eq!(Date::FIRST.plus_days(-1), Date::FIRST);
    assert_eq!(Date::FIRST.plus_days(i64::MAX), Date::LAST);
    assert_eq!(*Date::LAST.year().days().end(), Date::LAST);
    assert_eq!((Date::LAST.month().next(), Date::FIRST.quarter().previous()), (None, None));
}

#[test]
fn what_is_no_date_is_refused_by_its_part() {
    assert_eq!(Date::new(0, 1, 1), Err(Invalid::Year));
    assert_eq!(Date::new(9378, 1, 1), Err(Invalid::Year));
    assert_eq!(Date::new(1404, 13, 1), Err(Invalid::Month));
    assert_eq!(Date::new(1404, 7, 31), Err(Invalid::Day));
    assert_eq!(Date::new(1404, 7, 0), Err(Invalid::Day));
    for text in ["", "1404", "1404/9", "1404/9/3/1", "1404/+9/3", "1404//3", "99999/1/1", "۱۴۰۴.۹.۳"] {
        assert!(matches!(text.parse::<Date>(), Err(Invalid::Form(_))), "{text}");
    }
    assert_eq!("1404/300/1".parse::<Date>(), Err(Invalid::Month));
    assert_eq!(Quarter::new(1404, 5), Err(Invalid::Quarter));
}

proptest! {
    #[test]
    fn a_date_goes_to_the_other_calendars_and_back(date in some_date()) {
        prop_assert_eq!(Date::of(date.civil()), date);
        prop_assert_eq!(Date::new(date.year, date.month, date.day), Ok(date));
        let icu = icu_calendar::Date::try_new(i32::from(date.year).into(), date.month.into(), date.day, Persian);
        let iso = icu.unwrap().to_calendar(icu_calendar::Iso);
        let civil = date.civil();
        prop_assert_eq!(iso.year().extended_year(), i32::from(civil.year()));
        prop_assert_eq!((iso.month().number(), iso.day_of_month().0), (civil.month().unsigned_abs(), civil.day().unsigned_abs()));
    }

    #[test]
    fn a_date_is_read_as_it_is_written(date in some_date()) {
        prop_assert_eq!(date.to_string().parse(), Ok(date));
        prop_assert_eq!(digits::persian(&date.to_string()).parse(), Ok(date));
        prop_assert_eq!(date.month().to_string().parse(), Ok(date.month()));
    }

    #[test]
    fn the_day_after_is_the_next_or_the_first_of_a_month(date in some_date()) {
        let next = date.plus_days(1);
        prop_assert!(next > date);
        prop_assert_eq!((date.days_until(next), next.days_until(date)), (1, -1));
        prop_assert_eq!(next.weekday(), date.weekday().next());
        if next.day == 1 {
            prop_assert_eq!(Some(next.month()), date.month().next());
            prop_assert_eq!(*date.month().days().end(), date);
        } else {
            prop_assert_eq!((next.year, next.month, next.day), (date.year, date.month, date.day + 1));
        }
    }

    #[test]
    fn a_day_lies_in_its_month_quarter_and_year(date in some_date()) {
        prop_assert!(date.month().days().contains(&date));
        prop_assert!(date.quarter().days().contains(&date));
        prop_assert!(date.year().days().contains(&date));
        prop_assert_eq!(date.month().quarter(), date.quarter());
        prop_assert_eq!(date.quarter().number(), (date.month - 1) / 3 + 1);
        prop_assert_eq!(date.year().nowruz().to_string(), format!("{}/01/01", date.year));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _: (Result<Date, _>, Result<Month, _>) = (text.parse(), text.parse());
    }
}
