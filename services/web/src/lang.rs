//! The two languages of the pages, and how each writes numbers and spans of time.

use std::borrow::Borrow;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// A page's language; Persian unless asked otherwise by `?lang=en`. `Accept-Language` is not asked: many telephones in
/// Iran speak English whose owners do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lang {
    /// Persian, right to left.
    #[default]
    Fa,
    /// English.
    En,
}

impl Lang {
    /// From a URL's query; what is not known is Persian.
    pub fn of_query(query: Option<&str>) -> Self {
        if query.is_some_and(|query| query.split('&').any(|part| part == "lang=en")) {
            Lang::En
        } else {
            Lang::Fa
        }
    }

    /// BCP 47.
    pub fn code(self) -> &'static str {
        self.say("fa", "en")
    }

    /// The writing direction.
    pub fn dir(self) -> &'static str {
        self.say("rtl", "ltr")
    }

    /// What links add to stay in this language.
    pub fn query(self) -> &'static str {
        self.say("", "?lang=en")
    }

    /// The text of this language.
    pub fn say<'a>(self, fa: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Fa => fa,
            Lang::En => en,
        }
    }

    /// `text` with this language's digits.
    pub fn digits(self, text: &str) -> String {
        match self {
            Lang::Fa => jalali::digits::persian(text),
            Lang::En => text.to_owned(),
        }
    }

    /// A count, in groups of three; templates hand over references.
    pub fn number(self, count: impl Borrow<u64>) -> String {
        let plain = count.borrow().to_string();
        let mut grouped = String::with_capacity(plain.len() * 2);
        for (place, digit) in plain.chars().enumerate() {
            if place > 0 && (plain.len() - place).is_multiple_of(3) {
                grouped.push_str(self.say("٬", ","));
            }
            grouped.push(digit);
        }
        self.digits(&grouped)
    }

    /// A rate: one decimal below ten, none above.
    pub fn rate(self, per_second: f64) -> String {
        let text = if per_second < 0.05 {
            "0".to_owned()
        } else if per_second < 10.0 {
            format!("{per_second:.1}")
        } else {
            format!("{per_second:.0}")
        };
        self.digits(&text).replace('.', self.say("٫", "."))
    }

    /// A span in its two largest units.
    pub fn span(self, seconds: u64) -> String {
        let units = [(86_400, "روز", "d"), (3_600, "ساعت", "h"), (60, "دقیقه", "min"), (1, "ثانیه", "s")];
        let first = units.iter().position(|(length, ..)| seconds >= *length).unwrap_or(units.len() - 1);
        let mut rest = seconds;
        let mut parts = Vec::new();
        for (length, fa, en) in units.iter().skip(first).take(2) {
            let count = rest / length;
            rest %= length;
            if count > 0 || parts.is_empty() {
                parts.push(format!("{} {}", self.number(count), self.say(fa, en)));
            }
        }
        parts.join(self.say(" و ", " "))
    }
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Lang::of_query(parts.uri.query()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_in_each_languages_digits() {
        assert_eq!(Lang::Fa.number(1_234_567), "۱٬۲۳۴٬۵۶۷");
        assert_eq!(Lang::En.number(1_234_567), "1,234,567");
        assert_eq!(Lang::En.number(999), "999");
        assert_eq!(Lang::Fa.rate(3.07), "۳٫۱");
        assert_eq!(Lang::En.rate(312.4), "312");
    }

    #[test]
    fn spans_take_their_two_largest_units() {
        assert_eq!(Lang::Fa.span(0), "۰ ثانیه");
        assert_eq!(Lang::Fa.span(59), "۵۹ ثانیه");
        assert_eq!(Lang::En.span(3_600), "1 h");
        assert_eq!(Lang::Fa.span(2 * 86_400 + 3 * 3_600 + 59), "۲ روز و ۳ ساعت");
    }

    #[test]
    fn an_unknown_language_is_persian() {
        assert_eq!(Lang::of_query(None), Lang::Fa);
        assert_eq!(Lang::of_query(Some("lang=de")), Lang::Fa);
        assert_eq!(Lang::of_query(Some("a=b&lang=en")), Lang::En);
    }
}
