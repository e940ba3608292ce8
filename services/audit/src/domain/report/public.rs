//! Public editions: cells of few people are hidden, and as many others as it takes that no hidden cell can be
//! computed from what is shown.
//!
//! A hidden cell is known to hold at least one person, and the hidden cells of a table add up to its total less what is
//! shown. They are safe when each of them could be as large as a cell that need not be hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Counts, Tally};

/// Tables over the same people: each adds up to the total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub total: u64,
    pub tables: Vec<Counts>,
}

/// What is shown of a group; none: hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    pub total: Option<u64>,
    pub tables: Vec<BTreeMap<String, Option<u64>>>,
}

/// What must be hidden whatever it counts: the total, and cells by their table's place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forced {
    pub total: bool,
    pub cells: BTreeSet<(usize, String)>,
}

impl Group {
    /// The group as it is.
    #[must_use]
    pub fn whole(&self) -> Shown {
        let whole = |table: &Counts| table.iter().map(|(code, count)| (code.clone(), Some(*count))).collect();
        Shown { total: Some(self.total), tables: self.tables.iter().map(whole).collect() }
    }

    /// The group without cells of fewer than `least` people and without those that would tell them.
    #[must_use]
    pub fn public(&self, least: u64, forced: &Forced) -> Shown {
        if (1..least).contains(&self.total) || (forced.total && self.total > 0) {
            return self.nothing();
        }
        let hidden = self.tables.iter().enumerate().map(|(place, table)| hide(table, least, place, forced));
        let Some(hidden) = hidden.collect::<Option<Vec<_>>>() else { return self.nothing() };
        let shown = |(table, hidden): (&Counts, BTreeSet<&String>)| {
            table
                .iter()
                .map(|(code, count)| (code.clone(), (!hidden.contains(code)).then_some(*count)))
                .collect()
        };
        let tables = self.tables.iter().zip(hidden).map(shown).collect();
        Shown { total: Some(self.total), tables }
    }

    /// A table shown whole would tell the total, and the total the others' cells: so nothing is shown but zeros.
    fn nothing(&self) -> Shown {
        let none = |table: &Counts| {
            table.iter().map(|(code, count)| (code.clone(), (*count == 0).then_some(0))).collect()
        };
        Shown { total: None, tables: self.tables.iter().map(none).collect() }
    }
}

/// The cells to hide in a table; none when even all of them would not be safe beside the total.
fn hide<'a>(table: &'a Counts, least: u64, place: usize, forced: &Forced) -> Option<BTreeSet<&'a String>> {
    let must = |code: &String, count: u64| {
        (1..least).contains(&count) || (count > 0 && forced.cells.contains(&(place, code.clone())))
    };
    let mut hidden: BTreeSet<&String> =
        table.iter().filter(|(code, count)| must(code, **count)).map(|(code, _)| code).collect();
    let mut rest: Vec<(u64, &String)> = table
        .iter()
        .filter(|(code, count)| **count > 0 && !hidden.contains(code))
        .map(|(code, count)| (*count, code))
        .collect();
    rest.sort_unstable_by(|a, b| b.cmp(a));
    while !hidden.is_empty() && !are_safe(hidden.iter().map(|code| table[*code]), least) {
        hidden.insert(rest.pop()?.1);
    }
    Some(hidden)
}

/// Whether each of these hidden cells could be as large as `least`, for all that their sum tells.
fn are_safe(cells: impl Iterator<Item = u64>, least: u64) -> bool {
    let (count, sum) = cells.fold((0, 0), |(count, sum), cell| (count + 1, sum + cell));
    count >= 2 && sum >= least + count - 1
}

/// What must be hidden of the country's group because provinces hide it, and the others' figures would tell.
#[must_use]
pub fn forced_by_provinces(provinces: &[(Group, Shown)], least: u64) -> Forced {
    let tells = |hidden: Vec<u64>| !hidden.is_empty() && !are_safe(hidden.into_iter(), least);
    let totals = provinces.iter().filter(|(_, shown)| shown.total.is_none()).map(|(group, _)| group.total);
    let mut forced = Forced { total: tells(totals.collect()), cells: BTreeSet::new() };
    let mut hidden: BTreeMap<(usize, String), Vec<u64>> = BTreeMap::new();
    for (group, shown) in provinces {
        for (place, (table, shown)) in group.tables.iter().zip(&shown.tables).enumerate() {
            for code in shown.iter().filter(|(_, count)| count.is_none()).map(|(code, _)| code) {
                hidden.entry((place, code.clone())).or_default().push(table[code]);
            }
        }
    }
    forced.cells =
        hidden.into_iter().filter(|(_, cells)| tells(cells.clone())).map(|(cell, _)| cell).collect();
    forced
}

/// Contacts: by channel, kind, topic, county and outcome.
#[must_use]
pub fn contacts(tally: &Tally) -> Group {
    let tables = [&tally.by_channel, &tally.by_kind, &tally.by_topic, &tally.by_county, &tally.by_outcome];
    Group { total: tally.contacts, tables: tables.map(Clone::clone).into() }
}

/// The place of the outcomes among the tables of [`contacts`].
pub const OUTCOMES: usize = 4;

/// Guidance by rung.
#[must_use]
pub fn guidance(tally: &Tally) -> Group {
    Group { total: tally.guidance, tables: vec![tally.by_rung.clone()] }
}

/// Referrals by agency.
#[must_use]
pub fn referrals(tally: &Tally) -> Group {
    Group { total: tally.referrals, tables: vec![tally.referrals_by_agency.clone()] }
}

/// How referrals were decided: on time, late, overdue and open.
#[must_use]
pub fn answers(tally: &Tally) -> Group {
    let all = tally.answers();
    let table = [("on_time", all.on_time), ("late", all.late), ("overdue_open", all.overdue_open)];
    let table: Counts = table.map(|(code, count)| (code.to_owned(), count)).into();
    Group { total: table.values().sum(), tables: vec![table] }
}

/// The four groups of a report, in this order: contacts, guidance, referrals, answers.
#[must_use]
pub fn groups(tally: &Tally) -> [Group; 4] {
    [contacts(tally), guidance(tally), referrals(tally), answers(tally)]
}

/// The groups as a public edition shows them. Contacts that guidance ended are counted twice, as an outcome and by their
/// rungs: where one hides them, so does the other.
#[must_use]
pub fn shown(groups: &[Group; 4], least: u64, forced: [Forced; 4]) -> [Shown; 4] {
    let [mut of_contacts, mut of_guidance, of_referrals, of_answers] = forced;
    let outcome = (OUTCOMES, "guidance".to_owned());
    if groups[1].public(least, &of_guidance).total.is_none() {
        of_contacts.cells.insert(outcome.clone());
    }
    let contacts = groups[0].public(least, &of_contacts);
    of_guidance.total |=
        contacts.tables.get(OUTCOMES).is_some_and(|table| table.get(&outcome.1) == Some(&None));
    [
        contacts,
        groups[1].public(least, &of_guidance),
        groups[2].public(least, &of_referrals),
        groups[3].public(least, &of_answers),
    ]
}
