//! Who manages an agency from day to day (rule 6).

use jiff::civil::Date;

use super::faults::{Fault, code, text};

/// Characters of a name or title, at most.
const MAX_NAME: usize = 200;

/// A term of office. Agency and first day make it; the rest may be corrected by a next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub agency: String,
    pub province: String,
    /// The manager's code.
    pub manager: String,
    pub name_fa: String,
    pub title_fa: String,
    /// Days in Tehran, both included.
    pub first_day: Date,
    /// None: in office still.
    pub last_day: Option<Date>,
    /// From 1.
    pub version: u32,
    /// Recorded by mistake: nobody holds office by it.
    pub withdrawn: bool,
}

impl Term {
    /// Whether it makes its manager hold the office on that day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        !self.withdrawn && self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }

    fn is_of(&self, other: &Term) -> bool {
        (&self.agency, self.first_day) == (&other.agency, other.first_day)
    }

    fn overlaps(&self, other: &Term) -> bool {
        let both = self.agency == other.agency && !self.withdrawn && !other.withdrawn;
        both && (self.covers(other.first_day) || other.covers(self.first_day))
    }

    fn check(&self) -> Result<(), Fault> {
        code("agency", &self.agency)?;
        code("province", &self.province)?;
        code("manager", &self.manager)?;
        text("name_fa", &self.name_fa, MAX_NAME)?;
        text("title_fa", &self.title_fa, MAX_NAME)?;
        if self.last_day.is_some_and(|last| last < self.first_day) {
            return Err(Fault::new("last_day", "must not be before first_day"));
        }
        Ok(())
    }
}

/// Who holds the office on that day, by the newest version of each term.
#[must_use]
pub fn in_office<'a>(newest: &'a [Term], agency: &str, day: Date) -> Option<&'a Term> {
    newest.iter().find(|term| term.agency == agency && term.covers(day))
}

/// What an import adds to the newest versions: changed terms with their next version, in the order given.
///
/// # Errors
/// When a term cannot be used, stands there twice, or would put a second manager into an office.
pub fn adopt(newest: &[Term], imported: Vec<Term>) -> Result<Vec<Term>, Fault> {
    let mut after = newest.to_vec();
    let mut adopted = Vec::new();
    for (place, mut term) in imported.into_iter().enumerate() {
        term.check().map_err(|fault| fault.at("terms", place))?;
        if adopted.iter().any(|other: &Term| other.is_of(&term)) {
            return Err(Fault::new("first_day", "stands there twice for this agency").at("terms", place));
        }
        let before = after.iter_mut().find(|other| other.is_of(&term));
        term.version = before.as_ref().map_or(1, |before| before.version);
        match before {
            Some(before) if *before == term => continue,
            Some(before) => {
                term.version += 1;
                before.clone_from(&term);
            }
            None => after.push(term.clone()),
        }
        adopted.push(term);
    }
    // Only now: a term may end in the same import that names the successor.
    for term in &adopted {
        if let Some(other) = after.iter().find(|other| !other.is_of(term) && other.overlaps(term)) {
            let message =
                format!("{} is in office from {}: end that term first", other.manager, other.first_day);
            return Err(Fault::new(&format!("{} from {}", term.agency, term.first_day), &message));
        }
    }
    Ok(adopted)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn term(agency: &str, manager: &str, first: i64, last: Option<i64>) -> Term {
        let day = |day: i64| date(2025, 3, 21).saturating_add(day.days());
        Term {
            agency: agency.into(),
            province: "fars".into(),
            manager: manager.into(),
            name_fa: "نام".into(),
            title_fa: "مدیرکل".into(),
            first_day: day(first),
            last_day: last.map(day),
            version: 0,
            withdrawn: false,
        }
    }

    fn standing(imports: &[Vec<Term>]) -> Vec<Term> {
        let mut newest: Vec<Term> = Vec::new();
        for import in imports {
            for term in adopt(&newest, import.clone()).unwrap_or_default() {
                newest.retain(|other| !other.is_of(&term));
                newest.push(term);
            }
        }
        newest
    }

    #[test]
    fn a_successor_comes_when_the_term_before_ends() {
        let first = standing(&[vec![term("water", "a", 0, None)]]);
        let fault = adopt(&first, vec![term("water", "b", 10, None)]).unwrap_err();
        assert!(fault.message.contains("a is in office"), "{fault:?}");
        let both = vec![term("water", "a", 0, Some(9)), term("water", "b", 10, None)];
        let adopted = adopt(&first, both.clone()).unwrap();
        assert_eq!(adopted.iter().map(|term| term.version).collect::<Vec<_>>(), [2, 1]);
        let now = standing(&[vec![term("water", "a", 0, None)], both.clone()]);
        let on = |day: i64| in_office(&now, "water", date(2025, 3, 21).saturating_add(day.days()));
        assert_eq!(on(9).map(|term| term.manager.as_str()), Some("a"));
        assert_eq!(on(10).map(|term| term.manager.as_str()), Some("b"));
        assert_eq!(on(-1), None);
        assert!(adopt(&now, both).unwrap().is_empty(), "the same again changes nothing");
    }

    #[test]
    fn what_cannot_be_a_term_is_named() {
        for (broken, field) in [
            (Term { agency: "Water.1".into(), ..term("", "a", 0, None) }, "terms[0].agency"),
            (Term { name_fa: " ".into(), ..term("water", "a", 0, None) }, "terms[0].name_fa"),
            (term("water", "a", 5, Some(4)), "terms[0].last_day"),
        ] {
            assert_eq!(adopt(&[], vec![broken]).unwrap_err().field, field);
        }
        let twice = vec![term("water", "a", 0, None), term("water", "b", 0, None)];
        assert_eq!(adopt(&[], twice).unwrap_err().field, "terms[1].first_day");
    }

    proptest! {
        #[test]
        fn nobody_shares_an_office(
            imports in prop::collection::vec(
                prop::collection::vec((0i64..40, prop::option::of(0i64..20), any::<bool>()), 1..4), 1..6,
            ),
        ) {
            let terms = |import: &Vec<(i64, Option<i64>, bool)>| import.iter().enumerate().map(|(place, (first, length, withdrawn))| Term {
                withdrawn: *withdrawn,
                ..term("water", &format!("m{place}"), *first, length.map(|length| first + length))
            }).collect::<Vec<_>>();
            let imports: Vec<_> = imports.iter().map(terms).collect();
            let newest = standing(&imports);
            for day in 0..70 {
                let day = date(2025, 3, 21).saturating_add(day.days());
                prop_assert!(newest.iter().filter(|term| term.covers(day)).count() <= 1);
            }
        }
    }
}
