//! Takes out of a text what tells who a citizen is (rule 9): telephone numbers, national ids, cards and accounts, e-mail
//! addresses, and the citizen's own names.

use crate::domain::identity::{NationalId, read_phone};
use crate::domain::persian::normalise;

/// Stands where something was taken out.
pub const REDACTED: &str = "[حذف‌شده]";
/// Groups that one number is written in at most.
const GROUPS: usize = 8;
/// Between two groups of one number.
const BETWEEN: &str = " -.()/\u{200c}\u{a0}";
/// What may stand between two groups at most, in characters.
const GAP: usize = 2;
/// Digits of a bank card and of an account (IBAN without its country).
const ACCOUNTS: [usize; 2] = [16, 24];
/// Letters that a name must have to be taken out alone: shorter ones are parts of too many words.
const NAME_MIN: usize = 3;

/// The text without them; what names nobody stays as it is.
#[must_use]
pub fn redact(text: &str, names: &[&str]) -> String {
    let without = take_out(text, &addresses(text));
    let without = take_out(&without, &numbers(&without));
    take_out(&without, &own_names(&without, names))
}

/// A stretch of a text, in bytes.
type Stretch = std::ops::Range<usize>;

fn take_out(text: &str, stretches: &[Stretch]) -> String {
    let (mut rest, mut kept) = (0, String::with_capacity(text.len()));
    for stretch in stretches {
        kept.push_str(&text[rest..stretch.start]);
        kept.push_str(REDACTED);
        rest = stretch.end;
    }
    kept.push_str(&text[rest..]);
    kept
}

/// The longest stretches of `text` whose characters are all `of`.
fn runs(text: &str, of: impl Fn(char) -> bool) -> Vec<Stretch> {
    let mut runs: Vec<Stretch> = Vec::new();
    for (at, letter) in text.char_indices().filter(|(_, letter)| of(*letter)) {
        let end = at + letter.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = end,
            _ => runs.push(at..end),
        }
    }
    runs
}

/// Numbers that tell who somebody is, also where they are written in groups.
fn numbers(text: &str) -> Vec<Stretch> {
    let is_digit = |letter: char| {
        jalali::digits::latin(letter.encode_utf8(&mut [0; 4])).bytes().all(|b| b.is_ascii_digit())
    };
    let groups = runs(text, is_digit);
    let mut found: Vec<Stretch> = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let together = (first..groups.len().min(first + GROUPS)).take_while(|place| {
            *place == first || is_gap(&text[groups[place - 1].end..groups[*place].start])
        });
        let last = together.filter(|last| is_telling(text, &groups[first..=*last])).last();
        match last {
            Some(last) => {
                found.push(start_of(text, &groups[first])..groups[last].end);
                first = last + 1;
            }
            None => first += 1,
        }
    }
    found
}

fn is_gap(between: &str) -> bool {
    between.chars().count() <= GAP && between.chars().all(|letter| BETWEEN.contains(letter))
}

/// A plus sign before a number belongs to it.
fn start_of(text: &str, group: &Stretch) -> usize {
    if text[..group.start].ends_with('+') { group.start - 1 } else { group.start }
}

fn is_telling(text: &str, groups: &[Stretch]) -> bool {
    let digits: String = groups.iter().map(|group| jalali::digits::latin(&text[group.clone()])).collect();
    let plus = groups.first().is_some_and(|group| text[..group.start].ends_with('+'));
    let dialled = if plus { format!("+{digits}") } else { digits.clone() };
    NationalId::read(&digits).is_ok() || read_phone(&dialled).is_ok() || ACCOUNTS.contains(&digits.len())
}

/// E-mail addresses.
fn addresses(text: &str) -> Vec<Stretch> {
    let part = |letter: char| letter.is_alphanumeric() || "@._%+-".contains(letter);
    let is_address = |run: &Stretch| {
        let (user, host) = text[run.clone()].rsplit_once('@').unwrap_or_default();
        !user.is_empty() && host.trim_end_matches('.').contains('.')
    };
    runs(text, part).into_iter().filter(is_address).collect()
}

/// Words of the citizen's names, however they are spelt.
fn own_names(text: &str, names: &[&str]) -> Vec<Stretch> {
    let names: Vec<String> = names.iter().flat_map(|name| words_of(name)).collect();
    let is_own = |run: &Stretch| words_of(&text[run.clone()]).iter().any(|word| names.contains(word));
    runs(text, |letter| letter.is_alphanumeric() || is_mark(letter)).into_iter().filter(is_own).collect()
}

/// Characters within a word that are no letters: a joined compound, and marks that help to read.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{640}' | '\u{64b}'..='\u{655}' | '\u{670}')
}

fn words_of(text: &str) -> Vec<String> {
    let normal = normalise(text);
    let words = normal.split([' ', '\u{200c}']).filter(|word| word.chars().count() >= NAME_MIN);
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
