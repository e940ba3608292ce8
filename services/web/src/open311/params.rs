//! What callers send: names that may come several times, and windows of time.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Fault;
use crate::calendar::Calendar;

/// A list spans at most so many days, as GeoReport says.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Parameters of a query or a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Params(pairs)
    }

    pub fn of_query(query: Option<&str>) -> Self {
        let query = format!("/?{}", query.unwrap_or_default());
        let pairs = query.parse().ok().and_then(|uri| axum::extract::Query::try_from_uri(&uri).ok());
        Params(pairs.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default())
    }

    /// The parameter's first value without spaces around it; empty where it is absent.
    pub fn get(&self, name: &str) -> &str {
        let mut named = self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value.trim());
        named.find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// The parameter's value.
    ///
    /// # Errors
    /// Where it is absent or empty.
    pub fn required(&self, name: &str) -> Result<&str, Fault> {
        Some(self.get(name)).filter(|value| !value.is_empty()).ok_or_else(|| Fault::missing(name))
    }

    /// Each of its values that is not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(own, _)| own == name);
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The items of a list with commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.get(name).split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Everything that was sent but the key, in order of names: the same for the same content.
    pub fn content(&self) -> String {
        let mut pairs: Vec<_> = self.0.iter().filter(|(name, _)| name != "api_key").collect();
        pairs.sort();
        format!("{pairs:?}")
    }

    /// From `start_date` to `end_date`, at most 90 days; `usual` before the end where no start is given.
    ///
    /// # Errors
    /// Where one of them is no W3C time.
    pub fn window(
        &self,
        now: Timestamp,
        usual: SignedDuration,
        calendar: &Calendar,
    ) -> Result<(Timestamp, Timestamp), Fault> {
        let read = |name: &str| match self.get(name) {
            "" => Ok(None),
            text => moment(text, calendar)
                .map(Some)
                .ok_or_else(|| Fault::bad(format!("{name} is no time such as 2025-09-27T08:00:00+03:30"))),
        };
        let (from, until) = (read("start_date")?, read("end_date")?);
        let after = |from: Timestamp| from.saturating_add(LONGEST).unwrap_or(now);
        // The end is in the window: a second more than what is counted in whole ones.
        let until =
            until.map_or(now, |until| until.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now));
        match from {
            Some(from) => Ok((from, until.min(after(from)))),
            None => Ok((until.saturating_sub(usual).unwrap_or(until), until)),
        }
    }
}

/// A moment, or a day's first one in Tehran.
fn moment(text: &str, calendar: &Calendar) -> Option<Timestamp> {
    // A plus sign that was not encoded arrives as a space.
    let text = text.replace(' ', "+");
    text.parse().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        let noon = day.at(12, 0, 0, 0).in_tz("UTC").ok()?.timestamp();
        Some(calendar.start_of_day(noon))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn parameters_come_in_any_number() {
        let params = Params::of_query(Some("media_url=a&media_url=b&name=%D8%A2%D8%A8+&ids=1,,2&empty="));
        assert_eq!(params.all("media_url").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((params.get("name"), params.get("empty"), params.get("other")), ("آب", "", ""));
        assert_eq!(params.list("ids"), ["1", "2"]);
        assert!(params.required("empty").is_err());
        assert_eq!(Params::of_query(None).get("name"), "");
    }

    #[test]
    fn a_window_spans_ninety_days_at_most() {
        let (calendar, now) = (Calendar::tehran().unwrap(), at("2025-10-01T00:00:00Z"));
        let hours = SignedDuration::from_hours(2);
        let window = |query: &str| Params::of_query(Some(query)).window(now, hours, &calendar);
        assert_eq!(window(""), Ok((at("2025-09-30T22:00:00Z"), now)));
        let long = window("start_date=2025-01-01T00:00:00Z&end_date=2025-09-01T00:00:00Z");
        assert_eq!(long, Ok((at("2025-01-01T00:00:00Z"), at("2025-04-01T00:00:00Z"))));
        let unescaped = window("start_date=2025-09-30T03:30:00+03:30");
        assert_eq!(unescaped, Ok((at("2025-09-30T00:00:00Z"), now)));
        assert_eq!(window("start_date=2025-09-30").unwrap().0, at("2025-09-29T20:30:00Z"), "a day in Tehran");
        assert!(window("end_date=yesterday").is_err());
    }
}
